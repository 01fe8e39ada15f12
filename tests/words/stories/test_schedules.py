"""The stories of schedules: true over twenty seeds, by numbers made anew."""

import numpy as np
import pytest

from app.science.arrays import FloatArray

from .told import ROUNDED, SEEDS, late, tell, told

FULL = "B = 1,050 (full)"


def himmelblau(x: FloatArray, y: FloatArray) -> FloatArray:
    """Its lowest loss is 0, at four places."""
    return np.asarray((x * x + y - 11) ** 2 + (x + y * y - 7) ** 2)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_warm_up_leaves_a_steep_start(seed: int) -> None:
    story = told("warm-up", seed)
    most, some, warmed, many, warmer, full = story.read(
        "The curvature at the start bears a rate of # of plain SGD, and 0.02 is above that. "
        "B = 256 comes to # above the lowest loss without a warm-up, to # with it. "
        "B = 512 comes to # above the lowest loss without a warm-up, to # with it. "
        f"{FULL} comes to # above the lowest loss without a warm-up, to 0 with it."
    )
    x = y = 4.5
    curved = [[12 * x * x + 4 * y - 42, 4 * (x + y)], [4 * (x + y), 12 * y * y + 4 * x - 26]]
    assert most == pytest.approx(2 / np.linalg.eigvalsh(curved)[-1], rel=ROUNDED)
    anew = [late(run, himmelblau) for runs in story.runs for run in runs]
    assert [warmed, warmer] == pytest.approx(anew[:2], rel=ROUNDED)
    assert [some, many, full] == pytest.approx(anew[3:], rel=ROUNDED)
    assert some > 40 * warmed
    assert many > 10 * warmer
    assert anew[2] < 1e-4


@pytest.mark.parametrize("seed", [0, 1])
def test_a_warm_up_changes_nothing_where_the_start_bears_the_rate(seed: int) -> None:
    gentle = tell("warm-up", seed, learning_rate=0.004, epochs=120)
    assert gentle.startswith("The curvature at the start bears the rate, 0.004. B = 256: much the")
    assert gentle.count("much the same") == 3


def test_there_may_be_none_or_nothing_to_compare() -> None:
    assert tell("warm-up", warmup=1) == "There is no warm-up here."
    assert "nothing to compare" in tell("warm-up", learning_rate=1)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_large_batch_never_sees_a_decay_counted_in_updates(seed: int) -> None:
    story = told("decay-counted", seed)
    high, low = story.read(
        "Counted in updates, the rate of B = 8 ends 120 times lower after 10,560. Counted in "
        "updates, the rate of B = 128 never falls in its 720. A larger batch makes fewer updates "
        "in as many epochs. B = 128 comes to # above the lowest loss so, to # where epochs are "
        "counted: the rate then falls alike at every batch size."
    )
    anew = [late(runs[1]) for runs in story.runs]
    assert [high, low] == pytest.approx(anew, rel=ROUNDED, abs=6e-6)
    assert high > 4 * low


def test_decay_may_be_counted_alike() -> None:
    anew = tell("decay-counted", decay_updates=180, batch_size=[128])
    assert anew == "Decay is counted alike here."
    assert "nothing to compare" in tell("decay-counted", learning_rate=8)
    assert "Much the same whichever" in tell("decay-counted", decay_updates=170, batch_size=[128])
