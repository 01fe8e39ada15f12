"""The noise scale over the plane: infinite, undefined and unbounded where it is."""

import numpy as np
import pytest

from app.science.noise.point import noise_at
from app.science.noise.scale import noise_along, noise_scales, unbounded
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem

N = 60


@pytest.mark.parametrize("surface", ["least-squares", "logistic", "bowl"])
def test_it_is_that_of_the_points(surface: str) -> None:
    problem = build_problem(SURFACES[surface], N)
    w0, w1 = np.meshgrid([-1.0, 0.5], [0.3, 1.2])
    for (i, j), scale in np.ndenumerate(noise_scales(problem, w0, w1)):
        exact = noise_at(problem, (float(w0[i, j]), float(w1[i, j]))).noise_scale
        assert scale == pytest.approx(exact)


def test_at_a_stationary_point() -> None:
    at = np.zeros(1), np.zeros(1)
    assert noise_scales(build_problem(SURFACES["bowl"], N), *at) == np.inf
    assert np.isnan(noise_scales(build_problem(SURFACES["bowl"], N, 0.0), *at))


@pytest.mark.parametrize("surface", ["least-squares", "least-squares-raw", "linear-network"])
def test_where_all_gradients_vanish_alike_it_has_no_value_and_is_never_infinite(
    surface: str,
) -> None:
    """Without noise G falls below 10⁻¹⁰ of the start's gradients a little before the others do."""
    problem = build_problem(SURFACES[surface], N, 0.0)
    away = np.geomspace(1e-13, 1e-3, 400)
    w0, w1 = problem.minima[0].point
    found = noise_along(problem, np.column_stack([w0 + away, w1 + 2 * away])).noise_scale
    known = found[np.isfinite(found)]
    assert not np.isposinf(found).any()
    assert len(known) > 100
    np.testing.assert_allclose(known, known[-1], rtol=0.01)  # one way to the minimum
    faint = build_problem(SURFACES["bowl"], N, 1e-9)
    assert noise_along(faint, np.zeros((1, 2))).noise_scale == np.inf


@pytest.mark.parametrize("surface", SURFACES)
def test_without_noise_rounding_is_no_noise(surface: str) -> None:
    problem = build_problem(SURFACES[surface], 500, 0.0)
    (a, b), (c, d) = problem.surface.domain
    w0, w1 = np.linspace(a, b, 9)[1:], np.linspace(c, d, 9)[1:]
    for at in ((w0, w1[::-1]), tuple(np.meshgrid(w0, w1, sparse=True))):
        scales = noise_scales(problem, *at)
        exact = [
            noise_at(problem, (float(x), float(y))).noise_scale
            for x, y in zip(*(np.broadcast_to(w, scales.shape).ravel() for w in at), strict=True)
        ]
        assert [scale == 0 for scale in scales.ravel()] == [scale == 0 for scale in exact]


@pytest.mark.parametrize("surface", ["least-squares", "logistic", "tanh-neuron", "rosenbrock"])
def test_towards_a_minimum_of_noisy_examples_it_has_no_bound(surface: str) -> None:
    problem = build_problem(SURFACES[surface], N)
    assert problem.minima
    for minimum in problem.minima:
        assert unbounded(problem, minimum.point)


@pytest.mark.parametrize(
    ("surface", "noise", "point"),
    [
        ("bowl", 0.0, (0.0, 0.0)),  # no noise at all
        ("least-squares", 0.0, None),  # none at the minimum, which every example shares
        ("ackley", None, (0.0, 0.0)),  # a cusp: the gradient does not vanish towards it
        ("bowl", None, (1.0, 1.0)),  # no minimum
    ],
)
def test_elsewhere_it_has_one(
    surface: str, noise: float | None, point: tuple[float, float] | None
) -> None:
    problem = build_problem(SURFACES[surface], N, noise)
    assert not unbounded(problem, point or problem.minima[0].point)


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
