"""What routes are given: a turn to compute, the cache of results, and who does long work."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request

from app.api.admission import Gate
from app.api.cache import Cache
from app.api.tradeoff_work import Laboratory


async def get_cache(request: Request) -> Cache:
    """The application's cache."""
    cache: Cache = request.app.state.cache
    return cache


async def get_laboratory(request: Request) -> Laboratory:
    """What long work needs."""
    state = request.app.state
    return Laboratory(state.workers, state.jobs, state.cache)


async def admitted(request: Request) -> AsyncIterator[None]:
    """A turn to compute, held until the answer is made.

    Raises:
        BusyError: too many wait already.
    """
    gate: Gate = request.app.state.gate
    async with gate.slot(request.is_disconnected):
        yield


async def admitted_if_asked(request: Request) -> AsyncIterator[None]:
    """As `admitted`; a page without parameters computes nothing and need not wait."""
    if not request.url.query:
        yield
        return
    async for turn in admitted(request):
        yield turn


LaboratoryDependency = Annotated[Laboratory, Depends(get_laboratory)]
CacheDependency = Annotated[Cache, Depends(get_cache)]
# Not held while the answer is sent: a slow client keeps nobody waiting.
ADMITTED = Depends(admitted, scope="function")
ADMITTED_IF_ASKED = Depends(admitted_if_asked, scope="function")
