"""Perfect scaling, diminishing returns, plateau (Shallue et al. 2018, arXiv:1811.03600)."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from app.science.arrays import BoolArray, FloatArray, IntArray
from app.science.tradeoff.passage import quantiles
from app.science.tradeoff.resampling import INTERVAL, Bootstrapped, resampled_medians
from app.science.tradeoff.tuned import Tuned

TOLERANCE = 0.25  # share of additional examples, or updates, that still counts as no more


class Regimes(NamedTuple):
    """Where one ends and the next begins, as measured; between the two returns diminish.

    Attributes:
        perfect_until: the largest batch size up to which every one arrives and takes no more
            examples than the smallest one, plus `TOLERANCE`: updates fall in proportion. The
            smallest itself where already the second one does not.
        plateau_from: the smallest batch size, not below that, from which on every one arrives
            and none that is larger saves updates, beyond `TOLERANCE`. The largest itself where
            it does save, or where one larger still does not arrive: it might, with more time.
        labels: ``perfect``, ``diminishing`` or ``plateau`` of each batch size that arrives.
            Beyond `perfect_until`, too, one that takes no more examples is ``perfect``.
    """

    perfect_until: Bootstrapped[int]
    plateau_from: Bootstrapped[int]
    labels: Mapping[int, str]


def regimes(tuned: Sequence[Tuned], seed: int = 0) -> Regimes | None:
    """Classify a sweep's batch sizes, increasing; from the smallest that arrives to the largest.

    The intervals are the percentile bootstrap's, as those of the fit, in which a batch size
    whose median replica is late does not arrive.

    Returns:
        None where fewer than two arrive, or all are so close that both regimes hold them all.
    """
    arrived = [k for k, point in enumerate(tuned) if point.best is not None]
    if len(arrived) < 2:
        return None
    span = tuned[arrived[0] : arrived[-1] + 1]
    updates = _medians([point.passages for point in span], seed)
    examples = _medians([point.examples_seen for point in span], seed)
    judged = np.isfinite(updates[:, 0]) & np.isfinite(updates[:, -1])
    updates, examples = updates[judged], examples[judged]
    level = examples <= (1 + TOLERANCE) * examples[:, :1]
    fewest = np.minimum.accumulate(updates[:, ::-1], axis=1)  # of those as large or larger
    saves_none = updates[:, ::-1] <= (1 + TOLERANCE) * fewest
    last = len(span) - 1
    ends, begins = _lead(level) - 1, last + 1 - _lead(saves_none)
    if ends[0] == last and begins[0] == 0:
        return None
    if arrived[-1] < len(tuned) - 1:
        begins[:] = last
    begins = np.maximum(begins, ends)
    labels = {
        point.batch_size: _label(k, bool(level[0, k]), ends[0], begins[0], last)
        for k, point in enumerate(span)
        if point.best is not None
    }
    sizes = [point.batch_size for point in span]
    return Regimes(_bound(sizes, ends), _bound(sizes, begins), labels)


def _medians(replicas: Sequence[IntArray], seed: int) -> FloatArray:
    """Medians over replicas, (n, R) -> (1 + draws, n): measured, then resampled; late ones inf."""
    count = max(map(len, replicas))
    values = np.stack([known if len(known) else np.zeros(count, int) for known in replicas])
    return np.vstack([quantiles(values)[1], resampled_medians(values, seed)])


def _lead(holds: BoolArray) -> IntArray:
    """In how many of the first columns a row is true."""
    return np.asarray(np.cumprod(holds, axis=1).sum(axis=1))


def _label(k: int, level: bool, ends: int, begins: int, last: int) -> str:
    if begins < last and k >= begins and not 0 < k <= ends:
        return "plateau"
    return "perfect" if level and ends + k > 0 else "diminishing"


def _bound(sizes: Sequence[int], at: IntArray) -> Bootstrapped[int]:
    """The first index, with the interval of the others and itself, as batch sizes."""
    low, high = np.quantile(at, INTERVAL, method="inverted_cdf")
    return Bootstrapped(sizes[at[0]], sizes[min(low, at[0])], sizes[max(high, at[0])])
