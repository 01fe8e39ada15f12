"""A bounded cache of pure results that computes each of them once, however many ask at once."""

import dataclasses
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from concurrent.futures import Future
from contextlib import nullcontext
from contextvars import ContextVar
from threading import Lock
from typing import Any, TypeVar

import numpy as np
from starlette.requests import ClientDisconnect

from app.web.admission import aside
from app.web.shared import Shared

T = TypeVar("T")

BYTES = 256 * 2**20  # about as many are kept by a process


@dataclasses.dataclass
class Lookups:
    """What a request found in the cache, and what it had to compute."""

    found: int = 0
    computed: int = 0


# The lookups of the request that is being answered; its threads share them.
LOOKUPS: ContextVar[Lookups | None] = ContextVar("lookups", default=None)


class Cache:
    """The last results, at most ``size`` of them and about ``limit`` bytes; none that failed.

    Identical requests in flight share one computation: the second waits for the first, and
    takes over from one whose client leaves.

    Attributes:
        shared: with other processes; None where there are none.
        bytes: what the results hold, by `held_bytes`.
        lookups: what was found and computed since the start.
        evicted: results dropped for others.
    """

    def __init__(self, size: int, limit: int = BYTES, shared: Shared | None = None) -> None:
        self.shared = shared
        self._size = size
        self._limit = limit
        self._kept: OrderedDict[Hashable, tuple[Future[Any], int]] = OrderedDict()
        self._computing: dict[Hashable, Future[Any]] = {}
        self._lock = Lock()
        self.bytes = 0
        self.lookups = Lookups()
        self.evicted = 0

    def __len__(self) -> int:
        return len(self._kept)

    def peek(self, key: Hashable) -> Any:
        """The result kept for ``key``, if there is one already; else None."""
        with self._lock:
            future, _ = self._kept.get(key, (None, 0))
        return future and future.result()

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The result kept for ``key``, or that of ``compute``.

        Raises:
            Exception: whatever ``compute`` raises, to all who wait for it.
        """
        with self._lock:
            future = self._computing.get(key) or self._kept.get(key, (None, 0))[0]
            mine = future is None
            if future is None:
                future = self._computing[key] = Future()
            elif key in self._kept:
                self._kept.move_to_end(key)
            for lookups in filter(None, (self.lookups, LOOKUPS.get())):
                lookups.computed += mine
                lookups.found += not mine
        if mine:
            try:
                future.set_result(compute())
            except BaseException as error:
                with self._lock:
                    del self._computing[key]
                future.set_exception(error)
            else:
                self._keep(key, future)
        try:
            with nullcontext() if future.done() else aside():
                result: T = future.result()
        except ClientDisconnect:
            if mine:
                raise
            return self.get(key, compute)
        return result

    def _keep(self, key: Hashable, future: Future[Any]) -> None:
        """Weigh a result, and drop the oldest ones for it."""
        held = held_bytes(future.result())
        with self._lock:
            del self._computing[key]
            self._kept[key] = future, held
            self.bytes += held
            while len(self._kept) > self._size or self.bytes > self._limit:
                _, (_, freed) = self._kept.popitem(last=False)
                self.bytes -= freed
                self.evicted += 1


_WEIGHTLESS = {int, float, bool, type(None)}


def held_bytes(value: object) -> int:
    """About the bytes of the arrays, texts and byte strings that a result is made of.

    What two results share is counted in both.
    """
    seen: set[int] = set()
    left, total = [value], 0
    while left:
        part = left.pop()
        if type(part) in _WEIGHTLESS or id(part) in seen:
            continue
        seen.add(id(part))
        if isinstance(part, np.ndarray):
            total += part.nbytes
        elif isinstance(part, str | bytes):
            total += len(part)
        elif isinstance(part, Mapping):
            left += part.values()
        elif isinstance(part, list | tuple | set | frozenset):
            left += part
        elif hasattr(part, "__dict__"):
            left += _parts(vars(part).values())
    return total


def _parts(values: Iterable[object]) -> list[object]:
    return [value for value in values if not callable(value)]
