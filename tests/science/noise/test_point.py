"""The noise at one point, against the problem's own statistics."""

import math
from dataclasses import replace

import numpy as np
import pytest

from app.science.errors import ParameterError
from app.science.noise.point import example_gradients, noise_at, stationary
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem

POINTS = [(0.4, -0.7), (1.3, 1.1)]


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("point", POINTS)
def test_it_is_the_problem_s_gradient_and_covariance(
    surface: str, point: tuple[float, float]
) -> None:
    problem = build_problem(SURFACES[surface], 50)
    noise = noise_at(problem, point)
    (g0, g1), covariance = problem.gradient_and_covariance(*point)
    scale = math.sqrt(noise.norm**2 + noise.trace)
    np.testing.assert_allclose(noise.gradient, [g0, g1], rtol=1e-12, atol=1e-13 * scale)
    expected = [[covariance.c00, covariance.c01], [covariance.c01, covariance.c11]]
    np.testing.assert_allclose(noise.covariance, expected, rtol=1e-9, atol=1e-13 * scale**2)
    np.testing.assert_allclose(noise.covariance, np.cov(noise.gradients, bias=True), rtol=1e-12)
    assert noise.examples == 50
    assert noise.loss == problem.loss(*point)
    assert noise.trace == pytest.approx(covariance.trace, rel=1e-9)
    assert noise.norm == pytest.approx(math.hypot(g0, g1), rel=1e-12)
    assert noise.noise_scale == pytest.approx(noise.trace / noise.norm**2, rel=1e-12)


@pytest.mark.parametrize("surface", SURFACES)
def test_gradients_of_some_examples(surface: str) -> None:
    problem = build_problem(SURFACES[surface], 20)
    everything = noise_at(problem, POINTS[0]).gradients
    some = example_gradients(problem, POINTS[0], np.array([3, 17, 3]))
    np.testing.assert_array_equal(some, everything[:, [3, 17, 3]])


@pytest.mark.parametrize("surface", SURFACES)
def test_minima_are_stationary_and_their_neighbourhood_is_not(surface: str) -> None:
    problem = build_problem(SURFACES[surface], 200)
    for minimum in problem.minima:
        noise = noise_at(problem, minimum.point)
        assert noise.stationary
        assert noise.noise_scale is None
        assert noise.trace > 0
        beside = noise_at(problem, (minimum.point[0] + 1e-4, minimum.point[1] + 1e-5))
        assert not beside.stationary
        assert beside.noise_scale is not None
        assert beside.noise_scale > 0


def test_a_saddle_is_stationary() -> None:
    assert noise_at(build_problem(SURFACES["saddle"], 50), (0.0, 0.0)).stationary


def test_a_slope_that_flattens_is_not_stationary() -> None:
    noise = noise_at(build_problem(SURFACES["logistic-separable"], 50), (12.0, -9.0))
    assert not noise.stationary
    assert noise.noise_scale is not None


@pytest.mark.parametrize(
    ("norm", "expected"), [(0.0, True), (9e-10, True), (1.1e-9, False), (1.0, False)]
)
def test_the_rule_is_relative_to_the_larger_size(norm: float, expected: bool) -> None:
    # The root mean square of the gradients is 10 here, or at the start.
    assert stationary(norm**2, 100.0, 1.0) == expected
    assert stationary(norm**2, 0.0, 10.0) == expected


@pytest.mark.parametrize("surface", ["bowl", "rosenbrock", "ackley", "two-wells"])
def test_landscapes_without_tilts_have_no_noise(surface: str) -> None:
    noise = noise_at(build_problem(SURFACES[surface], 33, noise=0.0), (0.4, -0.7))
    assert not np.any(noise.deviations)
    assert (noise.trace, noise.noise_scale, noise.stationary) == (0.0, 0.0, False)


def test_the_minimum_of_exact_data_is_stationary() -> None:
    for surface in ("least-squares", "tanh-neuron"):
        problem = build_problem(SURFACES[surface], 33, noise=0.0)
        noise = noise_at(problem, problem.minima[0].point)
        assert noise.stationary
        assert noise.noise_scale is None
        assert noise.trace < 1e-20


@pytest.mark.parametrize("point", [(math.nan, 0.0), (0.0, math.inf), (1e200, 1e200)])
@pytest.mark.parametrize("surface", ["least-squares", "rosenbrock", "tanh-neuron"])
def test_points_without_finite_gradients(surface: str, point: tuple[float, float]) -> None:
    problem = build_problem(SURFACES[surface], 20)
    with pytest.raises(ParameterError, match=r"^at is "):
        noise_at(problem, point)


def test_the_size_at_the_start_is_a_root_mean_square() -> None:
    surface = replace(SURFACES["bowl"], start=(3.0, 4.0))
    noise = noise_at(build_problem(surface, 20, noise=0.0), (0.0, 0.0))
    assert noise.size_at_start == pytest.approx(math.hypot(3.0, 2.0))
