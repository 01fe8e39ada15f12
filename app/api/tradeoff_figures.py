"""The trade-off queries, answered as Plotly figures."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api.dependencies import LaboratoryDependency
from app.api.errors import RESPONSES
from app.api.figure_answers import figure_response
from app.api.figure_queries import TradeoffFigureQuery
from app.api.responses import unless_gone
from app.api.tradeoff_work import finish
from app.figures.tradeoff.pareto import pareto_figure
from app.figures.tradeoff.rates import rates_figure
from app.figures.tradeoff.scaling import examples_figure, updates_figure

router = APIRouter(prefix="/api/v1/figures", tags=["figures"], responses=RESPONSES)

TradeoffFigure = Annotated[TradeoffFigureQuery, Query()]


@router.get("/tradeoff-updates")
async def get_tradeoff_updates_figure(
    request: Request, laboratory: LaboratoryDependency, query: TradeoffFigure
) -> Response:
    """Updates to the target against batch size."""
    swept = (await unless_gone(request, finish(laboratory, query))).swept
    return figure_response(request, query, updates_figure(swept, query.theme))


@router.get("/tradeoff-examples")
async def get_tradeoff_examples_figure(
    request: Request, laboratory: LaboratoryDependency, query: TradeoffFigure
) -> Response:
    """Examples to the target against batch size."""
    swept = (await unless_gone(request, finish(laboratory, query))).swept
    return figure_response(request, query, examples_figure(swept, query.theme))


@router.get("/tradeoff-pareto")
async def get_tradeoff_pareto_figure(
    request: Request, laboratory: LaboratoryDependency, query: TradeoffFigure
) -> Response:
    """Updates against examples, with the fitted hyperbola."""
    swept = (await unless_gone(request, finish(laboratory, query))).swept
    return figure_response(request, query, pareto_figure(swept, query.theme))


@router.get("/tradeoff-rates")
async def get_tradeoff_rates_figure(
    request: Request, laboratory: LaboratoryDependency, query: TradeoffFigure
) -> Response:
    """The best learning rate against batch size."""
    swept = (await unless_gone(request, finish(laboratory, query))).swept
    return figure_response(request, query, rates_figure(swept, query.theme))
