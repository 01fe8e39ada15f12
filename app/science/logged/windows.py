"""Runs of measured steps, summed up, and the noise scale of each with its interval."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.logged.log import WITH_REPLACEMENT, Header, Log, Steps
from app.science.noise.fieller import Ratio, Spread, ratio_of_means
from app.science.noise.parts import PartEstimates

LEAST_STEPS = 20  # measured ones in a window
MOST_WINDOWS = 64
BLOCK = 8  # steps whose means are compared: of steps that depend on each other they vary more
# The blocks' variance is so many times what independent steps would give before it is told of, and
# so many standard errors.
DEPENDENT, CLEARLY = 1.3, 2.5
ROUNDING = 2.0**-50  # relative, of sums of some hundred numbers in double precision


class Sums(NamedTuple):
    """What a link holds of each of W windows, shape (W,) each.

    Attributes:
        steps: K, measured.
        s, t: sums of S and T over them, of ‖G‖² and tr Σ, not corrected for the data's size.
        ss, tt, st: sums of S², T² and ST.
        blocks: `BLOCK` times the variance of the means of T − ρS over blocks of as many steps, over
            its variance step by step, ρ = ΣT/ΣS; about 1 for independent steps. NaN for fewer than
            two blocks.
        loss, lr: means; NaN where not logged.
        batch_size: mean number of examples of a step.
        first, last: numbers of the first and the last of the steps.
        exact: tr Σ/‖G‖² of all examples, as a ratio of sums; NaN where it was not measured.
    """

    steps: FloatArray
    s: FloatArray
    t: FloatArray
    ss: FloatArray
    tt: FloatArray
    st: FloatArray
    blocks: FloatArray
    loss: FloatArray
    lr: FloatArray
    batch_size: FloatArray
    first: FloatArray
    last: FloatArray
    exact: FloatArray


@dataclass(frozen=True)
class Window:
    """A window, estimated.

    Attributes:
        first, last: numbers of its first and last measured step.
        steps: K.
        batch_size: examples of a step, on average.
        noise_scale: tr Σ/‖G‖², in examples; None where the estimate of ‖G‖² is not above 0.
        low, high: its 95 % interval; ``high`` is None where it is open, and with a ``low`` of 0
            nothing is known.
        block_low, block_high: the same from means of blocks of steps, where those tell of steps
            that depend on each other; else both are None.
        gradient_squared, noise_trace: estimates of ‖G‖² and tr Σ; either may be negative.
        loss, lr: means; None where not logged.
        exact: the noise scale of all examples, where the log has it.
    """

    first: int
    last: int
    steps: int
    batch_size: float
    noise_scale: float | None
    low: float
    high: float | None
    block_low: float | None
    block_high: float | None
    gradient_squared: float
    noise_trace: float
    loss: float | None
    lr: float | None
    exact: float | None

    @property
    def interval(self) -> tuple[float, float | None]:
        """The one to go by: where steps depend on each other, that of their blocks."""
        if self.block_low is None:
            return self.low, self.high
        return self.block_low, self.block_high


def single(steps: Steps) -> PartEstimates:
    """T = c(Σ w_j‖g_j‖² − ‖ḡ‖²)/(m − 1) and S = ‖ḡ‖² − T/c of each step, as in `noise.parts`."""
    t = steps.examples * (steps.mean_part_norm - steps.norm) / np.maximum(steps.parts - 1, 1)
    return PartEstimates(t, steps.norm - t / steps.examples)


def cut(log: Log) -> Sums:
    """The log's usable steps in equal runs of at least `LEAST_STEPS`, at most `MOST_WINDOWS`.

    Steps of one part, or with a norm that is no number, are left out; none may be left, and W is
    then 0.
    """
    steps = log.steps
    good = (steps.parts > 1) & np.isfinite(steps.mean_part_norm) & np.isfinite(steps.norm)
    order = np.flatnonzero(good)
    order = order[np.argsort(steps.step[order], kind="stable")]
    columns: Any = (column[order] for column in steps)
    some = Steps(*columns)
    t, s = single(some)
    count = len(order)
    windows = min(MOST_WINDOWS, max(count // LEAST_STEPS, min(count, 1)))
    ends = np.rint(np.linspace(0, count, windows + 1)).astype(np.int64)
    rows = [
        (
            *(b - a, s[a:b].sum(), t[a:b].sum()),
            *(s[a:b] @ s[a:b], t[a:b] @ t[a:b], s[a:b] @ t[a:b]),
            *(_blocks(s[a:b], t[a:b]), _mean(some.loss[a:b]), _mean(some.lr[a:b])),
            *(some.examples[a:b].mean(), some.step[a], some.step[b - 1]),
            _ratio(some.noise_trace[a:b], some.gradient_squared[a:b]),
        )
        for a, b in pairwise(ends)
    ]
    return Sums(*np.array(rows, np.float64).reshape(windows, len(Sums._fields)).T)


def estimate(header: Header, sums: Sums, rounding: float = ROUNDING) -> tuple[Window, ...]:
    """Each window's noise scale, with Fieller's interval over its steps.

    Of N shuffled examples T is of the covariance with divisor N − 1, and T/N is added to S; where
    the data's size is not known, or a note says that examples are drawn with replacement, neither
    is done. What the sums' rounding may have taken away counts as spread.

    Args:
        header: the log's.
        sums: its windows'.
        rounding: of the sums, relative.
    """
    examples = None if WITH_REPLACEMENT in header.notes else header.data
    s, t, spread = _means(sums, examples, rounding)
    plain = ratio_of_means(t, s, spread, sums.steps - 1)
    times = dependence(sums)
    blocked = None
    if times is not None:
        wider = Spread(*(times * each for each in spread))
        blocked = ratio_of_means(t, s, wider, np.maximum(sums.steps / times - 1, 0))
    return tuple(_window(k, sums, s, t, plain, blocked) for k in range(len(sums.steps)))


def dependence(sums: Sums) -> float | None:
    """How many times as far as independent steps' the means are off; None where as they are."""
    weights = np.maximum(sums.steps // BLOCK - 1, 0)
    known = np.isfinite(sums.blocks) & (weights > 0)
    if not known.any():
        return None
    freedom = weights[known].sum()
    times = float((weights * np.nan_to_num(sums.blocks))[known].sum() / freedom)
    return times if times > max(DEPENDENT, 1 + CLEARLY * np.sqrt(2 / freedom)) else None


def _means(
    sums: Sums, examples: int | None, rounding: float
) -> tuple[FloatArray, FloatArray, Spread]:
    """Means of S and T, and variances and covariance of these means, at least as large as they are.

    Of a variance rounding takes at most 3u ΣS²/(K(K − 1)), u of each sum, and of the covariance
    the root of both: with twice that in both variances no combination of S and T has too small a
    one (the matrix of ones has the eigenvalue 2).
    """
    k = np.maximum(sums.steps, 1)
    s, t = sums.s / k, sums.t / k
    divisor = k * np.maximum(k - 1, 1)
    v_s, v_t, v_ts = (
        (square - k * one * other) / divisor
        for square, one, other in ((sums.ss, s, s), (sums.tt, t, t), (sums.st, s, t))
    )
    v_s, v_t = (
        v + 6 * rounding * square / divisor for v, square in ((v_s, sums.ss), (v_t, sums.tt))
    )
    if examples is not None:
        # Σ has the divisor N, and the covariance of a sample N − 1.
        share, whole = 1 / examples, 1 - 1 / examples
        s, v_s, v_ts = (
            s + share * t,
            v_s + 2 * share * v_ts + share**2 * v_t,
            whole * (v_ts + share * v_t),
        )
        t, v_t = whole * t, whole**2 * v_t
    return s, t, Spread(v_t, v_s, v_ts)


def _window(
    k: int, sums: Sums, s: FloatArray, t: FloatArray, plain: Ratio, blocked: Ratio | None
) -> Window:
    return Window(
        first=int(sums.first[k]),
        last=int(sums.last[k]),
        steps=int(sums.steps[k]),
        batch_size=float(sums.batch_size[k]),
        noise_scale=_known(plain.estimate[k]),
        low=float(plain.low[k]),
        high=_known(plain.high[k]),
        block_low=None if blocked is None else float(blocked.low[k]),
        block_high=None if blocked is None else _known(blocked.high[k]),
        gradient_squared=float(s[k]),
        noise_trace=float(t[k]),
        loss=_known(sums.loss[k]),
        lr=_known(sums.lr[k]),
        exact=_known(sums.exact[k]),
    )


def _blocks(s: FloatArray, t: FloatArray) -> float:
    count = len(s) // BLOCK
    if count < 2:
        return np.nan
    away = t - (t.sum() / s.sum() if s.sum() > 0 else 0.0) * s
    single = away.var(ddof=1)
    if not single > 0:
        return np.nan
    means = away[: count * BLOCK].reshape(count, BLOCK).mean(axis=1)
    return float(BLOCK * means.var(ddof=1) / single)


def _mean(values: FloatArray) -> float:
    values = values[np.isfinite(values)]
    return float(values.mean()) if len(values) else np.nan


def _ratio(above: FloatArray, below: FloatArray) -> float:
    known = np.isfinite(above) & np.isfinite(below)
    total = below[known].sum()
    return float(above[known].sum() / total) if total > 0 else np.nan


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
