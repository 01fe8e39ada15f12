"""The closed forms solve their own equations, and say what they should of each other."""

import numpy as np
import pytest

from app.science.theory.stationary import (
    heavy_ball_covariance,
    loss_floor,
    small_rate_covariance,
    stationary_covariance,
)

A = np.array([[1.0, 0.3], [0.3, 0.4]])
C = np.array([[2.0, -0.5], [-0.5, 1.0]])
B = 4
LARGEST = np.linalg.eigvalsh(A)[-1]


@pytest.mark.parametrize("rate", [0.01, 0.3, 1.5])
def test_exact(rate: float) -> None:
    s = stationary_covariance(A, C, rate, B)
    assert s is not None
    np.testing.assert_allclose(A @ s + s @ A - rate * A @ s @ A, rate / B * C, atol=1e-12)
    step = np.eye(2) - rate * A
    np.testing.assert_allclose(step @ s @ step + rate**2 / B * C, s, atol=1e-12)


@pytest.mark.parametrize("rate", [0.01, 0.3, 1.5])
def test_small_rate(rate: float) -> None:
    s = small_rate_covariance(A, C, rate, B)
    assert s is not None
    np.testing.assert_allclose(A @ s + s @ A, rate / B * C, atol=1e-12)
    assert loss_floor(A, s) == pytest.approx(rate * np.trace(C) / (4 * B))
    exact = stationary_covariance(A, C, rate, B)
    assert exact is not None
    assert loss_floor(A, s) < loss_floor(A, exact)


def test_they_agree_as_the_rate_falls() -> None:
    exact, small = (f(A, C, 1e-6, B) for f in (stationary_covariance, small_rate_covariance))
    assert exact is not None
    assert small is not None
    np.testing.assert_allclose(small, exact, rtol=1e-5)


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.9])
def test_by_how_much_the_small_rate_floor_is_too_small(rate: float) -> None:
    axes = np.diag([1.0, 0.25])
    exact, small = (
        f(axes, np.eye(2), rate, B) for f in (stationary_covariance, small_rate_covariance)
    )
    assert exact is not None
    assert small is not None
    np.testing.assert_allclose(np.diag(small) / np.diag(exact), 1 - rate * np.diag(axes) / 2)
    # Of a floor shared out evenly: 2 %, 11 % and 47 % on top of the limit for small rates.
    more = loss_floor(axes, exact) / loss_floor(axes, small) - 1
    assert more == pytest.approx({0.05: 0.016, 0.3: 0.108, 0.9: 0.472}[rate], abs=0.001)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_heavy_ball(momentum: float) -> None:
    rate = 0.2
    s = heavy_ball_covariance(A, C, rate, B, momentum)
    assert s is not None
    if momentum == 0:
        plain = stationary_covariance(A, C, rate, B)
        assert plain is not None
        np.testing.assert_allclose(s, plain, atol=1e-12)
    eye = np.eye(2)
    step = np.block([[eye - rate * A, -rate * momentum * eye], [A, momentum * eye]])
    kick = np.kron(np.array([[rate**2, -rate], [-rate, 1.0]]), C / B)
    p = np.zeros((4, 4))
    for _ in range(2000):
        p = step @ p @ step.T + kick
    np.testing.assert_allclose(p[:2, :2], s, rtol=1e-8)


def test_unstable_rates() -> None:
    for rate in (2.001 / LARGEST, 10.0):
        assert stationary_covariance(A, C, rate, B) is None
        assert small_rate_covariance(A, C, rate, B) is None
    assert heavy_ball_covariance(A, C, 3.7 / LARGEST, B, 0.9) is not None
    assert heavy_ball_covariance(A, C, 3.9 / LARGEST, B, 0.9) is None
    assert stationary_covariance(np.diag([1.0, -0.1]), C, 0.1, B) is None
