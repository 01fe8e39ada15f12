"""The spread of a loss over replicas, along their paths."""

from collections.abc import Callable

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.trajectories import Trajectories

BAND_POINTS = 121  # updates at which the spread over replicas is evaluated
BAND = (0.05, 0.5, 0.95)  # quantiles that show the spread


def band_index(points: int) -> IntArray:
    """Indices of the recorded points at which a band stands."""
    last = points - 1
    even = np.linspace(0, last, BAND_POINTS)
    # For a logarithmic axis, which shows the first updates as large as all the others.
    early = np.geomspace(1, last, BAND_POINTS)
    return np.unique(np.concatenate([even, early]).round().astype(np.int64))


def band(
    paths: Trajectories, index: IntArray, loss: Callable[[FloatArray, FloatArray], FloatArray]
) -> FloatArray:
    """Quantiles `BAND` of a loss over the replicas at recorded points, shape (3, len(index)).

    A replica that has diverged counts as +∞, so a quantile may be infinite; a full batch
    has no spread.
    """
    w0, w1 = paths.w0[index], paths.w1[index]
    finite = np.isfinite(w0)
    losses = np.full(w0.shape, np.inf)
    losses[finite] = loss(w0[finite], w1[finite])
    # 'higher' never interpolates between a finite loss and infinity.
    return np.asarray(np.quantile(losses, BAND, axis=1, method="higher"))
