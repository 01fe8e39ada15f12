"""Which of two wells replicas end in, against batch size."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.science.engine import generators, run
from app.science.optimizers import sgd
from app.science.plan import Budget, make_plan
from app.science.problems.problem import Problem
from app.science.problems.surface import FloatArray, Point
from app.science.sampling import IntArray
from app.science.theory.curvature import hessian
from app.science.tradeoff.tail import check_minimum

NORMAL_975 = 1.959964  # quantile of the standard normal
ROLLS = 2000  # steps of gradient descent that find a point's well


@dataclass(frozen=True)
class Share:
    """A share of replicas, with Wilson's 95 % interval."""

    number: int
    replicas: int
    low: float
    high: float

    @property
    def value(self) -> float:
        """The share itself."""
        return self.number / self.replicas


class Wells(NamedTuple):
    """The two lowest minima, told apart by curvature."""

    sharp: Point
    flat: Point


class Escape(NamedTuple):
    """One batch size.

    Attributes:
        batch_size: B.
        from_sharp, from_flat: share of the replicas started in that well that end in the flat one.
    """

    batch_size: int
    from_sharp: Share
    from_flat: Share


def find_wells(problem: Problem) -> Wells:
    """The two lowest minima, the one with the larger tr H being the sharp one.

    Raises:
        ParameterError: a surface with fewer than two.
    """
    check_minimum(problem, 2)
    points = [minimum.point for minimum in problem.minima[:2]]
    sharp, flat = sorted(points, key=lambda p: -float(np.trace(hessian(problem, p))))
    return Wells(sharp, flat)


def escape(
    problem: Problem,
    batch_sizes: Sequence[int],
    *,
    learning_rate: float,
    epochs: int = 20,
    sampling: str = "reshuffle",
    replicas: int = 100,
    seed: int = 0,
) -> tuple[Escape, ...]:
    """Run plain SGD from the bottom of either well, and see in which one it ends.

    A point is in the well into which gradient descent rolls from it; one that diverged is in
    neither, and counts as not in the flat one. The way back is open: with time the shares from
    both starts come to the same, an equilibrium.

    Args:
        problem: the finite sum.
        batch_sizes: each B.
        learning_rate: ε, the same for all.
        epochs: a run's budget, the same for all.
        sampling: one of `SAMPLINGS`.
        replicas: R.
        seed: of the sampling.

    Raises:
        ParameterError: a surface with fewer than two minima, or a parameter outside what its
            description says.
    """
    wells = find_wells(problem)
    found = []
    for size in batch_sizes:
        plan = make_plan(
            examples=problem.size,
            batch_size=size,
            budget=Budget(epochs=epochs),
            learning_rate=learning_rate,
            sampling=sampling,
        )
        last = np.array([plan.updates])
        shares = []
        for start in wells:
            end = run(problem, plan, sgd(), start, generators(seed, replicas), last)
            inside = in_well(problem, wells, end.w0[0], end.w1[0], learning_rate) == 1
            shares.append(wilson(int(inside.sum()), replicas))
        found.append(Escape(size, *shares))
    return tuple(found)


def in_well(
    problem: Problem, wells: Wells, w0: FloatArray, w1: FloatArray, learning_rate: float
) -> IntArray:
    """The well each point rolls into: its index in `Wells`, −1 for neither, shape as the points."""
    for _ in range(ROLLS):
        g0, g1 = problem.gradient(w0, w1)
        w0, w1 = w0 - learning_rate * g0, w1 - learning_rate * g1
    away = np.array([np.hypot(w0 - well[0], w1 - well[1]) for well in wells])
    # Half way between the wells nothing comes to rest: what has rolled is far nearer to one.
    near = away < math.dist(*wells) / 4
    return np.where(near.any(axis=0), near.argmax(axis=0), -1)


def wilson(number: int, total: int) -> Share:
    """A share with its 95 % score interval, which holds for shares of 0 and 1 too (Wilson 1927).

    >>> wilson(0, 100).low, round(wilson(0, 100).high, 3)
    (0.0, 0.037)
    """
    z2 = NORMAL_975**2
    centre = (number + z2 / 2) / (total + z2)
    reach = NORMAL_975 * math.sqrt(number * (total - number) / total + z2 / 4) / (total + z2)
    low, high = centre - reach, centre + reach
    return Share(number, total, low if number else 0.0, high if number < total else 1.0)
