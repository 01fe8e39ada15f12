"""The paths that runs leave: their recorded points, and where they diverged."""

from dataclasses import dataclass, replace

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.local_sgd import Apart


@dataclass(frozen=True)
class Trajectories:
    """The paths of R replicas at U recorded updates.

    Attributes:
        updates: the recorded updates' numbers, from 0 (the start), shape (U,).
        theta: the points, a weight after the other, shape (P, U, R); NaN from a replica's
            divergence onwards.
        diverged_at: the update at which a replica diverged, 0 if it did not, shape (R,).
        clipped: how many of all updates' gradients were cut, shape (R,); 0 of a replica that
            diverged. None where none can be.
        seen: examples that each replica has seen by then, shape (U, R), where it is chance how
            many a batch has; None elsewhere.
        apart: where workers were, whose mean the points are; None where there is one.
    """

    updates: IntArray
    theta: FloatArray
    diverged_at: IntArray
    clipped: IntArray | None = None
    seen: IntArray | None = None
    apart: Apart | None = None

    @property
    def w0(self) -> FloatArray:
        """The first weight, shape (U, R)."""
        return np.asarray(self.theta[0])

    @property
    def w1(self) -> FloatArray:
        """The second, shape (U, R)."""
        return np.asarray(self.theta[1])


def beside(paths: list[Trajectories]) -> Trajectories:
    """Replicas that were run apart, with the same updates recorded."""
    if len(paths) == 1:
        return paths[0]
    return Trajectories(
        paths[0].updates,
        np.concatenate([p.theta for p in paths], axis=2),
        np.concatenate([p.diverged_at for p in paths]),
        None
        if paths[0].clipped is None
        else np.concatenate([p.clipped for p in paths if p.clipped is not None]),
        None if paths[0].seen is None else np.hstack([p.seen for p in paths if p.seen is not None]),
    )


def repeated(path: Trajectories, replicas: int) -> Trajectories:
    """As many replicas that are alike."""
    apart = path.apart
    if apart is not None:
        apart = replace(apart, drift=np.repeat(apart.drift, replicas))
    return Trajectories(
        path.updates,
        np.repeat(path.theta, replicas, axis=2),
        np.repeat(path.diverged_at, replicas),
        None if path.clipped is None else np.repeat(path.clipped, replicas),
        apart=apart,
    )


def last_points(paths: Trajectories) -> IntArray:
    """Index of each replica's last recorded point before divergence, shape (R,)."""
    finite = np.isfinite(paths.theta[0])
    return np.asarray(len(finite) - 1 - np.argmax(finite[::-1], axis=0))
