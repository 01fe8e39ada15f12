"""The story of rules that feel noise: true over twenty seeds, by numbers made anew."""

import numpy as np
import pytest

from app.science.comparison import Run

from .told import SEEDS, tell, told


def way(run: Run) -> float:
    """Percent of the straight way to the minimum, at 0, that replicas have come on average."""
    start = np.array(run.late.start)
    last = np.array([run.paths.w0[-1], run.paths.w1[-1]])
    return float(100 * np.mean((start[:, None] - last).T @ start) / (start @ start))


@pytest.mark.parametrize("seed", SEEDS)
def test_adam_takes_noise_for_size_and_sgd_does_not(seed: int) -> None:
    story = told("noise-and-adam", seed)
    said = story.read(
        "Of the way to the minimum, in the same 20 updates, on average over 20 replicas: SGD has "
        "come # % with B = 1 and # % with B = 1,050 (full), about as far: noise cancels in the "
        "mean step. Adam has come # % with B = 1 and # % with B = 1,050 (full): it divides a step "
        "by the size of the gradients so far, and takes their noise for size."
    )
    (runs,) = story.runs
    assert said == pytest.approx([way(run) for run in runs], abs=0.5)
    # SGD's mean step is that of the whole: here each coordinate shrinks by itself.
    start, rate = np.array(runs[1].late.start), runs[1].plan.learning_rate
    left = start * (1 - rate * np.array([1, 0.5])) ** 20
    assert said[1] == pytest.approx(100 * (1 - left @ start / (start @ start)), abs=1)
    spread = [np.std(start @ np.array([run.paths.w0[-1], run.paths.w1[-1]])) for run in runs]
    error = 100 * spread[0] / (start @ start) / np.sqrt(20)
    assert abs(said[0] - said[1]) < 4 * error
    assert said[3] - said[2] > 20


def test_it_is_told_where_it_is_not_so() -> None:
    quiet = tell("noise-and-adam", noise=0)
    assert "Adam has come 94 % with B = 1 and 94 % with B = 1,050 (full), about as far." in quiet
    assert "no way to compare" in tell("noise-and-adam", optimizer="sgd", learning_rate=50)
    assert "different numbers of updates" in tell("noise-and-adam", updates=None, epochs=1)
    assert "that is chance" in tell("noise-and-adam", seed=6, replicas=1, optimizer="sgd")
