"""The instruments read along runs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.science.arrays import BoolArray, FloatArray, IntArray
from app.science.comparison import Run
from app.science.engine import generators
from app.science.noise.batch_moments import measure_batches
from app.science.noise.instruments import INSTRUMENTS
from app.science.plan import Plan
from app.science.problems.problem import Problem

READINGS = 200  # updates of a run at which the instruments are read, at most


@dataclass(frozen=True)
class Reading:
    """An instrument at some updates of a run.

    Attributes:
        id: its key in `INSTRUMENTS`.
        values: one an update, None where undefined; no value at all if refused.
        refused: why, None if it is not.
    """

    id: str
    values: tuple[float | None, ...]
    refused: str | None


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


def read(
    problem: Problem,
    plan: Plan,
    optimizer: str,
    rng: np.random.Generator,
    updates: IntArray,
    points: FloatArray,
) -> tuple[Reading, ...]:
    """Read every one of `INSTRUMENTS` at some updates of a run.

    Args:
        problem: the run's finite sum.
        plan: the run's.
        optimizer: name of the run's update rule.
        rng: a new generator seeded as the replica's was; used up.
        updates: increasing numbers of updates, from 1.
        points: from which they start, finite, shape (len(updates), 2): that of update k is the
            path's point k − 1.

    Raises:
        ParameterError: as `replay`.
    """
    batches = measure_batches(problem, plan, rng, updates, points)
    readings = []
    for key, instrument in INSTRUMENTS.items():
        refused = instrument.refusal(problem, plan, optimizer)
        values: tuple[float | None, ...] = ()
        if not refused:
            with np.errstate(divide="ignore", invalid="ignore"):
                measured = instrument.measure(batches)
            values = tuple(v if np.isfinite(v) else None for v in measured.tolist())
        readings.append(Reading(key, values, refused))
    return tuple(readings)


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
