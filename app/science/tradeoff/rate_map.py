"""The final loss over learning rate × batch size, after the same number of examples."""

from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, IntArray, Point
from app.science.budget import Budget
from app.science.cached_property import cached_property
from app.science.engine import descend, generators
from app.science.epoch_plan import EpochPlan
from app.science.errors import ParameterError
from app.science.lowest import bottom
from app.science.message import Message
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems.curvature import limiting
from app.science.problems.problem import Problem
from app.science.tradeoff.goal import typical_height

RATES = 12
FACTOR = 2  # between neighbouring rates, as between neighbouring batch sizes
STABLE = 4.0  # the largest rate has ε·λ of this: twice what plain SGD bears
WINDOW = 0.25  # share of the updates, the last ones, whose mean loss is the final one
POINTS = 64  # of these at which a loss is evaluated, at most
COSTLY_POINTS = 8  # the same where a loss takes a sum over all examples
NOTHING = 1e-6  # share of the typical height above the lowest loss that counts as none


@dataclass(frozen=True, eq=False)
class RateMap:
    """Plain SGD's final losses at F learning rates and S batch sizes, in R replicas.

    Attributes:
        examples: N.
        batch_sizes: powers of 2, then N, shape (S,).
        rates: increasing by `FACTOR`, shape (F,).
        updates: that each batch size makes, shape (S,).
        losses: above the lowest loss, mean of the last `WINDOW` of the updates; at least ``least``,
            infinite of a replica that diverged, shape (F, S, R).
        least: `NOTHING` of the typical height: what is lower counts as this.
        start: the loss at the start, above the lowest.
    """

    examples: int
    batch_sizes: IntArray
    rates: FloatArray
    updates: IntArray
    losses: FloatArray
    least: float
    start: float

    @cached_property
    def medians(self) -> FloatArray:
        """Over replicas, infinite where at least half of them diverge, shape (F, S)."""
        return medians(self.losses)

    @cached_property
    def lost(self) -> IntArray:
        """How many replicas diverge, shape (F, S)."""
        return np.asarray(np.isinf(self.losses).sum(axis=-1))


def medians(losses: FloatArray) -> FloatArray:
    """The upper median over the last axis: infinite where half of them are."""
    middle = losses.shape[-1] // 2
    return np.asarray(np.partition(losses, middle, axis=-1)[..., middle])


def map_batch_sizes(examples: int) -> list[int]:
    """The powers of 2 up to N/2, and N.

    >>> map_batch_sizes(20)
    [1, 2, 4, 8, 20]
    """
    return [*(FACTOR**k for k in range(examples.bit_length() - 1)), examples]


def points_of(problem: Problem) -> int:
    """Updates at which a run's losses are evaluated, at most."""
    return POINTS if problem.surface.affine else COSTLY_POINTS


def map_rates(problem: Problem) -> FloatArray:
    """The rates: the largest diverges where the surface is most curved, at the lowest minimum."""
    point = problem.minima[0].point if problem.minima else problem.surface.start
    largest = STABLE / limiting(problem, point)
    return np.asarray(largest / float(FACTOR) ** np.arange(RATES - 1, -1, -1), np.float64)


def measure_map(
    problem: Problem,
    *,
    epochs: int = 20,
    replicas: int = 16,
    sampling: str = "reshuffle",
    start: Point | None = None,
    seed: int = 0,
) -> RateMap:
    """Run every batch size with every learning rate for as many epochs, in lock-step.

    A last, smaller batch is left out: with it an epoch would have more updates than N/B.

    Args:
        problem: the finite sum.
        epochs: of every run.
        replicas: R; each draws the same permutations for all rates and batch sizes.
        sampling: one of `SAMPLINGS`.
        start: where all begin; None for the surface's.
        seed: of the sampling.

    Raises:
        ParameterError: a start that has diverged already, a function that is not mostly above a
            minimum, or another
            parameter outside what its description says.
    """
    start = start or problem.surface.start
    problem.check_start(start)
    sizes = map_batch_sizes(problem.size)
    rates = map_rates(problem)
    lowest = bottom(problem)
    least = NOTHING * typical_height(problem)
    if not least > 0:
        wanted = Message("one that is mostly higher than its lowest minimum")
        raise ParameterError("surface", problem.surface.id, wanted)
    losses = np.stack(
        [_final(problem, size, rates, epochs, replicas, sampling, start, seed) for size in sizes],
        axis=1,
    )
    updates = [epochs * EpochPlan(problem.size, size, "drop").updates for size in sizes]
    return RateMap(
        problem.size,
        np.array(sizes),
        rates,
        np.array(updates),
        np.where(np.isnan(losses), np.inf, np.maximum(losses - lowest, least)),
        least,
        float(problem.loss(*start)) - lowest,
    )


def _final(
    problem: Problem,
    size: int,
    rates: FloatArray,
    epochs: int,
    replicas: int,
    sampling: str,
    start: Point,
    seed: int,
) -> FloatArray:
    """Mean losses of the last updates, (F, R); NaN of a replica that diverged."""
    plan = make_plan(
        examples=problem.size,
        batch_size=size,
        budget=Budget(epochs=epochs),
        learning_rate=1.0,
        sampling=sampling,
        remainder="drop",
    )
    rngs = generators(seed, 1 if plan.deterministic else replicas)
    points = points_of(problem)
    first = int((1 - WINDOW) * plan.updates) + 1
    kept = np.unique(np.linspace(first, plan.updates, points).round().astype(int))
    total = np.zeros((len(rates), len(rngs)))
    lost = np.zeros(total.shape, dtype=bool)
    done = 0
    for path in descend(problem, plan, sgd(), start, rngs, rates):
        count = path.shape[1]
        lost |= problem.leaves(path)
        here = kept[(kept > done) & (kept <= done + count)] - done - 1
        if len(here):
            with np.errstate(all="ignore"):  # at points of those that have diverged
                total += problem.loss(*path[:, here]).sum(axis=0)
        done += count
    final = np.where(lost, np.nan, total / len(kept))
    return np.repeat(final, replicas // len(rngs), axis=1)
