"""The ellipse: on the level line of the Gaussian's density, and around the right share of it."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.science.ellipse import ellipse, share_inside
from app.science.errors import ParameterError

properties = settings(derandomize=True, deadline=None, max_examples=50)
CENTRE = np.array([3.0, -2.0])


@properties
@given(st.floats(0.01, 100), st.floats(0.01, 100), st.floats(-0.99, 0.99), st.floats(0.05, 0.999))
def test_every_point_is_on_the_level_line(s: float, t: float, r: float, level: float) -> None:
    covariance = np.array([[s * s, r * s * t], [r * s * t, t * t]])
    curve = ellipse(CENTRE, covariance, level, points=50)
    d = curve - CENTRE
    distances = np.einsum("pa,ab,pb->p", d, np.linalg.inv(covariance), d)
    np.testing.assert_allclose(distances, -2 * math.log(1 - level), rtol=1e-8)
    np.testing.assert_array_equal(curve[0], curve[-1])


@pytest.mark.parametrize("level", [0.5, 0.95, 0.99])
@pytest.mark.parametrize("seed", [0, 1])
def test_the_share_inside(level: float, seed: int) -> None:
    draws = 20_000
    covariance = np.array([[4.0, 1.5], [1.5, 1.0]])
    rng = np.random.default_rng(seed)
    d = rng.standard_normal((draws, 2)) @ np.linalg.cholesky(covariance).T
    # Inside where the distance from the centre is below the curve's in the same direction.
    curve = ellipse(np.zeros(2), covariance, level, points=20_001)
    turns = np.arctan2(curve[:-1, 1], curve[:-1, 0])
    order = np.argsort(turns)
    reach = np.interp(
        np.arctan2(d[:, 1], d[:, 0]),
        turns[order],
        np.hypot(*curve[:-1].T)[order],
        period=2 * math.pi,
    )
    inside = np.mean(np.hypot(*d.T) < reach)
    assert abs(inside - level) < 5 * math.sqrt(level * (1 - level) / draws)


def test_without_rank_it_is_a_line_or_a_dot() -> None:
    direction = np.array([3.0, 4.0])
    line = ellipse(CENTRE, np.outer(direction, direction)) - CENTRE
    across = line @ (-4, 3)
    np.testing.assert_allclose(across, 0, atol=1e-6)
    assert np.abs(line @ direction).max() == pytest.approx(25 * math.sqrt(-2 * math.log(0.05)))
    dot = ellipse(CENTRE, np.zeros((2, 2)))
    np.testing.assert_array_equal(dot, np.broadcast_to(CENTRE, dot.shape))
    np.testing.assert_array_equal(ellipse(CENTRE, np.eye(2), 0.0, points=3), [CENTRE] * 3)


def test_a_variance_rounded_below_zero_is_none() -> None:
    assert np.all(np.isfinite(ellipse(CENTRE, np.array([[1.0, 1.0], [1.0, 1.0 - 1e-16]]))))


@pytest.mark.parametrize("level", [-0.1, 1.0, math.nan])
def test_level_outside(level: float) -> None:
    with pytest.raises(ParameterError, match=r"^level is "):
        ellipse(CENTRE, np.eye(2), level)


@pytest.mark.parametrize("level", [0.5, 0.95])
def test_share_inside(level: float) -> None:
    """Of a Gaussian the share is the level, at five standard errors."""
    covariance = np.array([[2.0, -0.7], [-0.7, 0.5]])
    centre = np.array([1.0, -3.0])
    points = np.random.default_rng(0).multivariate_normal(centre, covariance, 20_000)
    error = math.sqrt(level * (1 - level) / len(points))
    assert abs(share_inside(points, centre, covariance, level) - level) < 5 * error
    # Points of the ellipse itself, drawn a little smaller and a little larger.
    for factor, share in ((0.999, 1.0), (1.001, 0.0)):
        curve = ellipse(centre, factor**2 * covariance, level)
        assert share_inside(curve, centre, covariance, level) == share


def test_all_are_inside_a_dot() -> None:
    assert share_inside(np.ones((5, 2)), np.ones(2), np.zeros((2, 2))) == 1.0
