"""Every instrument read along whole runs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.science.arrays import BoolArray, FloatArray, IntArray
from app.science.comparison import Run
from app.science.engine import generators
from app.science.noise.instrument_readings import Reading, read

READINGS = 200  # of a run, at most


@dataclass(frozen=True, eq=False)
class Log:
    """What the instruments read along the first replica of a run.

    Attributes:
        run: of which every update is recorded.
        updates: that they were read at, shape (U,).
        readings: by the instrument's id.
    """

    run: Run
    updates: IntArray
    readings: dict[str, Reading]

    @property
    def sizes(self) -> IntArray:
        """Examples in each of the batches that were read."""
        return self.run.plan.sizes[self.updates - 1]

    @property
    def left_over(self) -> BoolArray:
        """Which of the readings are of an epoch's last, smaller batch."""
        epochs = self.run.plan.epochs
        nominal = np.repeat([e.batch_size for e in epochs], [e.updates for e in epochs])
        return np.asarray(self.sizes < nominal[self.updates - 1])

    @property
    def epoch(self) -> FloatArray:
        """Epochs elapsed before each of ``updates``."""
        return self.run.plan.epoch[self.updates - 1]


def read_logs(runs: Sequence[Run], optimizer: str, seed: int) -> tuple[Log, ...]:
    """Read them along each run, at updates chosen at random.

    Evenly apart they could all be at one place of an epoch, such as its last, smaller batch.

    Args:
        runs: with every update recorded.
        optimizer: name of their update rule.
        seed: that they were run with.
    """
    return tuple(_log(run, optimizer, seed) for run in runs)


def _log(run: Run, optimizer: str, seed: int) -> Log:
    made = run.length(0) - 1  # a diverged run has no point after its last update
    chosen = np.random.default_rng(seed).choice(made, min(made, READINGS), replace=False)
    updates = 1 + np.sort(chosen)
    before = updates - 1
    points = np.column_stack([run.paths.w0[before, 0], run.paths.w1[before, 0]])
    rng = generators(seed, 1)[0]
    readings = read(run.problem, run.plan, optimizer, rng, updates, points)
    return Log(run, updates, {reading.id: reading for reading in readings})
