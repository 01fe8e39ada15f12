"""A network's runs, answered as Plotly figures."""

import asyncio
from typing import Annotated

from fastapi import Query, Request, Response

from app.api.compute.network import finish
from app.api.dependencies import LaboratoryDependency
from app.api.figures.answers import figure_response, figure_router
from app.api.queries.figures import NetworkCurvesQuery
from app.api.schemas.network import SHORT
from app.figures.network.curves import curves_figure
from app.web.disconnects import unless_gone

router = figure_router()


@router.get("/network-curves", openapi_extra=SHORT)
async def get_network_curves_figure(
    request: Request,
    laboratory: LaboratoryDependency,
    query: Annotated[NetworkCurvesQuery, Query()],
) -> Response:
    """Losses and accuracies of training and test rows, over replicas."""
    async with unless_gone(request.is_disconnected):
        step = await finish(laboratory, query, measured=False)
    return await asyncio.to_thread(
        lambda: figure_response(request, query, curves_figure(step.runs, query.theme, query.axis))
    )
