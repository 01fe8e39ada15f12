"""What routes are given: a turn to compute, the cache of results, and what sweeps need."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError

from app.api.compute.tradeoff import Laboratory
from app.api.queries.base import repeated
from app.science.pauses import AT_PAUSE
from app.web.admission import Gate, ended_when
from app.web.cache import Cache
from app.web.errors import query_fields, repetition


async def get_cache(request: Request) -> Cache:
    """The application's cache."""
    cache: Cache = request.app.state.cache
    return cache


async def get_gate(request: Request) -> Gate:
    """The application's gate."""
    gate: Gate = request.app.state.gate
    return gate


async def get_laboratory(request: Request) -> Laboratory:
    """What sweeps need."""
    state = request.app.state
    return Laboratory(state.workers, state.jobs, state.cache, state.measured)


LaboratoryDependency = Annotated[Laboratory, Depends(get_laboratory)]
CacheDependency = Annotated[Cache, Depends(get_cache)]
GateDependency = Annotated[Gate, Depends(get_gate)]


async def given_once(request: Request) -> None:
    """Nothing, unless a parameter that holds one value has come with several.

    Raises:
        RequestValidationError: one has; none of them is taken for the one that was meant.
    """
    several = repeated(query_fields(request), request.query_params.multi_items())
    if several:
        raise RequestValidationError([repetition(*each) for each in several.items()])


async def admitted(request: Request, gate: GateDependency) -> AsyncIterator[None]:
    """A turn to compute, held until the answer is made or the client has left.

    Raises:
        BusyError: too many wait already.
        ClientDisconnect: it has; nobody reads the answer.
    """
    gone = request.is_disconnected
    async with gate.slot(gone) as waited, ended_when(gone, AT_PAUSE):
        request.state.waited = waited
        yield


async def admitted_if_asked(request: Request, gate: GateDependency) -> AsyncIterator[None]:
    """As `admitted`; a page without parameters computes nothing and need not wait."""
    if request.url.query:
        async with asynccontextmanager(admitted)(request, gate):
            yield
    else:
        yield


GIVEN_ONCE = Depends(given_once)
# The turn ends before the answer is sent, so that a slow client keeps nobody waiting.
ADMITTED = Depends(admitted, scope="function")
ADMITTED_IF_ASKED = Depends(admitted_if_asked, scope="function")
