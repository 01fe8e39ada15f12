"""The bootstrap over replicas: how much of what a sweep says hangs on those that were drawn."""

from typing import Generic, NamedTuple, TypeVar

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.tradeoff.passage import quantiles

RESAMPLES = 1000
INTERVAL = (0.025, 0.975)  # of the resamples: 95 %

Number = TypeVar("Number", int, float)


class Bootstrapped(NamedTuple, Generic[Number]):
    """A value and its 95 % interval over replicas, by the percentile bootstrap."""

    value: Number
    low: Number
    high: Number


def resampled_medians(values: IntArray, seed: int) -> FloatArray:
    """Medians over replicas, the last axis, each time of as many replicas drawn anew.

    The same replicas are drawn for all rows, for batch sizes see the same permutations; and with
    the same seed for all arrays of as many replicas.

    Args:
        values: 0 of a replica that is late, shape (n, R).
        seed: of the draws.

    Returns:
        Infinite where half of the replicas drawn are late, shape (RESAMPLES, n).
    """
    replicas = values.shape[1]
    drawn = np.random.default_rng(seed).integers(replicas, size=(RESAMPLES, replicas))
    return np.asarray(quantiles(values[:, drawn])[1].T)
