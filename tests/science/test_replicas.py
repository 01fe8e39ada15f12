"""Errors, ratios and trends of replicas, where they are known."""

import math

import numpy as np
import pytest

from app.science.problems import SURFACES
from app.science.problems.curvature import hessian
from app.science.problems.problem import build_problem
from app.science.replicas import drifts, excess_loss, ratio_of_means, standard_error


def test_the_error_is_that_of_the_replicas_own_means() -> None:
    losses = np.random.default_rng(0).random((5, 8))
    expected = losses.mean(axis=0).std(ddof=1) / math.sqrt(8)
    assert standard_error(losses) == pytest.approx(expected)
    assert standard_error(losses[:, :1]) is None


def test_a_ratio_s_interval_holds_it_as_often_as_it_says() -> None:
    """Of pairs that share half of their noise; 95 % within four standard errors of that."""
    rng, tries, replicas = np.random.default_rng(1), 3000, 64
    shared = rng.gamma(4, size=(tries, replicas))
    above, below = (3 * (shared + rng.gamma(4, size=shared.shape)) for _ in range(2))
    held = 0
    for x, y in zip(above * 1.5, below, strict=True):
        ratio = ratio_of_means(x[None], y[None])
        assert ratio
        assert ratio.error
        held += abs(ratio.value - 1.5) < 1.96 * ratio.error
    assert held / tries == pytest.approx(0.95, abs=4 * math.sqrt(0.95 * 0.05 / tries) + 0.005)


def test_no_ratio_of_nothing() -> None:
    ones = np.ones((3, 4))
    lost = np.where(np.arange(4) == 2, np.nan, ones)
    for above, below in ((lost, ones), (ones, lost), (ones, 0 * ones), (ones, -ones)):
        assert ratio_of_means(above, below) is None
    assert ratio_of_means(ones[:, :1], ones[:, :1]) == (1.0, None)
    assert ratio_of_means(0 * ones, ones) == (0.0, 0.0)


def test_a_trend_is_seen_and_noise_is_none() -> None:
    rng = np.random.default_rng(2)
    noise = rng.gamma(2, size=(400, 50, 16))  # 400 ensembles without any
    assert sum(drifts(losses) for losses in noise) <= 2
    rising = np.linspace(1, 3, 50)[:, None]
    assert all(drifts(losses * rising) for losses in noise[:50])
    assert drifts(rising * np.ones(3))
    assert not drifts(np.linspace(1, 1.001, 50)[:, None] * np.ones(3))  # certain, and nothing
    assert not drifts(np.ones((1, 3)))
    assert not drifts(rising)  # of one replica nothing is certain
    assert not drifts(np.full((5, 3), np.nan))


@pytest.mark.parametrize("surface", SURFACES)
def test_what_a_found_minimum_is_above_the_true_one_by_is_no_loss(surface: str) -> None:
    """On 'rosenbrock' 8e-25, which runs without noise leave behind: a loss that falls."""
    problem = build_problem(SURFACES[surface], 50, 0.0)
    if not problem.minima:
        return
    point = np.array(problem.minima[0].point)
    for _ in range(3):  # Newton's steps, at a cusp none
        step = np.linalg.pinv(hessian(problem, (point[0], point[1])), rcond=1e-6)
        point = point - step @ np.array(problem.gradient(*point))
    w0, w1 = np.outer(point, np.ones(3))[:, None]
    assert not excess_loss(problem, w0, w1).any()
    assert excess_loss(problem, w0 + 1e-6, w1).all() or surface == "linear-network"


@pytest.mark.parametrize("surface", ["least-squares", "bowl", "styblinski-tang"])
def test_rounding_is_no_loss(surface: str) -> None:
    problem = build_problem(SURFACES[surface], 50)
    m0, m1 = problem.minima[0].point
    near = np.linspace(-1, 1, 5)[:, None] * np.ones(3)
    assert not excess_loss(problem, m0 + 1e-12 * near, m1 + 0 * near).any() or surface == "bowl"
    assert excess_loss(problem, m0 + 1e-3 * near, m1 + 0 * near)[0] == pytest.approx(
        problem.loss(m0 - 1e-3, m1) - problem.minima[0].loss
    )
    if surface == "bowl":  # whose losses are exact about 0, however small
        assert excess_loss(problem, 1e-20 * near, 0 * near)[0, 0] == pytest.approx(5e-41)
