"""Scores along runs over replicas: quantiles, the best validation, at equal training loss."""

from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.networks.result import SizeRuns
from app.science.networks.training import Scores, Trained

FEW = 20  # up to so many replicas a band goes from the least to the most, then over 5–95 %
LEVELS = 60  # of training loss, at which runs are compared


class Band(NamedTuple):
    """A quantity over replicas that have not diverged; NaN where none is left.

    Attributes:
        low: 5 % quantile; the least of up to `FEW` replicas.
        median: the median.
        high: 95 % quantile; the most of up to `FEW`.
    """

    low: FloatArray
    median: FloatArray
    high: FloatArray


def band(values: FloatArray) -> Band:
    """Quantiles over replicas, (K, R) -> three of (K,)."""
    tail = 0.0 if values.shape[1] <= FEW else 0.05
    shares = [tail, 0.5, 1 - tail]
    known = np.isfinite(values).any(axis=1)
    whole = known & ~np.isnan(values).any(axis=1)
    some = known & ~whole
    quantiles = np.full((3, len(values)), np.nan)
    # The same numbers as of those with a gap, which numpy goes through one by one.
    quantiles[:, whole] = np.quantile(values[whole], shares, axis=1)
    if some.any():
        quantiles[:, some] = np.nanquantile(values[some], shares, axis=1)
    return Band(*quantiles)


def best(trained: Trained) -> IntArray:
    """Index of the recorded update at which a replica's validation loss was lowest, shape (R,).

    0 of a replica that diverged before it was scored.
    """
    losses = trained.scores.validation_loss
    return np.asarray(np.where(np.isfinite(losses), losses, np.inf).argmin(axis=0))


def at_best(values: FloatArray, trained: Trained) -> FloatArray:
    """A score of each replica where its validation loss was lowest, (K, R) -> (R,)."""
    return np.asarray(np.take_along_axis(values, best(trained)[None], axis=0)[0])


def last(values: FloatArray) -> FloatArray:
    """A score of each replica at the end, (K, R) -> (R,)."""
    return np.asarray(values[-1])


def positions(runs: SizeRuns, horizontal: str) -> FloatArray:
    """Where the recorded updates stand on an axis of updates, epochs or examples seen."""
    updates = runs.trained.updates
    return np.asarray(
        {
            "updates": updates,
            "epochs": runs.plan.epoch[updates],
            "examples_seen": runs.trained.mean_seen(runs.plan),
        }[horizontal],
        dtype=np.float64,
    )


def levels(sizes: tuple[SizeRuns, ...]) -> FloatArray:
    """Training losses that some run reaches, falling by equal factors from the highest start.

    Among them the lowest to which every replica of every batch size comes.
    """
    losses = [runs.trained.scores.train_loss for runs in sizes]
    lows = [np.nanmin(band(each).median) for each in losses]
    highs = [np.nanmax(each[0]) for each in losses]
    common = max(np.where(np.isnan(each), np.inf, each).min(axis=0).max() for each in losses)
    wanted = np.geomspace(max(highs), min(lows), LEVELS)
    return np.unique([*wanted, *([common] if np.isfinite(common) else [])])[::-1]


def at_levels(scores: Scores, values: FloatArray, wanted: FloatArray) -> FloatArray:
    """A score at the first recorded update whose training loss is at most each level.

    Args:
        scores: of the runs.
        values: one of them, shape (K, R).
        wanted: training losses, shape (L,).

    Returns:
        Shape (L, R); NaN where a replica does not come so far.
    """
    losses = np.where(np.isfinite(scores.train_loss), scores.train_loss, np.inf)
    reached = losses[None] <= wanted[:, None, None]
    first = reached.argmax(axis=1)
    there = np.take_along_axis(values[None], first[:, None], axis=1)[:, 0]
    return np.where(reached.any(axis=1), there, np.nan)
