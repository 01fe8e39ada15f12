"""What is said of updates to a training loss while batch sizes are still to come."""

import numpy as np

from app.science.networks.spec import NetworkSpec
from app.science.networks.steps import StepsSweep
from app.science.networks.steps_result import StepsResult
from app.science.tradeoff.tuned import Tuned
from app.words.network.steps import steps_summary

SWEEP = StepsSweep(
    spec=NetworkSpec(examples=40, hidden=(4,)),
    batch_sizes=(1, 4, 40),
    learning_rates=(0.1,),
    replicas=3,
    target=0.25,
    updates=400,
)


def late(size: int) -> Tuned:
    """A batch size that does not arrive."""
    nobody = np.zeros(0, np.int64)
    return Tuned(size, (), None, nobody, nobody, (None,) * 3, (None,) * 3, "Too few updates")


def test_of_sizes_to_come_nothing_is_said() -> None:
    assert steps_summary(StepsResult(SWEEP, (), {})) == "Not measured yet."
    assert steps_summary(StepsResult(SWEEP, (late(4), late(40)), {})) == (
        "So far, with 2 of 3 batch sizes measured, and of these alone: No rate tried brings B = 4, "
        "B = 40 (full) to a training loss of 0.25 within 400 updates."
    )
    whole = StepsResult(SWEEP, (late(1), late(4), late(40)), {})
    assert steps_summary(whole).startswith("No batch size comes to a training loss of 0.25 within")
