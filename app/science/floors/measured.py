"""The loss that noise keeps up late in runs from the lowest minimum, over replicas."""

from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.cached_property import cached_property
from app.science.engine import generators, run
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.plan import Plan
from app.science.problems.problem import Problem
from app.science.replicas import drifts, excess_loss, standard_error
from app.science.rule import Optimizer

SETTLED = 0.01  # share of the stationary covariance that may still be missing
POINTS = 1000  # of a path at most: more would not make the mean more certain
COSTLY_POINTS = 150  # the same where a loss takes a sum over all examples
MINIMUM = Message("one with a known minimum in its domain")


@dataclass(frozen=True, eq=False)
class Floor:
    """Loss above the lowest minimum at late points of R replicas that began there.

    Attributes:
        plan: a replica's.
        updates: after which the points are, shape (P,).
        losses: at them, shape (P, R); NaN of a replica that has diverged.
        missing: share of the stationary covariance of θ that is not there yet at the first of
            them, at most; by theory.
        predicted: the mean by theory; None where there is none.
    """

    plan: Plan
    updates: IntArray
    losses: FloatArray
    missing: float = 0.0
    predicted: float | None = None

    @property
    def diverged(self) -> int:
        """How many replicas diverged; if any did, there is no floor."""
        return int(np.count_nonzero(np.isnan(self.losses[-1])))

    @cached_property
    def mean(self) -> float | None:
        """The floor; None if a replica diverged."""
        return None if self.diverged else float(self.losses.mean())

    @property
    def error(self) -> float | None:
        """Its standard error; None of one replica, or without a floor."""
        return None if self.diverged else standard_error(self.losses)

    @property
    def drifts(self) -> bool:
        """Whether the losses do, for certain.

        Without replacement they rise and fall within every epoch. Unless all points are at one
        place of it, as many whole epochs are then compared, and less than two say nothing.
        """
        epoch = self.plan.epochs[-1].updates
        if self.plan.sampling == "with-replacement" or not np.ptp(self.updates % epoch):
            return drifts(self.losses)
        window = (self.updates[-1] - self.updates[0]) / epoch
        whole = int(window) // 2 * 2
        return whole > 0 and drifts(self.losses[-round(len(self.losses) * whole / window) :])

    @property
    def settled(self) -> bool:
        """Whether it is a floor: no more than `SETTLED` is missing, and the losses do not drift."""
        return self.missing <= SETTLED and not self.diverged and not self.drifts


def measure_floor(
    problem: Problem,
    plan: Plan,
    optimizer: Optimizer,
    updates: IntArray,
    *,
    missing: float = 0.0,
    predicted: float | None = None,
    replicas: int = 64,
    seed: int = 0,
) -> Floor:
    """Run replicas from the lowest minimum: nothing of the way down is mistaken for the floor.

    Args:
        problem: the finite sum, with a known minimum.
        plan: of a replica.
        optimizer: the update rule.
        updates: after which the losses are kept, such as `updates_from`.
        missing, predicted: what theory says of the `Floor`.
        replicas: R.
        seed: of the sampling.

    Raises:
        ParameterError: as `engine.run`.
    """
    start = problem.minima[0].point
    paths = run(problem, plan, optimizer, start, generators(seed, replicas), updates)
    losses = excess_loss(problem, paths.w0, paths.w1)
    return Floor(plan, updates, losses, missing, predicted)


def updates_from(problem: Problem, plan: Plan, first: int) -> IntArray:
    """Up to `POINTS` updates (or `COSTLY_POINTS`) from one on, evenly spread."""
    points = POINTS if problem.surface.affine else COSTLY_POINTS
    return np.unique(np.linspace(first, plan.updates, points).round().astype(np.int64))


def check_minima(problem: Problem, wanted: str = MINIMUM, count: int = 1) -> None:
    """Refuse a surface with fewer minima in its domain.

    Args:
        problem: the finite sum.
        wanted: what the error asks for.
        count: how many there must be.

    Raises:
        ParameterError: naming the surface.
    """
    if len(problem.minima) < count:
        raise ParameterError("surface", problem.surface.id, wanted)
