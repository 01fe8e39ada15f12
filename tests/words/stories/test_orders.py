"""The story of sorted examples: true over twenty seeds, by numbers made anew."""

import numpy as np
import pytest

from app.science.arrays import FloatArray
from app.science.budget import Budget
from app.science.label_spread import label_spread
from app.science.planning import make_plan

from .told import ROUNDED, SEEDS, late, tell, told


@pytest.mark.parametrize("seed", SEEDS)
def test_what_batches_of_sorted_examples_see_and_where_they_end(seed: int) -> None:
    story = told("sorted-examples", seed)
    within, overall, *ends = story.read(
        "Sorted, y strays by # within batches of 8, by # over all examples (standard deviations). "
        "B = 8 comes to # above the lowest loss sorted, to # shuffled anew each epoch: # times "
        "lower. B = 32 comes to # above the lowest loss sorted, to # shuffled anew each epoch: # "
        "times lower."
    )
    x, y = story.runs[0][0].problem.columns
    arranged = np.sort(y)
    away = [each - each.mean() for each in np.split(arranged, range(8, len(y), 8))]
    assert within == pytest.approx(np.std(np.concatenate(away)), rel=ROUNDED)
    assert overall == pytest.approx(np.std(y), rel=ROUNDED)
    assert overall > 10 * within

    def height(intercept: FloatArray, slope: FloatArray) -> FloatArray:
        """Above least squares: their own residuals have no part in it."""
        best = np.polyfit(x, y, 1)
        off = np.stack([slope - best[0], intercept - best[1]])
        return np.asarray(
            (off[0] ** 2 * np.mean(x**2) + 2 * off[0] * off[1] * np.mean(x) + off[1] ** 2) / 2
        )

    for (one, other, times), arranged_run, shuffled in zip(
        (ends[:3], ends[3:]), *(runs[:2] for runs in story.runs), strict=True
    ):
        levels = late(arranged_run, height), late(shuffled, height)
        assert [one, other] == pytest.approx(levels, rel=ROUNDED)
        assert times == pytest.approx(levels[0] / levels[1], rel=ROUNDED)
        assert times > 10


def test_it_is_told_where_it_is_not_so() -> None:
    classes = tell("sorted-examples", surface="logistic")
    assert classes.startswith("Of 132 sorted batches of 8, 131 hold one class alone. Much the same")
    assert "which is lower than" in tell("sorted-examples", surface="robust-line", batch_size=[8])
    assert "nothing to compare" in tell("sorted-examples", learning_rate=2)
    whole = "A batch of all examples is the same in every order."
    assert tell("sorted-examples", batch_size=["full"]) == whole
    assert tell("sorted-examples", sampling="sequential") == "The examples are not sorted here."


@pytest.mark.parametrize("size", [1, 3, 4, 10])
def test_labels_within_batches(size: int) -> None:
    labels = np.array([1.0, -1.0, 1.0, 1.0, -1.0, 1.0, -1.0, 1.0, 1.0, -1.0])
    plan = make_plan(
        examples=10, batch_size=size, budget=Budget(epochs=1), learning_rate=1.0, sampling="sorted"
    )
    seen = label_spread(plan, labels, np.random.default_rng(0))
    order = range(10) if size == 10 else sorted(range(10), key=lambda i: float(labels[i]))
    parts = [[labels[i] for i in [*order][k : k + size]] for k in range(0, 10, size)]
    assert (seen.kinds, seen.batches) == (2, len(parts))
    assert seen.alike == sum(len({*part}) == 1 for part in parts)
    squares = sum(np.var(part) * len(part) for part in parts) / 10
    assert [seen.within, seen.overall] == pytest.approx([np.sqrt(squares), np.std(labels)])
