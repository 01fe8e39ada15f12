"""The noise scale over the plane: infinite, undefined and unbounded where it is."""

import numpy as np
import pytest

from app.science.noise.point import noise_at
from app.science.noise.scale import noise_scales, unbounded
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
