"""From a query to what a neuron does with its batch's statistics."""

from typing import NamedTuple

from app.api.compute.budgets import check_draws
from app.api.compute.cached import cached
from app.api.compute.problems import get_problem
from app.api.queries.parameters import resolve_batch_sizes
from app.api.queries.statistics import MatesQuery, RunningQuery
from app.science.epoch_plan import EpochPlan
from app.science.noise.law import law_batch_sizes
from app.science.normalising.best_scale import BestScale, best_scales
from app.science.normalising.mates import MateLosses, mate_losses
from app.science.normalising.neuron import Neuron, neuron_of
from app.science.normalising.running import Running, running
from app.web.cache import Cache

DRAWN = 16  # about how many batch sizes a line is drawn through


class Statistics(NamedTuple):
    """An example among others at batch sizes, those that are asked among them."""

    neuron: Neuron
    asked: list[int]
    mates: tuple[MateLosses, ...]
    scales: tuple[BestScale, ...]


@cached
def get_statistics(cache: Cache, query: MatesQuery) -> Statistics:
    """The loss of a query's example, and γ that training tends to.

    Raises:
        ParameterError: a surface whose examples are others, no such example, or too many draws.
    """
    neuron = neuron_of(get_problem(cache, query))
    check_draws(query.draws, neuron.size)
    asked = resolve_batch_sizes(query.batch_size, query.examples)
    sizes = [size for size in law_batch_sizes(neuron.size, asked, DRAWN).tolist() if size > 1]
    drawn = {"draws": query.draws, "seed": query.seed}
    return Statistics(
        neuron,
        asked,
        mate_losses(neuron, query.example, sizes, **drawn),
        best_scales(neuron, sizes, **drawn),
    )


@cached
def get_running(cache: Cache, query: RunningQuery) -> tuple[Running, ...]:
    """Running statistics at a query's batch sizes, but for 1.

    Raises:
        ParameterError: a surface whose examples are others, or too many updates.
    """
    neuron = neuron_of(get_problem(cache, query))
    remainder = "drop" if query.drop_last else "keep"
    return tuple(
        running(
            neuron,
            EpochPlan(neuron.size, size, remainder),
            epochs=query.epochs,
            seed=query.seed,
            share=query.share,
        )
        for size in resolve_batch_sizes(query.batch_size, query.examples)
        if size > 1
    )
