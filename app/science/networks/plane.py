"""The plane that holds most of the weights that runs of all batch sizes go through."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.linalg import block_diag, eigh

from app.science.arrays import FloatArray, IntArray
from app.science.networks.result import NetworkRuns, SizeRuns

SAME = 1e-12  # of the weights' own size: what is nearer than that is the same point


@dataclass(frozen=True)
class Plane:
    """Joint principal components of recorded weights, all points counting alike.

    Of runs that did not diverge, unless all did. The start lies at the negative side of both axes.

    Attributes:
        origin: mean of the recorded weights, shape (P,).
        axes: orthonormal, shape (2, P).
        rank: how many of the axes the weights do vary along: 0, 1 or 2. The others are orthogonal
            to them, and arbitrary.
        share: of the variance of the recorded weights about their mean, what the plane holds; 1
            where they do not vary.
        walk_share: what the plane of a random walk that is recorded at the updates of the first
            of these runs holds of it, in the limit of many weights (`random_walks_share`).
        walks_share: the same of a walk for each of them, all from one start.
    """

    origin: FloatArray
    axes: FloatArray
    rank: int
    share: float
    walk_share: float
    walks_share: float

    def coordinates(self, theta: FloatArray) -> FloatArray:
        """Where weights are in the plane, or nearest to it, (..., P) -> (..., 2)."""
        return np.asarray((theta - self.origin) @ self.axes.T)

    def weights(self, coordinates: FloatArray) -> FloatArray:
        """Weights of points of the plane, (..., 2) -> (..., P)."""
        return np.asarray(self.origin + coordinates @ self.axes)

    def distance(self, theta: FloatArray) -> FloatArray:
        """How far weights are off the plane, (..., P) -> (...)."""
        return np.asarray(np.linalg.norm(theta - self.weights(self.coordinates(theta)), axis=-1))


def plane_of(runs: NetworkRuns) -> Plane:
    """The plane of the first replica of every batch size."""
    followed = within(runs)
    points = np.concatenate([_known(size) for size in followed])
    origin = points.mean(axis=0)
    away = points - origin
    variance = float(np.vdot(away, away))
    axes, held = _principal(away)
    rounding = (SAME * float(np.abs(points).max(initial=0.0))) ** 2 * points.size
    rank = int(np.count_nonzero(held > max(rounding, SAME * variance)))
    axes = _completed(axes[:rank], points.shape[1])
    away_from_start = axes @ (points[0] - origin)
    axes = axes * np.where(away_from_start > 0, -1.0, 1.0)[:, None]
    recorded = [size.trained.updates[: len(_known(size))] for size in followed]
    return Plane(
        origin,
        axes,
        rank,
        share=float(held[:rank].sum() / variance) if rank else 1.0,
        walk_share=random_walks_share(recorded[:1]),
        walks_share=random_walks_share(recorded),
    )


def within(runs: NetworkRuns) -> tuple[SizeRuns, ...]:
    """The batch sizes whose first replica did not diverge; all, where every one did."""
    steady = tuple(size for size in runs.sizes if size.trained.diverged_at[0] == 0)
    return steady or runs.sizes


def random_walks_share(recorded: Sequence[IntArray]) -> float:
    """Share of random walks' variance in their own first two components, in many dimensions.

    All from one start. Scalar products of points of one walk tend to the number of steps that they
    have in common, of points of two walks to 0: their eigenvalues, centred, are exact. Of one walk
    whose K points are evenly apart the k-th component holds 1/(2 − 2 cos(πk/K)) of (K² − 1)/6,
    which tends to 6/(πk)² (Antognini and Sohl-Dickstein 2018, section 2); where more of them are
    taken at its beginning it is another share.

    Args:
        recorded: each walk's updates, at which its points are taken.

    >>> round(random_walks_share([np.arange(113)]), 3)
    0.76
    >>> from app.science.networks.recorded import recorded
    >>> round(random_walks_share([recorded(2000)[0]]), 3)
    0.788
    """
    products = block_diag(*(np.minimum.outer(each, each) for each in recorded)).astype(np.float64)
    centred = products - products.mean(axis=0)
    centred -= centred.mean(axis=1, keepdims=True)
    total = float(np.trace(centred))
    if total <= 0:
        return 1.0
    held = eigh(centred, eigvals_only=True, subset_by_index=_last_two(len(centred)))
    return min(1.0, float(np.maximum(held, 0.0).sum()) / total)


def _known(size: SizeRuns) -> FloatArray:
    """The first replica's weights up to its divergence, shape (K', P)."""
    path = size.trained.path
    return path[np.isfinite(path).all(axis=1)]


def _principal(away: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The first two directions, and what they hold, largest first; of the smaller product."""
    points, weights = away.shape
    if points < weights:
        held, vectors = eigh(away @ away.T, subset_by_index=_last_two(points))
        axes = (away.T @ vectors).T
        axes /= np.maximum(np.linalg.norm(axes, axis=1, keepdims=True), np.finfo(float).tiny)
    else:
        held, vectors = eigh(away.T @ away, subset_by_index=_last_two(weights))
        axes = vectors.T
    return axes[::-1], np.maximum(held[::-1], 0.0)


def _last_two(size: int) -> tuple[int, int]:
    return max(0, size - 2), size - 1


def _completed(axes: FloatArray, weights: int) -> FloatArray:
    """Two orthonormal axes, of two or fewer that are so to rounding."""
    found: list[FloatArray] = []
    for axis in (*axes, *np.eye(min(3, weights), weights)):
        rest = axis - sum((axis @ other) * other for other in found)
        length = float(np.linalg.norm(rest))
        if length > 0.5 and len(found) < 2:
            found.append(rest / length)
    return np.array(found)
