"""Sweeps that were never run: tables of replicas with a difference planted in them."""

from collections.abc import Mapping

import numpy as np

from app.science.arrays import FloatArray
from app.science.networks.gap import GapSweep, Trial
from app.science.networks.gap_result import GapResult, gather
from app.science.networks.training import Scores

SIZES = (8, 32, 200)
TOGETHER, ALONE = 1.2, 0.7  # points: what replicas share at all batch sizes, and what they do not
TEST_ROWS = 1000


def planted(
    gaps: Mapping[str, Mapping[int, float]],
    seed: int,
    losses: Mapping[str, Mapping[int, float]] | None = None,
    late: Mapping[int, float] | None = None,
) -> GapResult:
    """A whole sweep at one rate.

    Args:
        gaps: by budget (``epochs``, ``updates`` or ``validation``) and batch size, points by
            which its test accuracy is above 90 %.
        seed: of the replicas.
        losses: likewise, training losses; 0.1 where nothing is said.
        late: by batch size, the training loss at the end of the run; that after equal updates
            where nothing is said.
    """
    sweep = GapSweep(batch_sizes=SIZES, learning_rates=(0.25, 0.5, 1.0))
    rng = np.random.default_rng(seed)
    shared = TOGETHER * rng.normal(size=sweep.replicas)
    trials = []
    for size in sweep.sizes:
        epochs, updates = sweep.ends(size)
        best = min(epochs, updates) // 2
        columns = {"validation": best, "epochs": epochs, "updates": updates}
        at = np.unique([0, *columns.values(), sweep.length(size) + 1])
        shape = len(at), sweep.replicas
        accuracy, train, validation = np.full(shape, 0.5), np.ones(shape), np.ones(shape)
        for budget, update in columns.items():
            k = int(np.searchsorted(at, update))
            accuracy[k] = _drawn(rng, shared, gaps.get(budget, {}).get(size, 0.0))
            train[k] = (losses or {}).get(budget, {}).get(size, 0.1)
            train[k] *= np.exp(0.05 * rng.normal(size=sweep.replicas))
            validation[k] = 0.1 if budget == "validation" else 0.2
        accuracy[-1], train[-1] = accuracy[-2], (late or {}).get(size, 0.1)
        scores = Scores(train, train, validation, accuracy, validation, accuracy)
        kept = np.zeros(sweep.replicas, dtype=bool)
        trials.append(Trial(size, 0.5, at, scores, kept))
        trials += [Trial(size, rate, at, scores, ~kept) for rate in (0.25, 1.0)]
    return gather(sweep, trials)


def _drawn(rng: np.random.Generator, shared: FloatArray, gap: float) -> FloatArray:
    points = 90 + gap + shared + ALONE * rng.normal(size=len(shared))
    return np.asarray(np.round(points / 100 * TEST_ROWS) / TEST_ROWS)
