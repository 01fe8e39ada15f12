"""Stories of learning rates too large: true over twenty seeds, by numbers made anew."""

import numpy as np
import pytest

from app.science.arrays import FloatArray

from .told import ROUNDED, SEEDS, diverged, late, tell, told

FULL = "B = 1,050 (full)"


@pytest.mark.parametrize("seed", SEEDS)
def test_linear_scaling_keeps_the_floor_until_it_breaks(seed: int) -> None:
    story = told("linear-scaling", seed)
    low, high, broken, rate, lost, steepest = story.read(
        "With the learning rate in proportion to the batch, B = 8, B = 32, B = 128 come to much "
        "the same floor, # to # above the lowest loss. Then it breaks: B = 512 comes to # above "
        "the lowest loss at a rate of #; B = 1,024 (full) diverges in # of 20 replicas at a "
        "rate of #."
    )
    *finite, full = story.runs[0]
    levels = [late(run) for run in finite]
    anew = [min(levels[:3]), max(levels[:3]), levels[3]]
    assert [low, high, broken] == pytest.approx(anew, rel=ROUNDED)
    assert high <= 2.1 * low < broken
    assert [rate, steepest] == pytest.approx([0.11 * 512 / 32, 0.11 * 1024 / 32], rel=0.03)
    assert [lost, *map(diverged, finite)] == [diverged(full), 0, 0, 0, 0]
    assert lost == 20  # 2/ε is below the largest curvature, 1


def test_it_is_told_where_it_does_not_break_or_is_none() -> None:
    gentle = tell("linear-scaling", learning_rate=0.005, epochs=600, batch_size=[8, 32, 128])
    assert gentle.endswith("It does not break here: all are within a factor 2.")
    assert tell("linear-scaling", lr_scaling="none").startswith("The learning rate is not in prop")
    assert tell("linear-scaling", learning_rate=20).startswith("It breaks from the start: B = 8 d")
    pair = tell("linear-scaling", batch_size=[8, "full"])
    assert pair.startswith("No other comes to the floor of B = 8. Then it breaks: ")


@pytest.mark.parametrize("seed", SEEDS)
def test_one_example_at_a_time_is_thrown_out(seed: int) -> None:
    story = told("limit-of-one", seed, every=True)
    lost, update, level = story.read(
        "At a learning rate of 0.6, B = 1 diverges in # of 20 replicas, at update # in the median; "
        f"B = 32 comes to # above the lowest loss; {FULL} comes to less than 0.0001 above the "
        "lowest loss. A larger batch bears a rate that throws smaller ones out."
    )
    one, some, full = story.runs[0]
    out = ~np.isfinite(one.paths.w0)
    assert lost == diverged(one) >= 15
    assert update == pytest.approx(np.median(out.argmax(axis=0)[out.any(axis=0)]), abs=0.51)
    x, y = some.problem.columns

    def height(intercept: FloatArray, slope: FloatArray) -> FloatArray:
        """Above least squares: their own residuals have no part in it."""
        best = np.polyfit(x, y, 1)
        off = np.stack([slope - best[0], intercept - best[1]])
        return np.asarray(
            (off[0] ** 2 * np.mean(x**2) + 2 * off[0] * off[1] * np.mean(x) + off[1] ** 2) / 2
        )

    assert level == pytest.approx(late(some, height), rel=ROUNDED)
    assert [diverged(some), diverged(full)] == [0, 0]


def test_a_rate_that_all_bear_or_none() -> None:
    assert tell("limit-of-one", learning_rate=0.01).startswith("Every batch size bears a learning")
    assert tell("limit-of-one", learning_rate=9).startswith("No batch size bears a learning rate")
    assert "A larger batch" not in tell("limit-of-one", learning_rate=9)
