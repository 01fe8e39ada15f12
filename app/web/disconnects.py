"""Clients that leave: what they waited for ends."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from contextvars import ContextVar
from functools import partial

from starlette.requests import ClientDisconnect

LOOK_SECONDS = 0.2  # between looks at whether the client is still there


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
    gone: Callable[[], Awaitable[bool]],
    at_pause: ContextVar[Callable[[], None] | None],
    rest: Callable[[], None],
) -> AsyncIterator[None]:
    """What is computed inside ends at its next pause, once the client has left.

    It ends with a ClientDisconnect, raised in the computation's own thread.

    Args:
        gone: whether the client has left.
        at_pause: what the computation calls at its pauses.
        rest: what it does there as long as the client is there.
    """
    left = asyncio.Event()

    def at_each() -> None:
        if not left.is_set():
            rest()
        if left.is_set():
            raise ClientDisconnect

    at_pause.set(at_each)  # in the context of this request, which ends with it
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
