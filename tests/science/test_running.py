"""The running median, held against windows counted out one by one."""

import numpy as np
import pytest

from app.science.budget import Budget
from app.science.comparison import MEDIAN_SHARE
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.running import running_median
from tests.comparing import compare


@pytest.mark.parametrize("reach", [0.0, 0.4, 1.0, 2.5, 7.0, 100.0])
def test_of_all_updates_it_is_the_median_of_a_window(reach: float) -> None:
    values = np.random.default_rng(0).normal(size=40)
    medians = running_median(np.arange(40), values, reach)
    for t in range(1, 39):
        h = int(min(reach, t))
        window = values[t - h : t + h + 1]
        if t - h > 0 and t + h < 39:  # the first and the last stand for half a time
            assert medians[t] == pytest.approx(np.median(window))
        assert window.min() <= medians[t] <= window.max()
    assert medians[0] == values[0]
    if reach < 1:
        np.testing.assert_array_equal(medians, values)


def test_windows_sorted_together_have_the_medians_of_each_alone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rng = np.random.default_rng(0)
    for count in (3, 40, 700):
        times = np.concatenate([[0], np.cumsum(rng.integers(1, 9, size=count - 1))])
        values = rng.integers(0, 50, size=count).astype(float)  # some of them equal
        for reach in (2.0, 60.0, 2000.0):
            together = running_median(times, values, reach)
            with monkeypatch.context() as patch:
                patch.setattr("app.science.running.BLOCK", 1)
                np.testing.assert_array_equal(running_median(times, values, reach), together)


def test_what_only_falls_falls_as_it_did() -> None:
    values = np.exp(-np.arange(200) / 10)
    medians = running_median(np.arange(200), values, 20)
    np.testing.assert_allclose(medians[1:180], values[1:180], rtol=1e-12)


def test_values_recorded_closely_do_not_count_for_more() -> None:
    times = np.concatenate([np.arange(50), np.arange(50, 1001, 50)])
    values = np.where(times < 50, 5.0, 1.0)
    medians = running_median(times, values, 400.0)
    # Up to 2t the high ones last 50 of 2t: from t = 50 on they are less than half of it.
    assert medians[times == 40] == 5
    np.testing.assert_array_equal(medians[times > 100], 1)


@pytest.mark.parametrize("count", [1, 2])
def test_a_path_too_short_for_a_window(count: int) -> None:
    values = np.arange(float(count))
    np.testing.assert_array_equal(running_median(np.arange(count), values, 5), values)


@pytest.mark.parametrize("surface", ["least-squares", "ravine", "rosenbrock", "logistic"])
def test_on_thinned_paths_it_is_near_that_of_every_update(surface: str) -> None:
    problem = build_problem(SURFACES[surface], 60)
    rate = problem.surface.learning_rate
    plan = make_plan(examples=60, batch_size=1, budget=Budget(epochs=100), learning_rate=rate)
    thin, dense = (
        compare(problem, [plan], sgd(), problem.surface.start, max_points=points).runs[0]
        for points in (1000, None)
    )
    told = thin.running_loss - problem.minima[0].loss
    updates = thin.paths.updates[: len(told)]
    every = dense.first_loss - problem.minima[0].loss
    reach = MEDIAN_SHARE * plan.updates / 2
    plainly = np.array(
        [
            np.median(every[round(t - h) : round(t + h) + 1])
            for t in updates
            for h in [min(reach, t)]
        ]
    )
    assert np.median(np.abs(told / plainly - 1)) < 0.25
    assert abs(np.median(told / plainly) - 1) < 0.2  # nor is it too low or too high
