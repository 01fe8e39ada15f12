"""Targets, and the charts that losses are read from."""

import pickle

import numpy as np
import pytest

from app.science.errors import ParameterError
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.tradeoff.goal import CHART_ERROR, make_goal
from app.science.tradeoff.loss_chart import chart

CHARTED = [name for name, surface in SURFACES.items() if surface.affine is None]


@pytest.mark.parametrize("surface", CHARTED)
def test_a_chart_meets_the_loss(surface: str) -> None:
    problem = build_problem(SURFACES[surface], 200)
    charted = chart(problem)
    low, high = np.transpose(problem.surface.domain)
    w0, w1 = np.random.default_rng(1).uniform(low, high, size=(2000, 2)).T
    exact = problem.loss(w0, w1)
    np.testing.assert_allclose(charted.read(w0, w1), exact, atol=1e-3 * np.median(exact))
    corners = np.array(np.meshgrid(*problem.surface.domain))
    np.testing.assert_allclose(charted.read(*corners), problem.loss(*corners), rtol=1e-9)


def test_a_chart_is_read_anywhere() -> None:
    charted = chart(build_problem(SURFACES["logistic"], 50))
    far = np.array([np.nan, np.inf, -np.inf, 1e300, 0.0])
    assert np.all(np.isfinite(charted.read(far, far[::-1])))
    again = pickle.loads(pickle.dumps(charted))  # noqa: S301
    w = np.linspace(-3, 3, 7).reshape(7, 1)
    np.testing.assert_array_equal(again.read(w, -w), charted.read(w, -w))
    assert charted.read(w, w).shape == (7, 1)


@pytest.mark.parametrize("surface", [s for s in SURFACES if s != "two-wells"])
def test_a_target_lies_between_the_minimum_and_the_start(surface: str) -> None:
    problem = build_problem(SURFACES[surface], 200)
    start = problem.surface.start
    goal = make_goal(problem, start, 0.25)
    assert goal.start == float(problem.loss(*start))
    assert goal.level == pytest.approx(goal.lowest + (goal.start - goal.lowest) / 4)
    assert goal.lowest < goal.level < goal.start
    if surface == "logistic-separable":
        assert (goal.minimum, goal.lowest) == (None, 0.0)
    else:
        assert goal.minimum in problem.minima


def test_the_minimum_is_the_full_batch_s() -> None:
    camel = build_problem(SURFACES["six-hump-camel"], 50)
    goal = make_goal(camel, camel.surface.start, 0.1)
    assert goal.minimum != camel.minima[0]
    # Descent that stays on a saddle is taken to go on.
    saddle = build_problem(SURFACES["saddle"], 50)
    assert make_goal(saddle, saddle.surface.start, 0.1).lowest == pytest.approx(-0.25)
    # At the bottom of a poor well the lowest minimum is what there is to go for.
    line = build_problem(SURFACES["robust-line"])
    assert make_goal(line, line.surface.start, 0.1).minimum == line.minima[0]
    # From where descent diverges, too.
    steep = build_problem(SURFACES["himmelblau"], 50)
    assert make_goal(steep, (40.0, -40.0), 0.1).minimum == steep.minima[0]


@pytest.mark.parametrize("surface", ["bowl", "logistic"])
def test_excess(surface: str) -> None:
    problem = build_problem(SURFACES[surface], 100)
    goal = make_goal(problem, problem.surface.start, 0.1)
    w0, w1 = np.array([[0.5, 1.0, 99.0, -4.0]]), np.array([[0.5, -1.0, 0.0, 4.0]])
    found = goal.excess(problem, w0, w1)
    exact = problem.loss(w0, w1) - goal.level
    np.testing.assert_allclose(found[:, :2], exact[:, :2], atol=1e-4)
    # Outside the domain, and above the start, it is as at the start.
    np.testing.assert_allclose(found[:, 2:], goal.start - goal.level)
    far = np.array([np.nan, np.inf, -np.inf, 1e200])
    np.testing.assert_allclose(goal.excess(problem, far, far), goal.start - goal.level)


@pytest.mark.parametrize("share", [0.0, 1.0, -0.1, 2.0, float("nan")])
def test_a_share_outside_0_to_1_is_refused(share: float) -> None:
    problem = build_problem(SURFACES["bowl"], 50)
    with pytest.raises(ParameterError, match="target"):
        make_goal(problem, problem.surface.start, share)


def test_what_a_chart_cannot_tell_is_refused() -> None:
    problem = build_problem(SURFACES["sine-fit"], 100)
    make_goal(problem, problem.surface.start, 0.01)
    with pytest.raises(ParameterError, match="target is 1e-06, which is not at least"):
        make_goal(problem, problem.surface.start, 1e-6)
    assert CHART_ERROR < 1


@pytest.mark.parametrize(
    ("surface", "start"),
    [("two-wells", (-1.17, 0.0)), ("bowl", (0.0, 0.0)), ("bowl", (1e9, 0.0)), ("bowl", (1e-9, 0))],
)
def test_a_start_without_a_way_down_is_refused(surface: str, start: tuple[float, float]) -> None:
    with pytest.raises(ParameterError, match="start"):
        make_goal(build_problem(SURFACES[surface], 50), start, 0.1)
