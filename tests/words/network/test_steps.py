"""What is said of updates to a training loss, of which replicas and sizes, after which looks."""

import numpy as np
import pytest

from app.language.speech import LANGUAGES, speaking
from app.science.networks.spec import NetworkSpec
from app.science.networks.steps import Race, StepsSweep
from app.science.networks.steps_result import StepsResult, gather_steps
from app.science.tradeoff.tuned import Tuned
from app.words.network.steps import steps_caption, steps_summary

SIZES = (1, 40)
SWEEP = StepsSweep(
    spec=NetworkSpec(examples=40, hidden=(4,)),
    batch_sizes=(1, 4, 40),
    learning_rates=(0.1,),
    replicas=3,
    target=0.25,
    updates=400,
)


def planted(target: float, *medians: int) -> StepsResult:
    """A sweep of four replicas, whose losses at the start are real and whose arrivals are not."""
    sweep = StepsSweep(
        spec=NetworkSpec(examples=40, hidden=(4,)), batch_sizes=SIZES, learning_rates=(0.1,),
        replicas=4, target=target,
    )  # fmt: skip
    count = int(np.count_nonzero(~sweep.begins_below()))
    shape, nothing = (1, count), np.empty(0)
    races = [
        Race(size, (0.1,), np.full(shape, median), np.zeros(shape, bool), nothing, nothing)
        for size, median in zip(SIZES, medians, strict=False)
    ]
    return gather_steps(sweep, races)


def test_one_update_is_one() -> None:
    assert steps_summary(planted(0.1, 12, 1)) == (
        "To a training loss of 0.1 it takes 12 updates at B = 1, 1 update at B = 40 (full)."
    )


def test_replicas_that_start_below_are_said() -> None:
    # At the start the four have losses of .57, .21, .65 and .49.
    whole = steps_caption(planted(0.1, 12, 4))
    assert "Median of 4 replicas with their 5–95 %" in whole
    assert "left out" not in whole
    some = steps_caption(planted(0.5, 12, 4))
    assert "Median of 2 replicas with their 5–95 %" in some
    assert "2 of 4 replicas start at that loss or below it, and are left out." in some
    assert "1 of 4 replicas starts at that loss or below it, and is" in steps_caption(
        planted(0.3, 12, 4)
    )
    assert "One replica, each batch size at the rate" in steps_caption(planted(0.6, 12, 4))
    none = steps_caption(planted(2.0, 0, 0))
    assert none == (
        "Every replica starts at a training loss of 2 or below it: no batch size takes an update "
        "to come down to it."
    )


def test_when_the_loss_is_looked_at_is_said() -> None:
    said = steps_caption(planted(0.1, 12, 4))
    assert "There the loss is looked at after every update; to choose the rate after each" in said
    assert "of the first 50, and then 2 % apart." in said


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks(language: str) -> None:
    with speaking(language):
        for target in (0.1, 0.5, 2.0):
            assert ("損失" in steps_caption(planted(target, 12, 4))) == (language == "ja")


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
