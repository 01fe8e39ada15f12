"""From a query to what noise leaves in the end."""

from collections.abc import Sequence
from typing import NamedTuple

from app.api.compute.budgets import check_ensemble
from app.api.compute.cached import cached
from app.api.compute.problems import get_problem
from app.api.queries.noise import LastBatchQuery
from app.api.queries.parameters import FULL, resolve_batch_size, resolve_batch_sizes
from app.api.queries.tradeoff import AnnealingQuery, EscapeQuery, FloorQuery
from app.science.floors.annealing import Annealing, anneal
from app.science.floors.escape import Escape, Wells, escape, find_wells
from app.science.floors.independent import NoiseFloor, measure_floors, updates_of
from app.science.floors.last_batch import RemainderFloors, compare_floors, even_batch_size
from app.science.sampling import REMAINDERS, EpochPlan
from app.web.cache import Cache

REPLICAS = 64
FLOOR_SIZES = (1, 4, 16, 64)
FLOOR_SAMPLINGS = ("with-replacement", "reshuffle")
ESCAPE_SIZES = (1, 2, 4, 8, 16, 64, FULL)
RATE_SHARES = (1.0, 0.25)  # of the learning rate asked for, at which floors are measured
LAST_BATCH_EPOCHS = 60


class Floors(NamedTuple):
    """The floors of independent batches and of reshuffled ones."""

    batch_sizes: list[int]
    learning_rates: list[float]
    updates: list[int]
    independent: tuple[NoiseFloor, ...]
    reshuffled: tuple[NoiseFloor, ...]


@cached
def get_floors(cache: Cache, query: FloorQuery) -> Floors:
    """The noise floor at a learning rate and at a part of it.

    Raises:
        ParameterError: no minimum with a floor, or too much work.
    """
    problem = get_problem(cache, query)
    rate = query.learning_rate or problem.surface.learning_rate
    sizes = _sizes(query.batch_size, FLOOR_SIZES, query.examples)
    rates = [rate * share for share in RATE_SHARES]
    runs = [
        (updates_of(query.examples, size, sampling), size)
        for size in sizes
        for _ in RATE_SHARES
        for sampling in FLOOR_SAMPLINGS
    ]
    check_ensemble(problem, runs, REPLICAS, "batch_size", sizes)
    points = [(rate, size) for rate in rates for size in sizes]
    independent, reshuffled = (
        measure_floors(problem, points, sampling=sampling, replicas=REPLICAS, seed=query.seed)
        for sampling in FLOOR_SAMPLINGS
    )
    return Floors(sizes, rates, sorted({updates for updates, _ in runs}), independent, reshuffled)


@cached
def get_escapes(cache: Cache, query: EscapeQuery) -> tuple[list[int], Wells, tuple[Escape, ...]]:
    """Batch sizes, two wells, and which of them the replicas of each size end in.

    Raises:
        ParameterError: not two wells, or too much work.
    """
    problem = get_problem(cache, query)
    wells = find_wells(problem)
    sizes = _sizes(query.batch_size, ESCAPE_SIZES, query.examples)
    epochs = [EpochPlan(query.examples, size) for size in sizes]
    runs = [(query.epochs * e.updates, e.batch_size) for e in epochs for _ in wells]
    check_ensemble(problem, runs, query.replicas, "epochs", query.epochs)
    escapes = escape(
        problem,
        sizes,
        learning_rate=query.learning_rate or problem.surface.learning_rate,
        epochs=query.epochs,
        replicas=query.replicas,
        seed=query.seed,
    )
    return sizes, wells, escapes


@cached
def get_annealing(cache: Cache, query: AnnealingQuery) -> Annealing:
    """Batch-size growth beside learning-rate decay.

    Raises:
        ParameterError: as `anneal`, or too much work.
    """
    problem = get_problem(cache, query)
    size = resolve_batch_size(query.batch_size, query.examples)
    an_epoch = EpochPlan(query.examples, size).updates
    runs = [(2 * query.epochs * query.stages * an_epoch, size)]
    check_ensemble(problem, runs, REPLICAS, "epochs", query.epochs)
    return anneal(
        problem,
        batch_size=size,
        learning_rate=query.learning_rate or problem.surface.learning_rate,
        factor=query.factor,
        epochs=query.epochs,
        stages=query.stages,
        sampling=query.sampling,
        replicas=REPLICAS,
        seed=query.seed,
    )


@cached
def get_last_batch(cache: Cache, query: LastBatchQuery) -> tuple[int, int | None, RemainderFloors]:
    """A batch size, one that divides N, and the floors of both under each rule for a last batch.

    Raises:
        ParameterError: as `compare_floors`, or too much work.
    """
    problem = get_problem(cache, query)
    size = resolve_batch_size(query.batch_size, query.examples)
    even = even_batch_size(query.examples, size)
    epochs = [EpochPlan(query.examples, size)] * len(REMAINDERS)
    epochs += [EpochPlan(query.examples, even)] if even else []
    runs = [(LAST_BATCH_EPOCHS * epoch.updates, epoch.batch_size) for epoch in epochs]
    check_ensemble(problem, runs, REPLICAS, "examples", query.examples)
    floors = compare_floors(
        problem,
        size,
        even,
        learning_rate=query.learning_rate or problem.surface.learning_rate,
        sampling=query.sampling,
        epochs=LAST_BATCH_EPOCHS,
        replicas=REPLICAS,
        seed=query.seed,
    )
    return size, even, floors


def _sizes(asked: Sequence[int | str], defaults: Sequence[int | str], examples: int) -> list[int]:
    """The batch sizes asked for, else the default ones that are at most N."""
    there = [size for size in defaults if size == FULL or int(size) <= examples]
    return resolve_batch_sizes(asked or there, examples)
