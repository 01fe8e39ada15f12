"""What noise leaves in the end, answered as Plotly figures."""

from collections.abc import Sequence
from typing import Annotated

from fastapi import Query, Request, Response

from app.api.compute.runs import check_ensemble, get_problem
from app.api.dependencies import CacheDependency
from app.api.figures.answers import figure_response, figure_router
from app.api.queries.figures import AnnealingFigureQuery, EscapeFigureQuery, FloorFigureQuery
from app.api.queries.parameters import FULL, resolve_batch_size
from app.figures.tradeoff.annealing import annealing_figure
from app.figures.tradeoff.escape import escape_figure
from app.figures.tradeoff.floor import floor_figure
from app.science.floors.annealing import anneal
from app.science.floors.escape import escape, find_wells
from app.science.floors.independent import measure_floors, updates_of
from app.science.sampling import EpochPlan
from app.web.description import example

router = figure_router()

REPLICAS = 64
FLOOR_SIZES = (1, 4, 16, 64)
ESCAPE_SIZES = (1, 2, 4, 8, 16, 64, FULL)
RATES = (1.0, 0.25)  # of the learning rate asked for


@router.get("/tradeoff-floor", openapi_extra=example("batch_size=4"))
def get_tradeoff_floor_figure(
    request: Request, cache: CacheDependency, query: Annotated[FloorFigureQuery, Query()]
) -> Response:
    """The noise floor at a learning rate and a quarter of it, beside theory where that holds."""
    problem = get_problem(cache, query.surface, query)
    rate = query.learning_rate or problem.surface.learning_rate
    sizes = _sizes(query.batch_size, FLOOR_SIZES, query.examples)
    samplings = ("with-replacement", "reshuffle")
    runs = [
        (updates_of(query.examples, size, sampling), size)
        for size in sizes
        for _ in RATES
        for sampling in samplings
    ]
    check_ensemble(problem, runs, REPLICAS, "batch_size", sizes)
    points = [(rate * share, size) for share in RATES for size in sizes]
    independent, reshuffled = cache.get(
        ("floor", query.key()),
        lambda: [
            measure_floors(
                problem,
                points,
                sampling=sampling,
                replicas=REPLICAS,
                seed=query.seed,
            )
            for sampling in samplings
        ],
    )
    return figure_response(
        request,
        query,
        floor_figure(independent, reshuffled, query.examples, query.theme),
        batch_size=sizes,
        learning_rate=[rate * share for share in RATES],
        sampling=samplings,
        updates=sorted({updates for updates, _ in runs}),
        replicas=REPLICAS,
    )


@router.get(
    "/tradeoff-escape", openapi_extra=example("batch_size=1&batch_size=8&replicas=10&epochs=2")
)
def get_tradeoff_escape_figure(
    request: Request, cache: CacheDependency, query: Annotated[EscapeFigureQuery, Query()]
) -> Response:
    """The share of replicas that end in the flatter of two wells, from both of them."""
    problem = get_problem(cache, query.surface, query)
    wells = find_wells(problem)
    sizes = _sizes(query.batch_size, ESCAPE_SIZES, query.examples)
    epochs = [EpochPlan(query.examples, size) for size in sizes]
    runs = [(query.epochs * e.updates, e.batch_size) for e in epochs for _ in range(2)]
    check_ensemble(problem, runs, query.replicas, "epochs", query.epochs)
    escapes = cache.get(
        ("escape", query.key()),
        lambda: escape(
            problem,
            sizes,
            learning_rate=query.learning_rate or problem.surface.learning_rate,
            epochs=query.epochs,
            replicas=query.replicas,
            seed=query.seed,
        ),
    )
    figure = escape_figure(escapes, wells, query.examples, query.theme)
    return figure_response(request, query, figure, batch_size=sizes)


@router.get("/tradeoff-annealing")
def get_tradeoff_annealing_figure(
    request: Request, cache: CacheDependency, query: Annotated[AnnealingFigureQuery, Query()]
) -> Response:
    """Batch-size growth beside learning-rate decay (Smith et al. 2017), where either ends."""
    problem = get_problem(cache, query.surface, query)
    size = resolve_batch_size(query.batch_size, query.examples)
    an_epoch = EpochPlan(query.examples, size).updates
    runs = [(2 * query.epochs * query.stages * an_epoch, size)]
    check_ensemble(problem, runs, REPLICAS, "epochs", query.epochs)
    annealing = cache.get(
        ("annealing", query.key()),
        lambda: anneal(
            problem,
            batch_size=size,
            learning_rate=query.learning_rate or problem.surface.learning_rate,
            factor=query.factor,
            epochs=query.epochs,
            stages=query.stages,
            sampling=query.sampling,
            replicas=REPLICAS,
            seed=query.seed,
        ),
    )
    figure = annealing_figure(annealing, query.examples, query.theme)
    return figure_response(request, query, figure, replicas=REPLICAS)


def _sizes(asked: Sequence[int | str], defaults: Sequence[int | str], examples: int) -> list[int]:
    """The batch sizes asked for, else those of the default ones that there are examples for."""
    there = [size for size in defaults if size == FULL or int(size) <= examples]
    return list(dict.fromkeys(resolve_batch_size(size, examples) for size in asked or there))
