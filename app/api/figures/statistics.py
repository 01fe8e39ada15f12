"""Batch statistics, answered as Plotly figures."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.api.compute.statistics import get_running, get_statistics
from app.api.dependencies import CacheDependency
from app.api.figures.answers import figure_response, figure_router
from app.api.queries.parameters import resolve_batch_sizes
from app.api.queries.statistics import MatesFigureQuery, RunningFigureQuery
from app.figures.normalising.mates import mates_figure
from app.figures.normalising.running import running_figure

router = figure_router()


@router.get("/batch-statistics")
def get_batch_statistics_figure(
    request: Request, cache: CacheDependency, query: Annotated[MatesFigureQuery, Query()]
) -> Response:
    """A neuron γ x̂ + β that normalises by its batch: an example's loss against its batch mates.

    Above its loss at fixed weights, below the γ that is best in training by the statistics of so
    many examples, as of ghost batches and accumulated micro-batches. All batches of a size are made
    where they are few, else ``draws`` of them.
    """
    found = get_statistics(cache, query)
    figure = mates_figure(
        found.neuron,
        query.example,
        found.mates,
        found.scales,
        found.asked,
        query.draws,
        query.theme,
    )
    return figure_response(request, query, figure, batch_size=found.asked)


@router.get("/running-statistics")
def get_running_statistics_figure(
    request: Request, cache: CacheDependency, query: Annotated[RunningFigureQuery, Query()]
) -> Response:
    """Running mean and variance along some epochs, beside those of each batch and of all examples.

    Unbiased as PyTorch keeps them; a last batch of 1 ends them, as it does there.
    """
    asked = resolve_batch_sizes(query.batch_size, query.examples)
    figure = running_figure(get_running(cache, query), query.epochs, 1 in asked, query.theme)
    return figure_response(request, query, figure, batch_size=asked)
