"""What replicas say together: the loss they are left with, its error, its trend, and ratios of it.

Losses are laid (points, R). Replicas are independent of each other and points of one are not, so
every error is that of the replicas' own means.
"""

import math
from statistics import NormalDist
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.problems.curvature import overshoot
from app.science.problems.problem import Problem

CONFIDENCE = NormalDist().inv_cdf(0.975)  # standard errors to either side: a 95 % interval
# Times the error of a loss beside the minimum, or of the minimum's own: a mean no larger may be
# rounding alone.
ROUNDING = 10
DRIFT = 0.01  # share of the mean by which later losses differ from earlier ones without a drift
CERTAIN = 4  # standard errors, which chance alone exceeds once in 16,000 times


class Ratio(NamedTuple):
    """A mean over another one.

    Attributes:
        value: their quotient.
        error: its standard error; None of a single replica.
    """

    value: float
    error: float | None


def excess_loss(problem: Problem, w0: FloatArray, w1: FloatArray) -> FloatArray:
    """Loss above the lowest minimum; all 0 where their mean is so but for rounding."""
    (m0, m1), lowest = problem.minima[0]
    with np.errstate(invalid="ignore"):  # a diverged replica's points are NaN
        excess = problem.loss(w0, w1) - lowest
    # So near to the minimum the exact loss is the same: what differs is rounding.
    steps = np.arange(-8, 9) * np.finfo(float).eps
    off = max(np.ptp(problem.loss(m0 + steps[:, None], m1 + steps)), overshoot(problem))
    return np.zeros_like(excess) if abs(float(excess.mean())) <= ROUNDING * off else excess


def standard_error(losses: FloatArray) -> float | None:
    """Standard error of the mean loss; None of a single replica."""
    replicas = losses.shape[1]
    if replicas == 1:
        return None
    return float(losses.mean(axis=0).std(ddof=1)) / math.sqrt(replicas)


def ratio_of_means(above: FloatArray, below: FloatArray) -> Ratio | None:
    """The ratio of two means over the same replicas, by the delta method.

    Replica r draws the same examples in both, so its two means are taken together.

    Returns:
        None where a replica diverged, or the mean below is not above 0.
    """
    x, y = above.mean(axis=0), below.mean(axis=0)
    mean = float(y.mean())
    if not (np.all(np.isfinite(x)) and mean > 0):
        return None
    value = float(x.mean()) / mean
    error = standard_error((x - value * y)[None])
    return Ratio(value, error if error is None else error / mean)


def drifts(losses: FloatArray) -> bool:
    """Whether the later half of the points is higher or lower than the earlier, for certain.

    For certain is by `CERTAIN` standard errors, and by more than `DRIFT` of the mean.
    """
    if len(losses) < 2:
        return False
    early, late = np.array_split(losses, 2)
    change = late.mean(axis=0) - early.mean(axis=0)
    error = standard_error(change[None])
    certain = math.inf if error is None else CERTAIN * error
    return abs(float(change.mean())) > max(certain, DRIFT * abs(float(losses.mean())))
