"""The noise along runs, and the loss they print, answered as Plotly figures."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.api.compute.floors import LAST_BATCH_EPOCHS, REPLICAS, get_last_batch
from app.api.compute.noise import get_epoch_sums, get_logs, get_tracks
from app.api.compute.runs import get_printed, get_whole_runs
from app.api.dependencies import CacheDependency
from app.api.figures.answers import figure_response, figure_router
from app.api.queries.figures import (
    EpochSumFigureQuery,
    InstrumentFigureQuery,
    LastBatchFigureQuery,
    PrintedFigureQuery,
    RunNoiseFigureQuery,
)
from app.figures.noise.angles import turning_figure
from app.figures.noise.epoch_sum import epoch_sum_figure
from app.figures.noise.instruments import instrument_figure
from app.figures.noise.last_batch import last_batch_figure
from app.figures.noise.scale_tracks import along_figure
from app.figures.printed import printed_figure
from app.science.epoch_plan import REMAINDERS
from app.science.local_sgd import check_alone
from app.web.description import example

router = figure_router()


@router.get("/turning")
def get_turning_figure(
    request: Request, cache: CacheDependency, query: Annotated[RunNoiseFigureQuery, Query()]
) -> Response:
    """The angle between successive updates of a run of each batch size."""
    check_alone(query.workers)
    figure = turning_figure(get_whole_runs(cache, query), query.theme)
    return figure_response(request, query, figure)


@router.get("/noise-along")
def get_noise_along_figure(
    request: Request, cache: CacheDependency, query: Annotated[RunNoiseFigureQuery, Query()]
) -> Response:
    """The noise scale along a run of each batch size, beside its two-batch estimate."""
    figure = along_figure(get_tracks(cache, query), query.theme)
    return figure_response(request, query, figure)


@router.get("/printed-loss")
def get_printed_loss_figure(
    request: Request, cache: CacheDependency, query: Annotated[PrintedFigureQuery, Query()]
) -> Response:
    """The loss that a training loop prints, beside the true training loss, against epochs."""
    figure = printed_figure(get_printed(cache, query), query.smoothing, query.theme)
    return figure_response(request, query, figure)


@router.get("/instruments")
def get_instruments_figure(
    request: Request, cache: CacheDependency, query: Annotated[InstrumentFigureQuery, Query()]
) -> Response:
    """What an instrument of Cockpit (Schneider et al. 2021) reads along runs."""
    figure = instrument_figure(get_logs(cache, query), query.instrument, query.theme)
    return figure_response(request, query, figure)


@router.get("/epoch-sum")
def get_epoch_sum_figure(
    request: Request, cache: CacheDependency, query: Annotated[EpochSumFigureQuery, Query()]
) -> Response:
    """The steps of one epoch laid end to end, beside one step of the full batch.

    So that they travel as far, each step of an epoch of K steps is made at a K-th of the rate.
    """
    problem, sums, rate = get_epoch_sums(cache, query)
    figure = epoch_sum_figure(problem, sums, rate, query.theme)
    return figure_response(request, query, figure)


@router.get("/last-batch", openapi_extra=example("examples=101&batch_size=20"))
def get_last_batch_figure(
    request: Request, cache: CacheDependency, query: Annotated[LastBatchFigureQuery, Query()]
) -> Response:
    """The floor that a last, smaller batch leaves, under each rule for it, beside even batches."""
    size, even, floors = get_last_batch(cache, query)
    return figure_response(
        request,
        query,
        last_batch_figure(floors, query.examples, query.theme),
        batch_size=[size, even],
        remainder=list(REMAINDERS),
        epochs=LAST_BATCH_EPOCHS,
        replicas=REPLICAS,
    )
