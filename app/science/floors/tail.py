"""The loss that noise keeps up late in a run, over replicas."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from app.science.arrays import FloatArray, IntArray, Point
from app.science.engine import generators, run
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.plan import Plan
from app.science.problems.problem import Problem
from app.science.replicas import drifts, excess_loss, standard_error
from app.science.rule import Optimizer

POINTS = 1000  # of a path at most: more say no more
COSTLY_POINTS = 150  # where each of their losses is a sum over all examples


@dataclass(frozen=True, eq=False)
class Tail:
    """The late points of R replicas.

    Attributes:
        plan: a replica's.
        updates: up to `POINTS` of them (or `COSTLY_POINTS`), evenly spread, shape (P,).
        w0, w1: after those, shape (P, R); NaN once diverged.
        losses: above the lowest minimum there, shape (P, R).
    """

    plan: Plan
    updates: IntArray
    w0: FloatArray
    w1: FloatArray
    losses: FloatArray

    @property
    def diverged(self) -> int:
        """How many replicas did; with any there is no floor."""
        return int(np.count_nonzero(np.isnan(self.w0[-1])))

    @cached_property
    def floor(self) -> float | None:
        """Mean loss above the minimum."""
        return None if self.diverged else float(self.losses.mean())

    @property
    def error(self) -> float | None:
        """Its standard error; None of one replica."""
        return None if self.diverged else standard_error(self.losses)

    @property
    def drifts(self) -> bool:
        """Whether the losses do, for certain.

        Without replacement they rise and fall within every epoch: as many whole epochs are then
        compared, and less than two say nothing.
        """
        if self.plan.sampling == "with-replacement":
            return drifts(self.losses)
        window = (self.updates[-1] - self.updates[0]) / self.plan.epochs[-1].updates
        whole = int(window) // 2 * 2
        return whole > 0 and drifts(self.losses[-round(len(self.losses) * whole / window) :])

    @cached_property
    def covariance(self) -> FloatArray | None:
        """Of the points of all replicas together, shape (2, 2)."""
        return None if self.diverged else np.cov(self.w0.ravel(), self.w1.ravel())


def measure_tail(
    problem: Problem,
    plan: Plan,
    optimizer: Optimizer,
    start: Point,
    *,
    first: int,
    replicas: int = 64,
    seed: int = 0,
) -> Tail:
    """Run replicas and keep what comes from an update on.

    Raises:
        ParameterError: a surface without a known minimum, or as `engine.run`.
    """
    check_minimum(problem)
    points = POINTS if problem.surface.affine else COSTLY_POINTS
    record = np.unique(np.linspace(first, plan.updates, points).round().astype(np.int64))
    paths = run(problem, plan, optimizer, start, generators(seed, replicas), record)
    return Tail(plan, record, paths.w0, paths.w1, excess_loss(problem, paths.w0, paths.w1))


def check_minimum(problem: Problem, count: int = 1) -> None:
    """Refuse a surface with fewer minima in its domain.

    Raises:
        ParameterError: naming the surface.
    """
    if len(problem.minima) < count:
        wanted = (
            Message("one with a known minimum in its domain")
            if count == 1
            else Message("one with {count} minima in its domain", count=count)
        )
        raise ParameterError("surface", problem.surface.id, wanted)
