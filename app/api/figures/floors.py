"""What noise leaves in the end, answered as Plotly figures."""

from itertools import chain
from typing import Annotated

from fastapi import Query, Request, Response

from app.api.compute.floors import (
    FLOOR_REPLICAS,
    FLOOR_SAMPLINGS,
    REPLICAS,
    get_annealing,
    get_escapes,
    get_floors,
)
from app.api.compute.range_test import get_range_tests
from app.api.compute.rate_map import get_rate_map
from app.api.dependencies import CacheDependency
from app.api.figures.answers import figure_response, figure_router
from app.api.queries.figures import (
    AnnealingFigureQuery,
    EscapeFigureQuery,
    FloorFigureQuery,
    RangeTestFigureQuery,
    RateMapFigureQuery,
)
from app.figures.tradeoff.annealing import annealing_figure
from app.figures.tradeoff.escape import escape_figure
from app.figures.tradeoff.floor import floor_figure
from app.figures.tradeoff.range_test import range_test_figure
from app.figures.tradeoff.rate_map import rate_map_figure
from app.web.description import example

router = figure_router()


@router.get("/tradeoff-floor", openapi_extra=example("batch_size=4"))
def get_tradeoff_floor_figure(
    request: Request, cache: CacheDependency, query: Annotated[FloorFigureQuery, Query()]
) -> Response:
    """The noise floor of every update rule, plain SGD's also at a quarter of its learning rate.

    Beside theory where that holds, for plain SGD and heavy ball.
    """
    floors = get_floors(cache, query)
    return figure_response(
        request,
        query,
        floor_figure(
            floors.independent, floors.reshuffled, floors.others, query.examples, query.theme
        ),
        batch_size=floors.batch_sizes,
        learning_rate=list(dict.fromkeys(chain(*floors.learning_rates.values()))),
        sampling=FLOOR_SAMPLINGS,
        updates=floors.updates,
        replicas=FLOOR_REPLICAS,
    )


@router.get("/tradeoff-map", openapi_extra=example("examples=64&epochs=4&replicas=4"))
def get_tradeoff_map_figure(
    request: Request, cache: CacheDependency, query: Annotated[RateMapFigureQuery, Query()]
) -> Response:
    """The final loss over learning rate × batch size, and where only their quotient matters."""
    found = get_rate_map(cache, query)
    figure = rate_map_figure(found, query.epochs, query.theme)
    return figure_response(
        request,
        query,
        figure,
        batch_size=found.batch_sizes.tolist(),
        learning_rate=found.rates.tolist(),
        remainder="drop",
    )


@router.get("/tradeoff-range-test", openapi_extra=example("examples=64&updates=40&replicas=4"))
def get_tradeoff_range_test_figure(
    request: Request, cache: CacheDependency, query: Annotated[RangeTestFigureQuery, Query()]
) -> Response:
    """The loss while the learning rate rises along one run, at several batch sizes."""
    tests = get_range_tests(cache, query)
    figure = range_test_figure(tests, query.updates, query.theme)
    sizes = [test.batch_size for test in tests]
    return figure_response(request, query, figure, batch_size=sizes)


@router.get(
    "/tradeoff-escape", openapi_extra=example("batch_size=1&batch_size=8&replicas=10&epochs=2")
)
def get_tradeoff_escape_figure(
    request: Request, cache: CacheDependency, query: Annotated[EscapeFigureQuery, Query()]
) -> Response:
    """The share of replicas that end in the flatter of two wells, from both of them."""
    sizes, wells, escapes = get_escapes(cache, query)
    figure = escape_figure(escapes, wells, query.examples, query.theme)
    return figure_response(request, query, figure, batch_size=sizes)


@router.get("/tradeoff-annealing")
def get_tradeoff_annealing_figure(
    request: Request, cache: CacheDependency, query: Annotated[AnnealingFigureQuery, Query()]
) -> Response:
    """Batch-size growth beside learning-rate decay (Smith et al. 2017), where either ends."""
    figure = annealing_figure(get_annealing(cache, query), query.examples, query.theme)
    return figure_response(request, query, figure, replicas=REPLICAS)
