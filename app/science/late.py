"""The last part of a run: what it comes to, and whether it is still on its way."""

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np

from app.science.arrays import FloatArray, IntArray, Point
from app.science.cached_property import cached_property
from app.science.plan import Plan
from app.science.problems.problem import Problem
from app.science.replicas import CONFIDENCE
from app.science.sampling import BALANCED
from app.science.trajectories import Trajectories

SHARE = 0.1  # of the updates are late
LEAST = 10  # late updates, of a run that has so many
POINTS = 500  # of a replica that are recorded, at most
LOSSES = 500  # evaluated of all replicas together, but at least `REPLICA_LOSSES` of each
REPLICA_LOSSES = 20
GOLDEN = (math.sqrt(5) - 1) / 2
STILL = 1e-6  # share of the domain's width, or of an example's gradient, that counts as 0
SWINGS = 4  # times that an oscillation crosses its middle at least
SLOPE = 0.01  # share of the gradient at the start, at or below which a run no longer descends
ROUNDING = 1e-12  # share of the domain's width by which rounding moves weights at most
EVEN = 0.9  # ratio of an oscillation's width late to its width early

# What weights do late in a run; those that are "moving" do none of the others.
Movement = Literal["wandering", "at rest", "swinging", "descending", "moving", "diverged"]


def late_updates(plan: Plan) -> IntArray:
    """Numbers of up to `POINTS` of the last updates, one from each of as many equal stretches.

    Its place in the stretch goes round with the golden ratio: points evenly apart would meet
    every epoch at the same batch.
    """
    count = min(plan.updates + 1, max(LEAST, int(SHARE * plan.updates)))
    points = min(count, POINTS)
    places = np.arange(points) + (np.arange(points) * GOLDEN % 1 if points < count else 0.0)
    return plan.updates + 1 - count + (places * count / points).astype(np.int64)


