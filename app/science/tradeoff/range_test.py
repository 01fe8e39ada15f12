"""The learning-rate range test (Smith 2015, arXiv:1506.01186): a rate that rises along one run."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.science.arrays import FloatArray, Point
from app.science.band import BAND
from app.science.budget import Budget
from app.science.cached_property import cached_property
from app.science.engine import generators, run
from app.science.errors import ParameterError
from app.science.lowest import bottom
from app.science.message import Message
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems.curvature import limiting, sharpness
from app.science.problems.problem import Problem
from app.science.tradeoff.goal import typical_height
from app.science.tradeoff.rate_map import NOTHING

STABLE = 2.0  # ε·λ that plain SGD bears on a quadratic of curvature λ
HIGHEST = 4.0  # times what is stable, the last rate
DECADES = 4.0  # over which the rate rises
POINTS = 121  # of a run at which its loss is evaluated, at most
NEAR = 3  # points to either side, between which a slope is taken


@dataclass(frozen=True, eq=False)
class RangeTest:
    """Plain SGD at one batch size, its rate rising by the same factor each update.

    Attributes:
        examples: N.
        batch_size: B.
        rates: of the updates after which a loss was evaluated, increasing, shape (K,).
        losses: above the lowest loss, at least ``least``; infinite of a replica that diverged,
            shape (K, R).
        start: the loss at the start, above the lowest.
        least: `NOTHING` of the typical height: what is lower counts as this.
        stable: 2/λ₁, the rate that plain SGD bears with all examples at the lowest minimum; None
            where there is none, or no curvature at it.
    """

    examples: int
    batch_size: int
    rates: FloatArray
    losses: FloatArray
    start: float
    least: float
    stable: float | None

    @cached_property
    def spread(self) -> FloatArray:
        """Quantiles `BAND` over replicas, shape (3, K)."""
        # 'higher' never interpolates between a finite loss and infinity.
        return np.asarray(np.quantile(self.losses, BAND, axis=1, method="higher"))

    @property
    def median(self) -> FloatArray:
        """Over replicas, shape (K,)."""
        return np.asarray(self.spread[1])

    @property
    def lowest(self) -> int:
        """The last point at which the median is lowest: from there on it rises."""
        return len(self.rates) - 1 - int(np.argmin(self.median[::-1]))

    @property
    def turns(self) -> bool:
        """Whether the median rises again before the last rate."""
        return self.lowest < len(self.rates) - 1

    @property
    def steepest(self) -> int | None:
        """The point at which the median falls most for as much more of log ε.

        None if it never comes below its start.
        """
        known = self.median[: self.lowest + 1]
        if len(known) < 2 or known[-1] >= self.start:
            return None
        at = np.arange(len(known))
        before, after = np.maximum(at - NEAR, 0), np.minimum(at + NEAR, len(known) - 1)
        slopes = (known[after] - known[before]) / np.log(self.rates[after] / self.rates[before])
        return int(np.argmin(slopes)) if slopes.min() < 0 else None

    @property
    def out(self) -> int | None:
        """The first point past the lowest at which the median is above the start; None if none."""
        after = self.median[self.lowest :] > self.start
        return self.lowest + int(np.argmax(after)) if after.any() else None


def rising_rates(problem: Problem, updates: int) -> FloatArray:
    """The rates: the last one is `HIGHEST` times what the curvature at the minimum bears."""
    point = problem.minima[0].point if problem.minima else problem.surface.start
    last = HIGHEST * STABLE / limiting(problem, point)
    return np.asarray(np.geomspace(last / 10**DECADES, last, updates), np.float64)


def range_tests(
    problem: Problem,
    sizes: Sequence[int],
    *,
    updates: int = 200,
    replicas: int = 16,
    sampling: str = "reshuffle",
    start: Point | None = None,
    seed: int = 0,
) -> tuple[RangeTest, ...]:
    """One run a batch size, each of as many updates at the same rates.

    Args:
        problem: the finite sum.
        sizes: the batch sizes.
        updates: of each run, at least 2.
        replicas: independent repeats of the sampling.
        sampling: one of `SAMPLINGS`.
        start: where all begin; None for the surface's.
        seed: of the sampling.

    Raises:
        ParameterError: a start that has diverged already, a function without a minimum, or another
            parameter outside what its description says.
    """
    start = start or problem.surface.start
    least = NOTHING * typical_height(problem)
    if not least > 0:
        wanted = Message("one that is mostly higher than its lowest minimum")
        raise ParameterError("surface", problem.surface.id, wanted)
    rates = rising_rates(problem, updates)
    curvature = sharpness(problem, problem.minima[0].point) if problem.minima else None
    record = np.unique(np.linspace(1, updates, min(POINTS, updates)).round().astype(np.int64))
    low = bottom(problem)
    found = []
    for size in sizes:
        plan = make_plan(
            examples=problem.size,
            batch_size=size,
            budget=Budget(updates=updates),
            learning_rate=1.0,
            sampling=sampling,
        )
        plan = replace(plan, rates=rates)
        paths = run(problem, plan, sgd(), start, generators(seed, replicas), record)
        known = np.isfinite(paths.w0)
        losses = np.full(known.shape, np.inf)
        losses[known] = problem.loss(paths.w0[known], paths.w1[known]) - low
        found.append(
            RangeTest(
                problem.size,
                size,
                rates[record - 1],
                np.where(np.isnan(losses), np.inf, np.maximum(losses, least)),
                float(problem.loss(*start)) - low,
                least,
                STABLE / curvature if curvature else None,
            )
        )
    return tuple(found)
