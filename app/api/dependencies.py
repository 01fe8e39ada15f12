"""What routes are given: a turn to compute, the cache of results, and what sweeps need."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Annotated

from fastapi import Depends, Request
from fastapi.exceptions import RequestValidationError

from app.api.compute.laboratory import Laboratory
from app.api.queries.base import repeated
from app.api.queries.optimizer import OF_ONE
from app.science.pauses import AT_PAUSE
from app.web.admission import TURN, WAIT_SECONDS, BusyError, Gate
from app.web.bodies import LOGS, TABLES, sent_as
from app.web.cache import Cache
from app.web.disconnects import ended_when
from app.web.errors import query_fields, repetition

PAGE_SECONDS = 1.0  # that a page waits for a turn to compute its picture


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
        raise RequestValidationError(
            [repetition(*each, OF_ONE.get(each[0])) for each in several.items()]
        )


async def admitted(request: Request, gate: GateDependency) -> AsyncIterator[None]:
    """A turn to compute, held until the answer is made or the client has left.

    Raises:
        BusyError: it would not have one in time.
        ClientDisconnect: it has; nobody reads the answer.
    """
    async with _turn(request, gate, WAIT_SECONDS):
        yield


async def admitted_soon(request: Request, gate: GateDependency) -> AsyncIterator[None]:
    """A turn to compute a page's picture, if there is one soon: ``request.state.computes``.

    A page is always sent: without its picture, if that would have to wait, and its script waits.
    """
    async with AsyncExitStack() as stack:
        request.state.computes = True
        try:
            await stack.enter_async_context(_turn(request, gate, PAGE_SECONDS))
        except BusyError:
            request.state.computes = False
        yield


async def admitted_soon_if_asked(request: Request, gate: GateDependency) -> AsyncIterator[None]:
    """As `admitted_soon`; a page without parameters computes nothing and need not wait."""
    if request.url.query:
        async with asynccontextmanager(admitted_soon)(request, gate):
            yield
    else:
        request.state.computes = True
        yield


@asynccontextmanager
async def _turn(request: Request, gate: Gate, patience: float) -> AsyncIterator[None]:
    gone = request.is_disconnected
    async with gate.slot(gone, client_of(request), patience) as turn:
        request.state.waited = turn.waited
        TURN.set(turn)  # in the context of this request, which ends with it
        async with ended_when(gone, AT_PAUSE, turn.rest):
            yield


def client_of(request: Request) -> str:
    """Whose request it is: its address, as the server or a trusted proxy says."""
    return request.client.host if request.client else ""


SENT_TABLE = Depends(sent_as(TABLES))
SENT_LOG = Depends(sent_as(LOGS))
SentTable = Annotated[bytes, SENT_TABLE]
SentLog = Annotated[bytes, SENT_LOG]
GIVEN_ONCE = Depends(given_once)
# The turn ends before the answer is sent, so that a slow client keeps nobody waiting.
ADMITTED = Depends(admitted, scope="function")
ADMITTED_SOON = Depends(admitted_soon, scope="function")
ADMITTED_SOON_IF_ASKED = Depends(admitted_soon_if_asked, scope="function")
