"""A bounded cache of pure results that computes each of them once, however many ask at once."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")


class Cache:
    """The last ``size`` results; a failed one is not kept.

    Identical requests in flight share one computation: the second waits for the first.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._results: OrderedDict[Hashable, Future[Any]] = OrderedDict()
        self._lock = Lock()

    def peek(self, key: Hashable) -> Any:
        """The result kept for ``key``, if there is one already; else None."""
        with self._lock:
            future = self._results.get(key)
        return future.result() if future and future.done() else None

    def get(self, key: Hashable, compute: Callable[[], T]) -> T:
        """The result kept for ``key``, or that of ``compute``.

        Raises:
            Exception: whatever ``compute`` raises, to all who wait for it.
        """
        with self._lock:
            future = self._results.get(key)
            mine = future is None
            if future is None:
                future = self._results[key] = Future()
                if len(self._results) > self._size:
                    self._results.popitem(last=False)
            else:
                self._results.move_to_end(key)
        if mine:
            try:
                future.set_result(compute())
            except BaseException as error:
                with self._lock:
                    if self._results.get(key) is future:
                        del self._results[key]
                future.set_exception(error)
        result: T = future.result()
        return result
