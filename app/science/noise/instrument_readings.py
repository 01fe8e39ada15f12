"""The instruments read along a run."""

from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.noise.batch_moments import draw_samples
from app.science.noise.instruments import INSTRUMENTS
from app.science.plan import Plan
from app.science.problems.problem import Problem


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
    samples = draw_samples(problem, plan, rng, updates, points)
    readings = []
    for key, instrument in INSTRUMENTS.items():
        refused = instrument.refusal(problem, plan, optimizer)
        values: tuple[float | None, ...] = ()
        if not refused:
            with np.errstate(divide="ignore", invalid="ignore"):
                measured = instrument.measure(samples)
            values = tuple(v if np.isfinite(v) else None for v in measured.tolist())
        readings.append(Reading(key, values, refused))
    return tuple(readings)
