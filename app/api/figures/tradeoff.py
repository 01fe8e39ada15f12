"""The trade-off queries, answered as Plotly figures."""

import asyncio
from collections.abc import Callable
from typing import Annotated

from fastapi import Query, Request, Response

from app.api.compute.laboratory import Laboratory
from app.api.compute.tradeoff import finish
from app.api.dependencies import LaboratoryDependency
from app.api.figures.answers import figure_response, figure_router
from app.api.queries.figures import TradeoffFigureQuery
from app.api.schemas.tradeoff import SHORT
from app.figures.figure import Figure
from app.figures.tradeoff.pareto import pareto_figure
from app.figures.tradeoff.rates import rates_figure
from app.figures.tradeoff.scaling import examples_figure, updates_figure
from app.science.tradeoff.sweep_result import SweepResult
from app.web.disconnects import unless_gone

router = figure_router()

TradeoffFigure = Annotated[TradeoffFigureQuery, Query()]


@router.get("/tradeoff-updates", openapi_extra=SHORT)
async def get_tradeoff_updates_figure(
    request: Request, laboratory: LaboratoryDependency, query: TradeoffFigure
) -> Response:
    """Updates to the target against batch size."""
    return await _drawn(request, laboratory, query, updates_figure)


@router.get("/tradeoff-examples", openapi_extra=SHORT)
async def get_tradeoff_examples_figure(
    request: Request, laboratory: LaboratoryDependency, query: TradeoffFigure
) -> Response:
    """Examples to the target against batch size."""
    return await _drawn(request, laboratory, query, examples_figure)


@router.get("/tradeoff-pareto", openapi_extra=SHORT)
async def get_tradeoff_pareto_figure(
    request: Request, laboratory: LaboratoryDependency, query: TradeoffFigure
) -> Response:
    """Updates against examples, with the fitted hyperbola."""
    return await _drawn(request, laboratory, query, pareto_figure)


@router.get("/tradeoff-rates", openapi_extra=SHORT)
async def get_tradeoff_rates_figure(
    request: Request, laboratory: LaboratoryDependency, query: TradeoffFigure
) -> Response:
    """The best learning rate against batch size."""
    return await _drawn(request, laboratory, query, rates_figure)


async def _drawn(
    request: Request,
    laboratory: Laboratory,
    query: TradeoffFigureQuery,
    draw: Callable[[tuple[SweepResult, ...], str], Figure],
) -> Response:
    """The figure of a sweep, drawn beside the event loop."""
    async with unless_gone(request.is_disconnected):
        swept = (await finish(laboratory, query)).swept
    sizes = list(swept[0].sweep.sizes)
    return await asyncio.to_thread(
        lambda: figure_response(request, query, draw(swept, query.theme), batch_size=sizes)
    )
