"""The running median of values that are recorded at uneven times."""

from collections.abc import Iterator

import numpy as np

from app.science.arrays import FloatArray, IntArray

BLOCK = 32_768  # values of windows that are sorted at once
LONG = 256  # values of a window that is sorted alone: then a call costs little beside the sorting
LONGER = 1.3  # times the shortest, the longest window sorted together with it


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
    lengths = last - first
    medians = values.copy()
    for windows in _alike(np.where(lengths > LONG, 1, lengths)):
        medians[windows] = _medians(values, weights, first[windows], lengths[windows])
    for i in np.flatnonzero(lengths > LONG).tolist():
        medians[i] = _median(values[first[i] : last[i]], weights[first[i] : last[i]])
    return medians


def _alike(lengths: IntArray) -> Iterator[IntArray]:
    """The windows of more than one value, those of similar lengths together, `BLOCK` at most."""
    ordered = np.argsort(lengths, kind="stable")
    done = int(np.searchsorted(lengths[ordered], 1, side="right"))
    while done < len(ordered):
        longest = int(lengths[ordered[done]] * LONGER) + 1
        end = int(np.searchsorted(lengths[ordered], longest, side="right"))
        end = min(end, done + max(1, BLOCK // longest))
        yield ordered[done:end]
        done = end


def _medians(
    values: FloatArray, weights: FloatArray, first: IntArray, lengths: IntArray
) -> FloatArray:
    """Weighted medians of windows, which begin at ``first``, each shape (W,)."""
    # What a shorter window lacks is an infinite value of no weight, at its end once sorted.
    at = first[:, None] + np.arange(lengths.max())
    at = np.where(at < (first + lengths)[:, None], at, len(values))
    those = np.append(values, np.inf)[at]
    order = np.argsort(those, axis=1)
    those = np.take_along_axis(those, order, axis=1)
    grown = np.cumsum(np.take_along_axis(np.append(weights, 0.0)[at], order, axis=1), axis=1)
    half = grown[:, -1:] / 2
    rows = np.arange(len(first))
    low, high = (
        those[rows, (grown >= half * near).argmax(axis=1)] for near in (1 - 1e-12, 1 + 1e-12)
    )
    return np.asarray((low + high) / 2)


def _median(values: FloatArray, weights: FloatArray) -> float:
    order = np.argsort(values)
    values, grown = values[order], np.cumsum(weights[order])
    half = grown[-1] / 2
    low, high = np.searchsorted(grown, (half * (1 - 1e-12), half * (1 + 1e-12)))
    return float(values[low] + values[high]) / 2
