"""Which of two wells replicas end in, against batch size."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray, IntArray, Point
from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.errors import ParameterError
from app.science.floors.measured import check_minima
from app.science.message import Message
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems.curvature import WIDE, hessian
from app.science.problems.problem import Problem
from app.science.replicas import CONFIDENCE

ROLLS = 2000  # steps of gradient descent from a point to the bottom of its well
ROLL = 0.5  # the rate of these steps is this over the largest curvature at the wells
ALIKE = 0.05  # share by which the curvatures of two wells must differ to be told apart


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


class Well(NamedTuple):
    """A minimum.

    Attributes:
        point: where.
        curvature: tr H there.
    """

    point: Point
    curvature: float


class Wells(NamedTuple):
    """The two lowest minima, told apart by curvature."""

    sharp: Well
    flat: Well


class Escape(NamedTuple):
    """One batch size.

    Attributes:
        batch_size: B.
        from_sharp, from_flat: share of the replicas started in that well that end in the flat one.
        back: replicas from the flat one that end in the sharp one.
        neither: of both starts, those that end in another well, or diverge.
    """

    batch_size: int
    from_sharp: Share
    from_flat: Share
    back: int
    neither: int

    @property
    def still(self) -> bool:
        """Whether no replica left its well."""
        return not (self.from_sharp.number or self.back or self.neither)

    @property
    def forgotten(self) -> bool:
        """Whether paths go both ways, and as often end in the flat well from either start."""
        overlap = (
            self.from_sharp.low <= self.from_flat.high
            and self.from_flat.low <= self.from_sharp.high
        )
        return overlap and self.from_sharp.number > 0 and self.back > 0


def find_wells(problem: Problem) -> Wells:
    """The two lowest minima, the one with the larger tr H being the sharp one.

    Raises:
        ParameterError: a surface with fewer than two, or with two as sharp as each other.
    """
    check_minima(problem, Message("one with {count} minima in its domain", count=2), 2)
    wells = [
        Well(minimum.point, float(np.trace(hessian(problem, minimum.point))))
        for minimum in problem.minima[:2]
    ]
    flat, sharp = sorted(wells, key=lambda well: well.curvature)
    if flat.curvature > (1 - ALIKE) * sharp.curvature:
        raise ParameterError(
            "surface",
            problem.surface.id,
            Message(
                "one whose two lowest minima differ in curvature: here tr H is {sharp:.3g} and "
                "{flat:.3g}",
                sharp=sharp.curvature,
                flat=flat.curvature,
            ),
        )
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
        ParameterError: as `find_wells`, or a parameter outside what its description says.
    """
    wells = find_wells(problem)
    ends = []
    for size in batch_sizes:
        plan = make_plan(
            examples=problem.size,
            batch_size=size,
            budget=Budget(epochs=epochs),
            learning_rate=learning_rate,
            sampling=sampling,
        )
        last = np.array([plan.updates])
        for well in wells:
            rngs = generators(seed, replicas)
            ends.append(run(problem, plan, sgd(), well.point, rngs, last).theta[:, 0])
    # All roll at once: most of what a step takes is the same for one point as for many.
    rolled = in_well(problem, wells, *np.stack(ends, axis=1)).reshape(-1, len(wells), replicas)
    return tuple(
        Escape(
            batch_size=size,
            from_sharp=wilson(int(np.sum(from_sharp == 1)), replicas),
            from_flat=wilson(int(np.sum(from_flat == 1)), replicas),
            back=int(np.sum(from_flat == 0)),
            neither=int(np.sum(from_sharp < 0) + np.sum(from_flat < 0)),
        )
        for size, (from_sharp, from_flat) in zip(batch_sizes, rolled, strict=True)
    )


def in_well(problem: Problem, wells: Wells, w0: FloatArray, w1: FloatArray) -> IntArray:
    """The well each point rolls into: its index in `Wells`, −1 for neither, shape as the points."""
    points = [well.point for well in wells]
    steepest = max(float(np.linalg.eigvalsh(hessian(problem, p, WIDE))[-1]) for p in points)
    for _ in range(ROLLS):
        g0, g1 = problem.gradient(w0, w1)
        w0, w1 = w0 - ROLL / steepest * g0, w1 - ROLL / steepest * g1
    away = np.array([np.hypot(w0 - p[0], w1 - p[1]) for p in points])
    # Descent ends at a minimum, so a point that has rolled into a well is much nearer to it.
    near = away < math.dist(*points) / 4
    return np.where(near.any(axis=0), near.argmax(axis=0), -1)


def wilson(number: int, total: int) -> Share:
    """A share with its 95 % score interval, which holds for shares of 0 and 1 too (Wilson 1927).

    >>> wilson(0, 100).low, round(wilson(0, 100).high, 3)
    (0.0, 0.037)
    """
    z2 = CONFIDENCE**2
    centre = (number + z2 / 2) / (total + z2)
    reach = CONFIDENCE * math.sqrt(number * (total - number) / total + z2 / 4) / (total + z2)
    low, high = centre - reach, centre + reach
    return Share(number, total, low if number else 0.0, high if number < total else 1.0)
