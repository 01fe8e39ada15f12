"""The noise scale over several steps as a ratio of sums, with an interval that may be open."""

from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from app.science.arrays import FloatArray
from app.science.noise.parts import PartEstimates

LEVEL = 0.95


class Ratio(NamedTuple):
    """ΣT/ΣS over K steps, with its interval; shape (...,) each.

    Attributes:
        estimate: NaN where ΣS is not above 0.
        low: at least 0.
        high: infinite where the interval is open: the ratio is 'at least' ``low``; with a ``low``
            of 0 nothing is known.
    """

    estimate: FloatArray
    low: FloatArray
    high: FloatArray


class Spread(NamedTuple):
    """Variances of the means of T and of S, and their covariance; shape (...,) each."""

    t: FloatArray
    s: FloatArray
    ts: FloatArray


def ratio(estimates: PartEstimates, level: float = LEVEL) -> Ratio:
    """The ratio of the sums of T and S over K independent steps, with its interval.

    Fieller's (1954, 'Some problems in interval estimation'): all ρ of at least 0 for which the
    mean of T − ρS is not told from 0 by Student's t with K − 1 degrees of freedom. Steps that
    follow each other closely are not independent, and make it too narrow.

    Args:
        estimates: T and S of the steps, shape (..., K).
        level: the probability with which it is to hold the true ratio.
    """
    steps = estimates.trace.shape[-1]
    t, s = estimates.trace.mean(axis=-1), estimates.squared_norm.mean(axis=-1)
    away = estimates.trace - t[..., None], estimates.squared_norm - s[..., None]
    divisor = max(steps * (steps - 1), 1)
    variances = (
        np.einsum("...k,...k->...", one, other) / divisor
        for one, other in ((away[0], away[0]), (away[1], away[1]), away)
    )
    return ratio_of_means(t, s, Spread(*variances), np.asarray(steps - 1.0), level)


def ratio_of_means(
    t: FloatArray, s: FloatArray, spread: Spread, freedom: FloatArray, level: float = LEVEL
) -> Ratio:
    """The same of means alone, with what is known of how far they may be off.

    Args:
        t, s: means of T and S, shape (...,).
        spread: of these means.
        freedom: degrees of freedom of ``spread``; where there are none nothing is known.
        level: the probability with which it is to hold the true ratio.
    """
    known = freedom > 0
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        estimate = np.where(s > 0, t / s, np.nan)
        z2 = stdtrit(np.where(known, freedom, 1.0), (1 + level) / 2) ** 2
        v_t, v_s, v_ts = (z2 * each for each in spread)
        # All ρ with aρ² − 2bρ + c ≤ 0.
        a, b, c = s * s - v_s, s * t - v_ts, t * t - v_t
        root = np.sqrt(np.maximum(b * b - a * c, 0.0))
        closed = known & (a > 0) & (s > 0)
        open_ = known & (a <= 0) & (c > 0) & (t > 0) & (b + root > 0)
        low = np.where(closed, (b - root) / a, np.where(open_, c / (b + root), 0.0))
        high = np.where(closed, np.maximum((b + root) / a, 0.0), np.inf)
    return Ratio(estimate, np.maximum(low, 0.0), high)
