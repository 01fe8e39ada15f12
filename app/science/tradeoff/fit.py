r"""The hyperbola between updates and examples, and the critical batch size.

.. math:: (S/S_{min} - 1)(E/E_{min} - 1) = 1
    \quad\Longleftrightarrow\quad S = S_{min}(1 + B_{crit}/B),\; E = E_{min}(1 + B/B_{crit})

with B = E/S and B_crit = E_min/S_min (McCandlish et al. 2018, arXiv:1812.06162). An identity where
the noise scale is the same all along the run and every step is small; elsewhere approximate.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.message import Message
from app.science.tradeoff.resampling import INTERVAL, Bootstrapped, resampled_medians
from app.science.tradeoff.tuned import Tuned

MISFIT = 0.25  # largest relative error at a batch size of a hyperbola that is still stated
FEWEST = 3  # batch sizes: two fix the two parameters, the third says whether they fit
REACH = 100.0  # factor beyond the batch sizes tried up to which the critical one is looked for
GRID_POINTS = 200
BISECTIONS = 60


class Fit(NamedTuple):
    """The fitted hyperbola.

    Attributes:
        updates: S_min, the fewest updates at any batch size.
        examples: E_min, the fewest examples.
        batch_size: B_crit, at which both are twice that.
        deviation: the largest relative difference between measured and fitted updates, at the
            batch size as at the examples an update, which a last batch makes fewer.
    """

    updates: Bootstrapped[float]
    examples: Bootstrapped[float]
    batch_size: Bootstrapped[float]
    deviation: float

    def updates_at(self, batch_size: FloatArray) -> FloatArray:
        """S on the hyperbola; E is B times that."""
        return self.updates.value * (1 + self.batch_size.value / batch_size)


def fit_refusal(tuned: Sequence[Tuned]) -> str | None:
    """Why there is no fit to a sweep's batch sizes, increasing; None if there is one."""
    used = [point for point in tuned if point.best is not None]
    if len(used) < FEWEST:
        return Message(
            "A fit needs {fewest} batch sizes that reach the target, not {count}",
            count=len(used),
            fewest=FEWEST,
        )
    critical = float(critical_batch_size(*_medians(used)))
    if not used[0].batch_size <= critical <= used[-1].batch_size:
        if critical < used[0].batch_size:
            return Message("A fit would put the critical batch size below all that arrive")
        return Message("A fit would put the critical batch size above all that arrive")
    deviation = _deviation(used, float(_fewest(*_medians(used), critical)), critical)
    if deviation > MISFIT:
        return Message(
            "The hyperbola that comes nearest misses a batch size by {deviation} %",
            deviation=math.ceil(100 * deviation),
        )
    return None


def fit(tuned: Sequence[Tuned], seed: int = 0) -> Fit:
    """Fit median updates against batch size, by least squares of the logarithm of the updates.

    In logarithms, so that every batch size counts alike; that of the examples is the same, as
    E = B·S. The intervals are the percentile bootstrap's, the same replicas being drawn for all
    batch sizes, for these see the same permutations; draws in which half of the replicas are
    late are left out. They tell how far replicas differ, not whether a hyperbola fits.

    Args:
        tuned: the sweep's batch sizes, increasing, of which there is no `fit_refusal`; those
            without a best learning rate are left out.
        seed: of the bootstrap.
    """
    used = [point for point in tuned if point.best is not None]
    measured, sizes = _medians(used)
    resampled = resampled_medians(np.stack([point.passages for point in used]), seed)
    resampled = resampled[np.all(np.isfinite(resampled), axis=1)]
    updates = np.vstack([measured, resampled])
    critical = critical_batch_size(updates, sizes)
    fewest = _fewest(updates, sizes, critical)
    return Fit(
        _bootstrapped(fewest),
        _bootstrapped(fewest * critical),
        _bootstrapped(critical),
        _deviation(used, fewest[0], critical[0]),
    )


def critical_batch_size(updates: FloatArray, sizes: FloatArray) -> FloatArray:
    """The B_crit that fits best, (…, n) and (n,) -> (…), from far below the sizes to far above."""
    grid = np.geomspace(sizes.min() / REACH, sizes.max() * REACH, GRID_POINTS)
    misfits = np.var(_shortfall(updates[..., None, :], sizes, grid), axis=-1)
    best = np.clip(np.argmin(misfits, axis=-1), 1, GRID_POINTS - 2)
    low, high = np.log(grid[best - 1]), np.log(grid[best + 1])
    # The zero of the misfit's slope: unlike its minimum it can be found to full precision.
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        critical = np.exp(middle)[..., None]
        rise = critical / (critical + sizes)
        shortfall = _shortfall(updates, sizes, critical[..., 0])
        falling = np.mean(shortfall * (rise - rise.mean(axis=-1, keepdims=True)), axis=-1) > 0
        low, high = np.where(falling, middle, low), np.where(falling, high, middle)
    return np.asarray(np.exp(low))


def _shortfall(updates: FloatArray, sizes: FloatArray, critical: FloatArray) -> FloatArray:
    """Log of S/(1 + B_crit/B): log S_min, wherever the hyperbola fits."""
    return np.asarray(np.log(updates) - np.log1p(np.asarray(critical)[..., None] / sizes))


def _fewest(updates: FloatArray, sizes: FloatArray, critical: FloatArray | float) -> FloatArray:
    """The S_min that fits best."""
    shortfall = _shortfall(updates, sizes, np.asarray(critical))
    return np.asarray(np.exp(np.mean(shortfall, axis=-1)))


def _deviation(used: Sequence[Tuned], fewest: float, critical: float) -> float:
    """`Fit.deviation` of a hyperbola."""
    measured, sizes = _medians(used)
    nominal = [point.batch_size for point in used]
    fitted = fewest * (1 + critical / np.array([sizes, nominal]))
    return float(np.abs(measured / fitted - 1).max())


def _medians(used: Sequence[Tuned]) -> tuple[FloatArray, FloatArray]:
    """Median updates, and examples an update, of every batch size."""
    updates = np.array([point.updates[1] for point in used], dtype=np.float64)
    return updates, np.array([point.examples[1] for point in used]) / updates


def _bootstrapped(values: FloatArray) -> Bootstrapped[float]:
    """The first value, with the interval of the others."""
    low, high = np.quantile(values[1:], INTERVAL) if len(values) > 1 else values[[0, 0]]
    return Bootstrapped(float(values[0]), float(low), float(high))
