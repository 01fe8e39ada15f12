"""The gain of a step against every possible batch, and the rate that gains most."""

import itertools

import numpy as np
import pytest

from app.science.problems import SURFACES
from app.science.problems.curvature import hessian
from app.science.problems.problem import build_problem
from app.science.theory.one_step import one_step

POINT = (-1.5, 0.5)


@pytest.mark.parametrize("replacement", [True, False])
@pytest.mark.parametrize("size", [1, 2, 6])
@pytest.mark.parametrize("surface", ["least-squares-raw", "bowl"])
def test_the_gain_is_that_of_every_batch(surface: str, size: int, *, replacement: bool) -> None:
    problem = build_problem(SURFACES[surface], 6)
    found = one_step(problem, POINT, replacement=replacement)
    assert found
    if replacement and size == 6:
        size = 3  # of 6⁶ batches some would do
    batches = (
        itertools.product(range(6), repeat=size)
        if replacement
        else itertools.combinations(range(6), size)
    )
    g = np.array(np.broadcast_arrays(*problem.surface.loss.gradient(*POINT, problem.columns)))
    means = np.array([g[:, list(batch)].mean(axis=1) for batch in batches])
    for rate in (0.01, 0.1, found.best_rate(size)):
        after = problem.loss(POINT[0] - rate * means[:, 0], POINT[1] - rate * means[:, 1])
        expected = float(problem.loss(*POINT)) - after.mean()
        assert found.gain(rate, size) == pytest.approx(expected, rel=1e-8)
    best = found.best_rate(size)
    assert found.gain(best, size) == pytest.approx(found.best_gain(size))
    assert found.gain(0.99 * best, size) < found.best_gain(size)
    assert found.gain(1.01 * best, size) < found.best_gain(size)


def test_at_the_noise_scale_half_is_lost() -> None:
    found = one_step(build_problem(SURFACES["least-squares"]), (0.9, 1.9), replacement=True)
    assert found
    size = round(found.noise_scale)
    assert found.best_rate(size) == pytest.approx(found.largest_rate / 2, rel=0.01)
    assert found.best_rate(10**9) == pytest.approx(found.largest_rate)


def test_the_full_batch_has_no_noise() -> None:
    problem = build_problem(SURFACES["tanh-neuron"], 50)
    found = one_step(problem, (0.9, 0.8))
    assert found
    assert found.best_rate(50) == found.largest_rate


def test_where_no_rate_is_best() -> None:
    saddle = build_problem(SURFACES["saddle"], 50)
    assert one_step(saddle, (0.0, 0.1)) is None
    bowl = build_problem(SURFACES["bowl"], 50)
    assert one_step(bowl, (0.0, 0.0)) is None


@pytest.mark.parametrize("surface", SURFACES)
def test_the_hessian_is_symmetric_and_the_gradient_s(surface: str) -> None:
    problem = build_problem(SURFACES[surface], 40)
    point = (0.37, -0.41)
    h = hessian(problem, point)
    np.testing.assert_array_equal(h, h.T)
    step = 1e-6
    for along in np.eye(2):
        ahead, behind = (np.array(problem.gradient(*(point + s * step * along))) for s in (1, -1))
        expected = (ahead - behind) / (2 * step)
        np.testing.assert_allclose(h @ along, expected, rtol=1e-5, atol=1e-5)
