"""The running median of values that are recorded at uneven times."""

import numpy as np

from app.science.arrays import FloatArray, IntArray


def running_median(times: IntArray, values: FloatArray, reach: float) -> FloatArray:
    """Weighted medians over the times at most h(t) = min(reach, t) from each time t.

    A value weighs as much as the time that it stands for, half of the way to its neighbours on
    either side: values that are recorded closely do not count for more. Of two values with the
    middle between them it is their mean.

    Args:
        times: increasing, from 0 on, shape (P,).
        values: finite, shape (P,).
        reach: how far a window reaches back and ahead, in units of time.
    """
    if len(times) < 3:
        return values.copy()
    edges = np.concatenate([times[:1], (times[1:] + times[:-1]) / 2, times[-1:]])
    weights = np.diff(edges)
    reaches = np.minimum(reach, times)
    first = np.searchsorted(times, times - reaches)
    last = np.searchsorted(times, times + reaches, side="right")
    medians = np.empty_like(values)
    for i, (low, high) in enumerate(zip(first.tolist(), last.tolist(), strict=True)):
        medians[i] = values[i] if high - low == 1 else _median(values[low:high], weights[low:high])
    return medians


def _median(values: FloatArray, weights: FloatArray) -> float:
    order = np.argsort(values)
    values, grown = values[order], np.cumsum(weights[order])
    half = grown[-1] / 2
    low, high = np.searchsorted(grown, (half * (1 - 1e-12), half * (1 + 1e-12)))
    return float(values[low] + values[high]) / 2
