"""The noise along runs, answered as Plotly figures."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.api.compute.noise import batch_sizes
from app.api.compute.runs import (
    check_ensemble,
    check_losses,
    get_problem,
    get_whole_runs,
)
from app.api.dependencies import CacheDependency
from app.api.figures.answers import figure_response, figure_router
from app.api.queries.figures import (
    EpochSumFigureQuery,
    InstrumentFigureQuery,
    LastBatchFigureQuery,
    RunNoiseFigureQuery,
)
from app.api.queries.parameters import resolve_batch_size
from app.api.queries.run import RunQuery
from app.figures.noise.along import along_figure
from app.figures.noise.angles import turning_figure
from app.figures.noise.epoch_sum import epoch_sum_figure
from app.figures.noise.instruments import instrument_figure
from app.figures.noise.last_batch import last_batch_figure
from app.science.floors.last_batch import compare_floors, even_batch_size
from app.science.noise.epoch_sum import epoch_sum, full_steps
from app.science.noise.logs import Log, read_logs
from app.science.noise.tracks import PAIRS, POINTS, tracks
from app.science.sampling import REMAINDERS, EpochPlan
from app.web.cache import Cache
from app.web.description import example

FLOOR_EPOCHS = 60
FLOOR_REPLICAS = 64

router = figure_router()


@router.get("/turning")
def get_turning_figure(
    request: Request, cache: CacheDependency, query: Annotated[RunNoiseFigureQuery, Query()]
) -> Response:
    """The angle between successive updates of a run of each batch size."""
    figure = turning_figure(get_whole_runs(cache, query), query.theme)
    return figure_response(request, query, figure, replicas=1)


@router.get("/noise-along")
def get_noise_along_figure(
    request: Request, cache: CacheDependency, query: Annotated[RunNoiseFigureQuery, Query()]
) -> Response:
    """The noise scale along a run of each batch size, beside its two-batch estimate."""
    runs = get_whole_runs(cache, query)
    points = 2 * (POINTS + PAIRS) * len(runs)
    check_losses(points, runs[0].problem.surface, query.examples, "examples", query.examples)
    figure = along_figure(tracks(runs, query.seed), query.theme)
    return figure_response(request, query, figure, replicas=1)


@router.get("/instruments")
def get_instruments_figure(
    request: Request, cache: CacheDependency, query: Annotated[InstrumentFigureQuery, Query()]
) -> Response:
    """What an instrument of Cockpit (Schneider et al. 2021) reads along runs."""
    figure = instrument_figure(_logs(cache, query), query.instrument, query.theme)
    return figure_response(request, query, figure, replicas=1)


@router.get("/epoch-sum")
def get_epoch_sum_figure(
    request: Request, cache: CacheDependency, query: Annotated[EpochSumFigureQuery, Query()]
) -> Response:
    """The steps of one epoch laid end to end, beside one step of the full batch.

    So that they travel as far, each step of an epoch of K steps is made at a K-th of the rate.
    """
    problem = get_problem(cache, query.surface, query)
    surface = problem.surface
    rate = query.learning_rate or surface.learning_rate
    sums = [
        epoch_sum(
            problem,
            query.at or surface.start,
            batch_size=size,
            learning_rate=rate / full_steps(EpochPlan(query.examples, size, query.remainder)),
            remainder=query.remainder,
            sampling=query.sampling,
            seed=query.seed,
        )
        for size in batch_sizes(query)
    ]
    figure = epoch_sum_figure(problem, sums, rate, query.theme)
    return figure_response(request, query, figure)


@router.get("/last-batch", openapi_extra=example("examples=101&batch_size=20"))
def get_last_batch_figure(
    request: Request, cache: CacheDependency, query: Annotated[LastBatchFigureQuery, Query()]
) -> Response:
    """The floor that a last, smaller batch leaves, under each rule for it, beside even batches."""
    problem = get_problem(cache, query.surface, query)
    size = resolve_batch_size(query.batch_size, query.examples)
    even = even_batch_size(query.examples, size)
    epochs = [EpochPlan(query.examples, size)] * len(REMAINDERS)
    epochs += [EpochPlan(query.examples, even)] if even else []
    runs = [(FLOOR_EPOCHS * epoch.updates, epoch.batch_size) for epoch in epochs]
    check_ensemble(problem, runs, FLOOR_REPLICAS, "examples", query.examples)
    comparison = cache.get(
        ("floors", query.key()),
        lambda: compare_floors(
            problem,
            size,
            even,
            learning_rate=query.learning_rate or problem.surface.learning_rate,
            sampling=query.sampling,
            epochs=FLOOR_EPOCHS,
            replicas=FLOOR_REPLICAS,
            seed=query.seed,
        ),
    )
    return figure_response(
        request,
        query,
        last_batch_figure(comparison, query.examples, query.theme),
        batch_size=[size, even],
        remainder=list(REMAINDERS),
        epochs=FLOOR_EPOCHS,
        replicas=FLOOR_REPLICAS,
    )


def _logs(cache: Cache, query: RunQuery) -> tuple[Log, ...]:
    return cache.get(
        ("logs", query.key(RunQuery)),
        lambda: read_logs(get_whole_runs(cache, query), query.optimizer, query.seed),
    )
