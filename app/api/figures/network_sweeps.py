"""The sweeps over a network's batch sizes, answered as Plotly figures."""

import asyncio
from typing import Annotated

from fastapi import Query, Request, Response

from app.api.compute.network_sweeps import finish_gap, finish_steps
from app.api.dependencies import LaboratoryDependency
from app.api.figures.answers import figure_response, figure_router
from app.api.queries.figures import NetworkGapFigureQuery, NetworkStepsFigureQuery
from app.api.schemas.network_sweeps import SHORT_GAP, SHORT_STEPS
from app.figures.network.gap import gap_figure
from app.figures.network.steps import steps_figure
from app.web.disconnects import unless_gone

router = figure_router()


@router.get("/network-gap", openapi_extra=SHORT_GAP)
async def get_network_gap_figure(
    request: Request,
    laboratory: LaboratoryDependency,
    query: Annotated[NetworkGapFigureQuery, Query()],
) -> Response:
    """Test accuracy and training loss against batch size, under four budgets."""
    async with unless_gone(request.is_disconnected):
        result = await finish_gap(laboratory, query)
    return await asyncio.to_thread(
        lambda: figure_response(
            request,
            query,
            gap_figure(result, query.theme, query.columns),
            batch_size=[*result.sweep.sizes],
            target=result.target,
        )
    )


@router.get("/network-steps", openapi_extra=SHORT_STEPS)
async def get_network_steps_figure(
    request: Request,
    laboratory: LaboratoryDependency,
    query: Annotated[NetworkStepsFigureQuery, Query()],
) -> Response:
    """Updates to a training loss against batch size, and the noise scale on the way."""
    async with unless_gone(request.is_disconnected):
        result = await finish_steps(laboratory, query)
    return await asyncio.to_thread(
        lambda: figure_response(
            request, query, steps_figure(result, query.theme), batch_size=[*result.sweep.sizes]
        )
    )
