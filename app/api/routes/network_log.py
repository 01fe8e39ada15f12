"""``/network/log``: a network's run, logged as a reader's own is."""

import asyncio
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api import API
from app.api.compute.network_log import finish_log
from app.api.dependencies import LaboratoryDependency
from app.api.queries.logged import NetworkLogQuery
from app.api.schemas.network import SHORT
from app.science.logged.own import written
from app.web.disconnects import unless_gone
from app.web.responses import Text, cacheable, documented

router = APIRouter(prefix=API, tags=["logged"])

LINES = Text(
    "application/x-ndjson", description="JSON lines: a header, then a line a measured step"
)


@router.get(
    "/network/log",
    response_class=Response,
    responses=documented(None, LINES),
    openapi_extra=SHORT,
)
async def get_network_log(
    request: Request,
    laboratory: LaboratoryDependency,
    query: Annotated[NetworkLogQuery, Query()],
) -> Response:
    """A run's own log, to be sent to ``/logged``: each batch's examples are its parts.

    Of one replica and the batch size that is followed, at most 1,280 steps of it. Every fourth
    line, and each of a full batch, also has ‖G‖² and tr Σ of all examples, with which the exact
    noise scale is drawn.
    """
    async with unless_gone(request.is_disconnected):
        log = await finish_log(laboratory, query)
    return await asyncio.to_thread(
        lambda: cacheable(request, written(log).encode(), LINES.media_type)
    )
