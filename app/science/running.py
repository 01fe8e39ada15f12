"""The running median of values that are recorded at uneven times."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from app.science.arrays import FloatArray, IntArray

BLOCK = 32_768  # values of windows that are sorted at once
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
    reaches = np.minimum(reach, times)
    first = np.searchsorted(times, times - reaches)
    lengths = np.searchsorted(times, times + reaches, side="right") - first
    order = np.argsort(values)
    ranks = np.empty(len(values) + 1, np.int32)  # they sort several times as fast as the values
    ranks[order], ranks[-1] = np.arange(len(values)), len(values)
    # What a shorter window lacks is an infinite value of no weight, at its end once sorted.
    ordered, weights = np.append(values[order], np.inf), np.append(np.diff(edges)[order], 0.0)
    medians = values.copy()
    for windows in _alike(lengths):
        found = _middles(ranks, weights, first[windows], lengths[windows])
        medians[windows] = ordered[found].mean(axis=0)
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


def _middles(
    ranks: NDArray[np.int32], weights: FloatArray, first: IntArray, lengths: IntArray
) -> NDArray[np.int32]:
    """The two ranks about the middle of each window, which begin at ``first``, shape (2, W)."""
    at = first[:, None] + np.arange(lengths.max())
    those = ranks[np.where(at < (first + lengths)[:, None], at, len(ranks) - 1)]
    those.sort(axis=1)
    grown = np.cumsum(weights[those], axis=1)
    half = grown[:, -1:] / 2
    places = [(grown >= half * near).argmax(axis=1) for near in (1 - 1e-12, 1 + 1e-12)]
    return np.asarray(those[np.arange(len(first)), places])
