"""Noise along whole runs: where it is measured, where two batches estimate it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.cached_property import cached_property
from app.science.comparison import Run
from app.science.engine import generators
from app.science.message import Message
from app.science.noise.estimators import Estimate
from app.science.noise.pairs import Pairs, draw_pairs, fair_updates, pairs_refusal
from app.science.noise.scale import NoiseAlong, noise_along

POINTS = 150  # of a run at which the noise is measured, roughly
PAIRS = 60  # of batches along a run, at most


@dataclass(frozen=True, eq=False)
class Track:
    """The noise along the first replica of a run.

    Attributes:
        run: of which every update is recorded.
        updates: at which the noise is measured, shape (P,).
        noise: there.
        pairs: the two-batch estimates' batches; None where `refused` says why.
        refused: why there are no pairs, else None.
    """

    run: Run
    updates: IntArray
    noise: NoiseAlong
    pairs: Pairs | None
    refused: str | None

    @property
    def epoch(self) -> FloatArray:
        """Epochs elapsed at each of ``updates``."""
        return self.run.plan.epoch[self.updates]

    @property
    def pairs_epoch(self) -> FloatArray:
        """Epochs elapsed where each pair was drawn."""
        return self.run.plan.epoch[self.pairs.updates - 1] if self.pairs else np.array([])

    @cached_property
    def estimates(self) -> list[Estimate]:
        """Each by a pair and those before it, up to a third of all pairs at once."""
        return self.pairs.estimates(self._window) if self.pairs else []

    @cached_property
    def targets(self) -> list[float | None]:
        """What each of ``estimates`` is an estimate of, under the run's sampling."""
        return self.pairs.targets(self._window) if self.pairs else []

    @cached_property
    def noise_scales(self) -> list[float | None]:
        """The exact noise scale at the points of each of ``estimates``."""
        return self.pairs.noise_scales(self._window) if self.pairs else []

    @property
    def _window(self) -> int:
        return max(1, len(self.pairs.updates) // 3) if self.pairs else 1


def track(run: Run, seed: int) -> Track:
    """Measure the noise along a run.

    Args:
        run: with every update recorded.
        seed: that it was run with.
    """
    length = run.length(0)
    path = np.column_stack([run.paths.w0[:length, 0], run.paths.w1[:length, 0]])
    updates = _spread(length, seed)
    noise = noise_along(run.problem, path[updates])
    refused = pairs_refusal(run.plan)
    fair = fair_updates(run.plan, PAIRS)
    fair = fair[fair <= length]  # the last of them may be the one that diverges
    if not refused and not len(fair):
        refused = Message("The run is too short for a second batch beside its first")
    pairs = None
    if not refused:
        rng = generators(seed, 1)[0]
        pairs = draw_pairs(run.problem, run.plan, rng, fair, path[fair - 1])
    return Track(run, updates, noise, pairs, refused)


def tracks(runs: Sequence[Run], seed: int) -> tuple[Track, ...]:
    """`track` of each."""
    return tuple(track(run, seed) for run in runs)


def _spread(length: int, seed: int) -> IntArray:
    """Indices of points, the first ones closer together, both ends among them.

    The others are chosen at random: evenly apart they could all be at one place of an epoch.
    """
    early = np.geomspace(1, length, POINTS // 3).round().astype(np.int64) - 1
    others = np.random.default_rng(seed).choice(length, min(length, POINTS), replace=False)
    return np.unique(np.concatenate([early, others]))