@dataclass(frozen=True, eq=False)
class Late:
    """The last `SHARE` of the updates of the replicas that did not diverge.

    Attributes:
        problem: the finite sum.
        plan: the run's.
        start: where it began.
        paths: its points at `late_updates`.
    """

    problem: Problem
    plan: Plan
    start: Point
    paths: Trajectories

    @cached_property
    def points(self) -> FloatArray:
        """(w0, w1), shape (2, P, R)."""
        alive = self.paths.diverged_at == 0
        return np.stack([self.paths.w0[:, alive], self.paths.w1[:, alive]])

    @cached_property
    def losses(self) -> FloatArray:
        """Mean losses of each replica at some of the points."""
        _, points, replicas = self.points.shape
        count = min(points, max(REPLICA_LOSSES, LOSSES // max(1, replicas)))
        some = np.linspace(0, points - 1, count).round().astype(np.int64)
        return self.problem.loss(*self.points[:, some])

    @cached_property
    def levels(self) -> FloatArray:
        """Each replica's median loss, shape (R,)."""
        return np.asarray(np.median(self.losses, axis=0))

    @property
    def level(self) -> float:
        """Their median; NaN if all replicas diverged."""
        return float(np.median(self.levels)) if self.levels.size else math.nan

    @property
    def spread(self) -> float:
        """Root mean square distance from the mean point; median over the replicas."""
        return float(np.median(np.sqrt(self.points.var(axis=1).sum(axis=0))))

    @cached_property
    def still(self) -> bool:
        """Whether nothing moves, nor would if the run went on: there is no gradient either.

        Decay apart from an adaptive rule is balanced by what is not known here, and so are balanced
        batches: at rest is then what rounding alone moves.
        """
        widest = max(hi - lo for lo, hi in self.problem.surface.domain)
        if self.plan.restraint.decoupled or self.plan.sampling == BALANCED:
            return self.spread <= ROUNDING * widest
        end = self._slope(self.points[:, -1])
        (g0, g1), covariance = self.problem.gradient_and_covariance(*self.start)
        an_example = np.sqrt(g0**2 + g1**2 + covariance.trace)
        return self.spread <= STILL * widest and bool(np.all(end <= STILL * an_example))

    @cached_property
    def noisy(self) -> bool:
        """Whether batches differ: not all are of all examples, nor the examples all alike."""
        trace = self.problem.covariance(*self.points[:, -1, :1]).trace
        return not self.plan.deterministic and bool(np.any(trace > 0))

    @cached_property
    def wanders(self) -> bool:
        """Whether noise moves the weights about a place that they keep.

        Their mean over the first half and over the second half of the points are then no
        further apart than the points themselves.
        """
        return self.noisy and self.spread > 0 and _drift(self.points) <= 1

    @cached_property
    def swings(self) -> bool:
        """Whether a run without noise goes back and forth, and no less at the end."""
        if self.noisy or _drift(self.points) > 1:
            return False
        path = self.points[..., 0]
        across = path[path.var(axis=1).argmax()]
        sides = np.sign(across - across.mean())
        early, late = (np.ptp(half) for half in np.array_split(across, 2))
        return bool(np.count_nonzero(np.diff(sides)) >= SWINGS and late >= EVEN * early > 0)

    @property
    def descends(self) -> bool:
        """Whether the loss falls by more from one half to the other than it varies in each.

        Noise alone may do that to a loss too, where it takes long to forget where it was: then its
        changes from point to point must also be below 0 on average, for certain.
        What creeps towards a stationary point, a saddle among them, has no slope left to descend.
        Balanced batches go down another loss.
        """
        if self.plan.sampling == BALANCED:
            return False
        if np.median(self._slope(self.points[:, -1])) <= SLOPE * self._slope(np.array(self.start)):
            return False
        first, second = (half.mean(axis=0) for half in np.array_split(self.losses, 2))
        falls = bool(np.median(second - first) < 0) and _drift(self.losses[None]) > 1
        return falls and (not self.noisy or _below_zero(np.diff(self.losses, axis=0)))

    @cached_property
    def movement(self) -> Movement:
        """Which one word says what the weights do; that of a run all of which diverged is that."""
        if not self.points.shape[2]:
            return "diverged"
        if self.wanders:
            return "wandering"
        if self.still:
            return "at rest"
        if self.swings:
            return "swinging"
        return "descending" if self.descends else "moving"

    def _slope(self, point: FloatArray) -> FloatArray:
        """Norm of the full gradient at points, with that of weight decay, (2, …) -> (…)."""
        decay = self.plan.restraint.weight_decay * np.asarray(point)
        return np.asarray(np.hypot(*(np.array(self.problem.gradient(*point)) + decay)))


def _below_zero(changes: FloatArray) -> bool:
    """Whether the mean of changes, shape (P, R), is below 0 by its 95 % interval.

    Each says less by (1 − ρ)/(1 + ρ) where it is like the one before it, as momentum makes it, ρ
    being their correlation, if positive.
    """
    apart = changes - changes.mean()
    squares = float(np.sum(apart**2))
    if len(changes) < 2 or squares == 0:
        return False
    alike = max(0.0, float(np.sum(apart[1:] * apart[:-1])) / squares)
    told = changes.size * (1 - alike) / (1 + alike)
    return bool(changes.mean() < -CONFIDENCE * math.sqrt(squares / (changes.size - 1) / told))


def _drift(values: FloatArray) -> float:
    """How far apart the halves' means are, in the spread within them; median over the replicas.

    Args:
        values: shape (dimensions, P, R). Steady progress gives 2√3, or more where it slows down.
    """
    halves = np.array_split(values, 2, axis=1)
    first, second = (half.mean(axis=1) for half in halves)
    apart = np.sqrt(((second - first) ** 2).sum(axis=0))
    within = np.sqrt(sum(half.var(axis=1).sum(axis=0) for half in halves) / 2)
    ratio = np.full_like(apart, np.inf)
    return float(np.median(np.divide(apart, within, where=within > 0, out=ratio)))
