"""Noise along a run: turning angles of known paths, and the noise of known points."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.science.engine import generators, run
from app.science.noise.point import noise_at
from app.science.noise.run_noise import noise_along, turning, turning_angles
from app.science.optimizers import OPTIMIZERS, sgd
from app.science.plan import Budget, make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem

NAN = math.nan


@pytest.mark.parametrize(
    ("path", "degrees"),
    [
        ([(0, 0), (1, 0), (2, 0), (5, 0)], [0, 0]),
        ([(0, 0), (1, 0), (1, 1), (0, 1)], [90, 90]),
        ([(0, 0), (1, 1), (0, 0), (3, 3)], [180, 180]),
        ([(0, 0), (1, 0), (1, 0), (1, 0), (1, 2)], [90]),  # it rests, and then turns
        ([(0, 0), (1, 0), (2, 0), (NAN, NAN)], [0]),
        ([(5, 0), (4, 0), (4 - 1e-12, 0), (3, 0)], [0]),  # a step that rounding has made
        ([(0, 0), (1, 0)], []),
        ([(3, 3), (3, 3), (3, 3)], []),
        ([(NAN, NAN)], []),
    ],
)
def test_turning_angles(path: list[tuple[float, float]], degrees: list[float]) -> None:
    points = np.array(path, dtype=float)
    np.testing.assert_allclose(turning_angles(points), degrees, atol=1e-12)
    found = turning(points)
    if degrees:
        assert found is not None
        assert found.angle_degrees.mean == pytest.approx(np.mean(degrees), abs=1e-12)
        assert found.uphill == np.mean(np.array(degrees) > 90)
    else:
        assert found is None


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.floats(-180, 180), st.integers(3, 30))
def test_a_polygon_turns_by_the_same_angle(degrees: float, steps: int) -> None:
    path = np.cumsum(np.exp(1j * np.radians(degrees) * np.arange(steps)))
    points = np.column_stack([path.real, path.imag])
    np.testing.assert_allclose(turning_angles(points), abs(degrees), atol=1e-9)


def test_small_batches_turn_more_often() -> None:
    problem, shares = build_problem(SURFACES["least-squares"], 256), []
    for batch_size in (1, 16, 64, 256):
        plan = make_plan(
            examples=256, batch_size=batch_size, budget=Budget(updates=60), learning_rate=0.05
        )
        paths = run(problem, plan, sgd(), problem.surface.start, generators(0, 1))
        found = turning(np.hstack([paths.w0, paths.w1]))
        assert found is not None
        shares.append(found.angle_degrees.mean)
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] < 1  # gradient descent on a round bowl goes straight


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("surface", ["bowl", "least-squares", "rosenbrock"])
def test_noise_turns_back_fewer_steps_that_momentum_carries_on(surface: str, seed: int) -> None:
    """As the page says: from a minimum, where all is noise, half of plain SGD's steps turn back.

    1500 angles, whose share has a standard error of about .013, more with their correlations.
    """
    problem = build_problem(SURFACES[surface], 256)
    plan = make_plan(
        examples=256, batch_size=1, budget=Budget(updates=1500), sampling="with-replacement",
        learning_rate=problem.surface.learning_rate / 10,
    )  # fmt: skip
    back = {}
    for name, optimizer in OPTIMIZERS.items():
        paths = run(problem, plan, optimizer(), problem.minima[0].point, generators(seed, 1))
        found = turning(np.hstack([paths.w0, paths.w1]))
        assert found is not None
        back[name] = found.uphill
    assert back["sgd"] > 0.4
    assert max(back[name] for name in ("momentum", "nesterov", "adam")) < back["sgd"] - 0.1


@pytest.mark.parametrize("surface", SURFACES)
def test_the_noise_along_a_run_is_that_of_its_points(surface: str) -> None:
    problem = build_problem(SURFACES[surface], 40)
    points = np.array([problem.surface.start, (0.4, -0.7), (1.1, 0.2)])
    found = noise_along(problem, points)
    for k, point in enumerate(points.tolist()):
        expected = noise_at(problem, tuple(point))
        assert found.loss[k] == pytest.approx(expected.loss, rel=1e-12)
        assert found.squared_norm[k] == pytest.approx(expected.norm**2, rel=1e-9)
        assert found.trace[k] == pytest.approx(expected.trace, rel=1e-9)
        assert found.noise_scale[k] == pytest.approx(expected.noise_scale, rel=1e-9)


@pytest.mark.parametrize(("level", "there"), [(None, np.inf), (0.0, np.nan)])
def test_no_finite_noise_scale_at_a_stationary_point(level: float | None, there: float) -> None:
    problem = build_problem(SURFACES["himmelblau"], 40, level)
    points = np.array([problem.surface.start, problem.minima[0].point])
    found = noise_along(problem, points)
    assert np.isfinite(found.noise_scale[0])
    np.testing.assert_equal(found.noise_scale[1], there)
    assert found.squared_norm[1] == 0
    assert (found.trace[1] == 0) == (level == 0)
