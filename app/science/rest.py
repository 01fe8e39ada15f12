"""Where the way of a path ends and its wandering begins, and the ellipse that holds it."""

from dataclasses import dataclass, replace
from statistics import NormalDist

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.ellipse import ellipse, share_inside
from app.science.late import Late
from app.science.lowest import distances, in_valley
from app.science.problems.problem import Problem
from app.science.trajectories import Trajectories

LEVEL = 0.95  # share of a Gaussian inside a region's ellipse
LEAST = 10  # points that a covariance is measured from
HOLDS = (0.88, 0.995)  # share of the points inside the ellipse at `LEVEL` where a Gaussian holds,
MANY = 200  # of at least so many points; of fewer, all may be
MIDDLE = 0.5  # level of a second ellipse, and of an interval about the mean along each of its axes
AROUND = (0.25, 0.75)  # share of the points inside these where a Gaussian holds
QUARTILE = NormalDist().inv_cdf(0.5 + MIDDLE / 2)  # standard deviations to either end of it
FLAT = 1e-9  # ratio of the variances, at or below which the points lie on a line


@dataclass(frozen=True, eq=False)
class Region:
    """Points that lie as a Gaussian's do.

    Attributes:
        centre: their mean, shape (2,).
        covariance: measured, about it, shape (2, 2).
        count: of the points.
        share: of the points inside the ellipse at `LEVEL`.
    """

    centre: FloatArray
    covariance: FloatArray
    count: int
    share: float

    @property
    def curve(self) -> FloatArray:
        """The ellipse at `LEVEL`, shape (K, 2)."""
        return ellipse(self.centre, self.covariance, LEVEL)


def region(points: FloatArray) -> Region | None:
    """The region of points, shape (K, 2); None where the ellipse of a Gaussian would mislead.

    That is of fewer than `LEAST` points, of points on a line, and where the shares of the points
    inside the ellipses at `LEVEL` and `MIDDLE`, and inside the intervals at `MIDDLE` along their
    axes, are not about these: several heaps, a ring, or a few points far away.
    """
    if len(points) < LEAST:
        return None
    centre, covariance = points.mean(axis=0), np.cov(points.T)
    variances, axes = np.linalg.eigh(covariance)
    if variances[0] <= FLAT * variances[1]:
        return None
    share = share_inside(points, centre, covariance, LEVEL)
    most = HOLDS[1] if len(points) >= MANY else 1.0
    along = np.abs((points - centre) @ axes) <= QUARTILE * np.sqrt(variances)
    middles = [share_inside(points, centre, covariance, MIDDLE), *along.mean(axis=0)]
    if not (HOLDS[0] <= share <= most and all(AROUND[0] <= m <= AROUND[1] for m in middles)):
        return None
    return Region(centre, covariance, len(points), share)


def first_alone(late: Late) -> Late | None:
    """The late points of the first replica; None if it diverged."""
    paths = late.paths
    if paths.diverged_at[0]:
        return None
    if len(paths.diverged_at) == 1:
        return late
    alone = replace(paths, theta=paths.theta[:, :, :1], diverged_at=paths.diverged_at[:1])
    return Late(late.problem, late.plan, late.start, alone)


def settled_at(late: Late, paths: Trajectories) -> int | None:
    """The recorded update at which the first replica's way ends, and from which on it wanders.

    It is the first whose loss is no higher than the median of its late losses. None if the
    replica does not wander: it diverged, or descends, or swings, or is at rest; or if the replicas
    together do not.
    """
    own = first_alone(late)
    if own is None or not (late.wanders and own.wanders):
        return None
    low = late.problem.loss(paths.w0[:, 0], paths.w1[:, 0]) <= own.level
    return int(paths.updates[np.argmax(low)]) if low.any() else None


def tail_region(late: Late) -> Region | None:
    """The region of the first replica's late points; None where they lie by several minima.

    By one are at least `LEVEL` of them.
    """
    own = first_alone(late)
    if own is None:
        return None
    points = own.points[:, :, 0].T
    most = np.bincount(_nearest(late.problem, points)).max()
    return region(points) if most >= LEVEL * len(points) else None


def end_regions(problem: Problem, ends: FloatArray) -> list[Region]:
    """The region of the ends nearest to each minimum; ends of shape (R, 2)."""
    nearest = _nearest(problem, ends)
    found = (region(ends[nearest == well]) for well in np.unique(nearest))
    return [each for each in found if each]


def _nearest(problem: Problem, points: FloatArray) -> IntArray:
    """Index of the minimum nearest to each point; 0 where minima lie on a curve, or are none."""
    if not problem.minima or in_valley(problem):
        return np.zeros(len(points), np.int64)
    return np.asarray(distances(problem, points).argmin(axis=1))
