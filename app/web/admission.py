"""Admission to the processor: so many computations at once, so many that wait, no more."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import partial

from starlette.requests import ClientDisconnect

LOOK_SECONDS = 0.2  # between looks at whether the client is still there


class BusyError(Exception):
    """Too many wait already."""


class Gate:
    """Lets ``threads`` computations run at once and ``queue`` wait, first come first served.

    It belongs to one event loop; nothing of it may be called from a thread.

    Attributes:
        running, waiting: how many computations do so now.
        rejected: how many were sent away since the start.
    """

    def __init__(self, threads: int, queue: int) -> None:
        self.running = self.waiting = self.rejected = 0
        self._turns = asyncio.Semaphore(threads)
        self._queue = queue

    @property
    def full(self) -> bool:
        """Whether the next to come is sent away."""
        return self._turns.locked() and self.waiting >= self._queue

    @asynccontextmanager
    async def slot(self, gone: Callable[[], Awaitable[bool]]) -> AsyncIterator[float]:
        """One of the computations that may run, as soon as it is its turn.

        Args:
            gone: whether the client has left; who has need not wait.

        Yields:
            Seconds that it waited.

        Raises:
            BusyError: too many wait already.
            ClientDisconnect: the client left before its turn.
        """
        if self.full:
            self.rejected += 1
            raise BusyError
        begun = time.monotonic()
        self.waiting += 1
        try:
            async with unless_gone(gone):
                await self._turns.acquire()
        finally:
            self.waiting -= 1
        self.running += 1
        try:
            yield time.monotonic() - begun
        finally:
            self.running -= 1
            self._turns.release()


@asynccontextmanager
async def unless_gone(gone: Callable[[], Awaitable[bool]]) -> AsyncIterator[None]:
    """What is awaited inside is cancelled once the client has left.

    Raises:
        ClientDisconnect: it has; nobody reads the answer.
    """
    try:
        # No limit of time, until the client leaves: then it is over at once.
        async with asyncio.timeout(None) as time_left:
            async with _watching(gone, partial(time_left.reschedule, 0)):
                yield
    except TimeoutError:
        if not time_left.expired():
            raise
        raise ClientDisconnect from None


@asynccontextmanager
async def ended_when(
    gone: Callable[[], Awaitable[bool]], at_pause: ContextVar[Callable[[], None] | None]
) -> AsyncIterator[None]:
    """What is computed inside ends at its next pause, once the client has left.

    It ends with a ClientDisconnect, raised in the computation's own thread.

    Args:
        gone: whether the client has left.
        at_pause: what the computation calls at its pauses.
    """
    left = asyncio.Event()

    def end() -> None:
        if left.is_set():
            raise ClientDisconnect

    at_pause.set(end)  # in the context of this request, which ends with it
    async with _watching(gone, left.set):
        yield


@asynccontextmanager
async def _watching(
    gone: Callable[[], Awaitable[bool]], leave: Callable[[], None]
) -> AsyncIterator[None]:
    """Calls ``leave`` when the client leaves before what is inside has ended."""

    async def look() -> None:
        await asyncio.sleep(LOOK_SECONDS)
        while not await gone():
            await asyncio.sleep(LOOK_SECONDS)
        leave()

    looking = asyncio.create_task(look())
    try:
        yield
    finally:
        looking.cancel()
