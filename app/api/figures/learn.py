"""The figures of the guide."""

from typing import Annotated

import numpy as np
from fastapi import Query, Request, Response

from app.api.compute.problems import get_problem
from app.api.compute.runs import get_comparison, get_planned
from app.api.dependencies import CacheDependency
from app.api.figures.answers import figure_response, figure_router
from app.api.queries.learn import (
    AccumulationFigureQuery,
    LocalSgdQuery,
    MemoryQuery,
    OrdersQuery,
    RareQuery,
    SequencesQuery,
    StripQuery,
    TokensQuery,
    WeightsQuery,
)
from app.api.queries.parameters import resolve_batch_size, resolve_batch_sizes
from app.api.queries.run import RunQuery
from app.figures.learn.accumulation import accumulation_figure, tokens_figure, weights_figure
from app.figures.learn.draws import draws_figure
from app.figures.learn.local_sgd import local_sgd_figure
from app.figures.learn.memory import memory_figure
from app.figures.learn.orders import orders_figure
from app.figures.learn.poisson import poisson_figure
from app.figures.learn.rare import rare_figure
from app.figures.learn.sequences import sequences_figure
from app.figures.learn.strip import strip_figure
from app.science.accumulation import MEANS, SIZE
from app.science.draws import drawn_sizes, drawn_times
from app.science.errors import ParameterError
from app.science.memory import Network
from app.science.rare import rare_batches
from app.science.sampling import POISSON
from app.science.sequences import Batching
from app.web.cache import Cache

router = figure_router()
MOST_DRAWN = 1_000_000  # examples; of more, only the expected counts are drawn
MOST_NUMBERS = 20_000_000  # examples × Poisson batches: the same


@router.get("/epoch-plan")
def get_epoch_plan_figure(request: Request, query: Annotated[StripQuery, Query()]) -> Response:
    """The examples of an epoch, cut into its batches; with replacement, how often each comes.

    Of Poisson batches, how many examples they have.
    """
    plan = query.plan
    if query.sampling == POISSON and not plan.whole:
        small = plan.examples * plan.updates <= MOST_NUMBERS
        drawn = drawn_sizes(plan, query.seed) if small else None
        figure = poisson_figure(plan, drawn, query.theme)
    elif query.sampling != "with-replacement":
        figure = strip_figure(plan, query.sampling, query.theme)
    else:
        times = drawn_times(plan, query.seed) if plan.examples <= MOST_DRAWN else None
        figure = draws_figure(plan, times, query.theme)
    return figure_response(request, query, figure)


@router.get("/memory")
def get_memory_figure(request: Request, query: Annotated[MemoryQuery, Query()]) -> Response:
    """Bytes that training a fully connected network keeps, against batch size."""
    size = resolve_batch_size(query.batch_size, query.examples)
    figure = memory_figure(
        Network(query.inputs, query.width, query.layers, query.outputs),
        size,
        examples=query.examples,
        optimizer=query.optimizer,
        precision=query.precision,
        theme=query.theme,
    )
    return figure_response(request, query, figure)


@router.get("/orders")
def get_orders_figure(
    request: Request, cache: CacheDependency, query: Annotated[OrdersQuery, Query()]
) -> Response:
    """The loss at one batch size under each sampling that the examples allow.

    Poisson batches, each of which is N draws, are left out where these are too many.
    """
    asked = query.runs()
    poisson = asked.pop(POISSON, None)
    for run in asked.values():
        get_planned(cache, run)  # what is refused of all is told of them
    too_many = None if poisson is None or _is_planned(cache, poisson) else POISSON
    runs = {
        name: get_comparison(cache, run).runs[0]
        for name, run in query.runs().items()
        if name != too_many
    }
    figure = orders_figure(runs, too_many, query.theme)
    return figure_response(request, query, figure, sampling=list(runs))


def _is_planned(cache: Cache, run: RunQuery) -> bool:
    """Whether a run's updates are within its budget of work."""
    try:
        get_planned(cache, run)
    except ParameterError as error:
        if error.parameter not in ("epochs", "updates"):
            raise
        return False
    return True


@router.get("/accumulation")
def get_accumulation_figure(
    request: Request, cache: CacheDependency, query: Annotated[AccumulationFigureQuery, Query()]
) -> Response:
    """The loss at one batch size, its micro-batches averaged by size, and as a mean of means.

    With ``clip`` also by size where each micro-batch is clipped, in place of the update.
    """
    runs = {name: get_comparison(cache, run).runs[0] for name, run in query.runs().items()}
    figure = accumulation_figure(runs, query.theme)
    return figure_response(request, query, figure, accumulation=[SIZE, MEANS])


@router.get("/local-sgd")
def get_local_sgd_figure(
    request: Request, cache: CacheDependency, query: Annotated[LocalSgdQuery, Query()]
) -> Response:
    """How far workers part between averagings of their weights, and how far their mean wanders.

    Against the updates between two of them.
    """
    (plan,) = get_planned(cache, query.one).plans
    one_batch, *runs = [get_comparison(cache, run).runs[0] for run in query.runs(plan.updates)]
    figure = local_sgd_figure(runs, one_batch, query.theme)
    every = [run.plan.workers.sync_every for run in runs]
    return figure_response(request, query, figure, sync_every=every)


@router.get("/accumulation-weights")
def get_accumulation_weights_figure(
    request: Request, query: Annotated[WeightsQuery, Query()]
) -> Response:
    """What an example of each micro-batch counts in a mean of means, times that by size."""
    size = resolve_batch_size(query.batch_size, query.examples)
    figure = weights_figure(size, query.examples, query.updates, query.theme)
    return figure_response(request, query, figure)


@router.get("/accumulation-tokens")
def get_accumulation_tokens_figure(
    request: Request, query: Annotated[TokensQuery, Query()]
) -> Response:
    """What a token of each micro-batch counts in a mean of means, times that over all tokens."""
    return figure_response(request, query, tokens_figure(np.array(query.tokens), query.theme))


@router.get("/rare-class")
def get_rare_class_figure(
    request: Request, cache: CacheDependency, query: Annotated[RareQuery, Query()]
) -> Response:
    """The share of batches that hold no example of a rare class, measured and expected."""
    labels = get_problem(cache, query).labels
    assert labels is not None  # noqa: S101 - the surface is one of classes
    signs = np.asarray(labels, dtype=np.float64)
    found = [
        rare_batches(signs, size, query.sampling, np.random.default_rng([query.seed, 0]))
        for size in resolve_batch_sizes(query.batch_size, query.examples)
    ]
    rare = int(np.count_nonzero(signs > 0))
    figure = rare_figure(found, rare, len(signs), query.sampling, query.theme)
    return figure_response(request, query, figure)


@router.get("/sequences")
def get_sequences_figure(request: Request, query: Annotated[SequencesQuery, Query()]) -> Response:
    """A text cut into streams side by side, and updates that read some time steps of each."""
    batching = Batching(query.tokens, query.batch_size, query.length)
    return figure_response(request, query, sequences_figure(batching, query.theme))
