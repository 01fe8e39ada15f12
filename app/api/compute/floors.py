"""From a query to what noise leaves in the end."""

from collections.abc import Sequence
from typing import NamedTuple

from app.api.compute.budgets import check_ensemble
from app.api.compute.cached import cached, shared
from app.api.compute.problems import get_problem
from app.api.queries.noise import LastBatchQuery
from app.api.queries.parameters import FULL, resolve_batch_size, resolve_batch_sizes
from app.api.queries.tradeoff import AnnealingQuery, EscapeQuery, FloorQuery
from app.science.epoch_plan import REMAINDERS, EpochPlan
from app.science.floors.annealing import Annealing, anneal
from app.science.floors.escape import Escape, Wells, escape, find_wells
from app.science.floors.independent import (
    UPDATES,
    NoiseFloor,
    measure_floors,
    settling,
    updates_of,
)
from app.science.floors.last_batch import RemainderFloors, compare_floors, even_batch_size
from app.science.floors.measured import check_minima
from app.science.optimizers import OPTIMIZERS, default_learning_rate
from app.science.sampling import check_theory
from app.web.cache import Cache

REPLICAS = 64
FLOOR_REPLICAS = 32  # fewer, for there are more runs
FLOOR_SIZES = (1, 4, 16, 64)
FLOOR_SAMPLINGS = ("with-replacement", "reshuffle")
ESCAPE_SIZES = (1, 2, 4, 8, 16, 64, FULL)
RATE_SHARES = (
    1.0,
    0.25,
)  # of the learning rate asked for, at which plain SGD's floors are measured
LAST_BATCH_EPOCHS = 60


class Floors(NamedTuple):
    """Plain SGD's floors with independent batches and reshuffled ones, and other rules' floors.

    Attributes:
        batch_sizes, learning_rates: of all, the rates of each rule.
        updates: how many the runs have.
        independent, reshuffled: of plain SGD, at each of its rates; none where it is not asked for.
        others: of each other rule, with independent batches.
    """

    batch_sizes: list[int]
    learning_rates: dict[str, list[float]]
    updates: list[int]
    independent: tuple[NoiseFloor, ...]
    reshuffled: tuple[NoiseFloor, ...]
    others: tuple[tuple[NoiseFloor, ...], ...]


@cached
@shared
def get_floors(cache: Cache, query: FloorQuery) -> Floors:
    """The noise floor of each rule at a learning rate, of plain SGD also at a part of it.

    Raises:
        ParameterError: no minimum with a floor, or too much work.
    """
    problem = get_problem(cache, query)
    check_minima(problem)
    sizes = _sizes(query.batch_size, FLOOR_SIZES, query.examples)
    asked = [name for name in OPTIMIZERS if name in query.optimizer]
    shares = {name: RATE_SHARES if name == "sgd" else RATE_SHARES[:1] for name in asked}
    rates = {
        name: [
            share * (query.learning_rate or default_learning_rate(problem.surface, name))
            for share in shares[name]
        ]
        for name in asked
    }
    ways = [(name, FLOOR_SAMPLINGS[0]) for name in asked]
    ways += [(name, FLOOR_SAMPLINGS[1]) for name in asked if name == "sgd"]
    cheap = problem.evaluations(max(sizes)) == 1  # elsewhere longer runs are too much work
    least = {
        name: settling(problem, name, min(rates[name]), sizes) if cheap else UPDATES
        for name in asked
    }
    runs = [
        (updates_of(query.examples, size, sampling, least[name]), size)
        for name, sampling in ways
        for size in sizes
        for _ in shares[name]
    ]
    check_ensemble(problem, runs, FLOOR_REPLICAS, "batch_size", sizes)
    found = {
        (name, sampling): measure_floors(
            problem,
            [(rate, size) for rate in rates[name] for size in sizes],
            optimizer=name,
            sampling=sampling,
            updates=least[name],
            replicas=FLOOR_REPLICAS,
            seed=query.seed,
        )
        for name, sampling in ways
    }
    independent, reshuffled = (found.pop(("sgd", way), ()) for way in FLOOR_SAMPLINGS)
    updates = sorted({updates for updates, _ in runs})
    return Floors(sizes, rates, updates, independent, reshuffled, tuple(found.values()))


@cached
@shared
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
@shared
def get_annealing(cache: Cache, query: AnnealingQuery) -> Annealing:
    """Batch-size growth beside learning-rate decay.

    Raises:
        ParameterError: as `anneal`, or too much work.
    """
    check_theory(query.sampling)
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
@shared
def get_last_batch(cache: Cache, query: LastBatchQuery) -> tuple[int, int | None, RemainderFloors]:
    """A batch size, one that divides N, and the floors of both under each rule for a last batch.

    Raises:
        ParameterError: as `compare_floors`, or too much work.
    """
    check_theory(query.sampling)
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
