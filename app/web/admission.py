"""Admission to the processor: so many computations at once, so many that wait, no more."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar

from starlette.requests import ClientDisconnect

LOOK_SECONDS = 0.2  # between looks at whether the client is still there


class BusyError(Exception):
    """As many wait as may."""


class Gate:
    """Lets ``threads`` computations run at once and ``queue`` wait, first come first served.

    It belongs to one event loop at a time; nothing of it may be called from a thread.

    Attributes:
        running, waiting: now.
        rejected: sent away since the start.
    """

    def __init__(self, threads: int, queue: int) -> None:
        self.running = 0
        self.rejected = 0
        self._threads = threads
        self._queue = queue
        self._turns: deque[asyncio.Future[None]] = deque()

    @property
    def waiting(self) -> int:
        """How many wait for their turn."""
        return len(self._turns)

    @property
    def full(self) -> bool:
        """Whether the next to come is sent away."""
        return self.running >= self._threads and self.waiting >= self._queue

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
        begun = time.monotonic()
        await self._enter(gone)
        try:
            yield time.monotonic() - begun
        finally:
            self._leave()

    async def _enter(self, gone: Callable[[], Awaitable[bool]]) -> None:
        if self.full:
            self.rejected += 1
            raise BusyError
        if self.running < self._threads:
            self.running += 1
            return
        turn = asyncio.get_running_loop().create_future()
        self._turns.append(turn)
        try:
            while not turn.done():
                await asyncio.wait((turn,), timeout=LOOK_SECONDS)
                if not turn.done() and await gone():
                    raise ClientDisconnect
        except BaseException:
            # Who leaves just when its turn has come hands it on.
            if turn.done():
                self._leave()
            else:
                self._turns.remove(turn)
            raise

    def _leave(self) -> None:
        if self._turns:
            self._turns.popleft().set_result(None)
        else:
            self.running -= 1


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
    left = False

    def end() -> None:
        if left:
            raise ClientDisconnect

    async def look() -> None:
        nonlocal left
        while not left:
            await asyncio.sleep(LOOK_SECONDS)
            left = await gone()

    at_pause.set(end)  # in the context of this request, which ends with it
    looking = asyncio.create_task(look())
    try:
        yield
    finally:
        looking.cancel()
