"""The stationary covariance solves its equations, and comes to the limit for small rates."""

import numpy as np
import pytest

from app.science.arrays import FloatArray
from app.science.floors.independent import small_rate_floor
from app.science.theory.moments import AffineGradients, Descent

A = np.array([[1.0, 0.3], [0.3, 0.4]])
C = np.array([[2.0, -0.5], [-0.5, 1.0]])
B = 4
LARGEST = np.linalg.eigvalsh(A)[-1]


def descent(
    rate: float, momentum: float = 0.0, hessian: FloatArray = A, noise: FloatArray = C
) -> Descent:
    """Of four examples of the same curvature, whose gradients have covariance C everywhere."""
    root = np.linalg.cholesky(2 * noise).T
    gradients = AffineGradients((0.0, 0.0), np.array([hessian] * 4), np.vstack([root, -root]))
    assert gradients.same_noise
    return gradients.descent(rate, B, momentum)


def small_rate_covariance(hessian: FloatArray, noise: FloatArray, rate: float) -> FloatArray:
    """The S of AS + SA = (ε/B) C (Mandt et al. 2017)."""
    operator = np.kron(hessian, np.eye(2)) + np.kron(np.eye(2), hessian)
    return np.asarray(np.linalg.solve(operator, (rate / B * noise).ravel()).reshape(2, 2))


@pytest.mark.parametrize("rate", [0.01, 0.3, 1.5])
def test_exact(rate: float) -> None:
    s = descent(rate).stationary
    assert s is not None
    np.testing.assert_allclose(A @ s + s @ A - rate * A @ s @ A, rate / B * C, atol=1e-12)
    step = np.eye(2) - rate * A
    np.testing.assert_allclose(step @ s @ step + rate**2 / B * C, s, atol=1e-12)
    assert descent(rate).floor == pytest.approx(np.trace(A @ s) / 2)


@pytest.mark.parametrize("rate", [0.01, 0.3, 1.5])
def test_small_rate(rate: float) -> None:
    s = small_rate_covariance(A, C, rate)
    np.testing.assert_allclose(A @ s + s @ A, rate / B * C, atol=1e-12)
    small, exact = small_rate_floor(A, np.trace(C), rate, B), descent(rate).floor
    assert small == pytest.approx(np.trace(A @ s) / 2)
    assert small is not None
    assert exact is not None
    assert small < exact


def test_they_agree_as_the_rate_falls() -> None:
    exact = descent(1e-6).stationary
    assert exact is not None
    np.testing.assert_allclose(small_rate_covariance(A, C, 1e-6), exact, rtol=1e-5)


@pytest.mark.parametrize("rate", [0.05, 0.3, 0.9])
def test_by_how_much_the_small_rate_floor_is_too_small(rate: float) -> None:
    axes = np.diag([1.0, 0.25])
    at = descent(rate, hessian=axes, noise=np.eye(2))
    exact, small = at.stationary, small_rate_covariance(axes, np.eye(2), rate)
    assert exact is not None
    np.testing.assert_allclose(np.diag(small) / np.diag(exact), 1 - rate * np.diag(axes) / 2)
    # Of a floor shared out evenly: 2 %, 11 % and 47 % on top of the limit for small rates.
    limit = small_rate_floor(axes, 2.0, rate, B)
    assert limit
    assert at.floor
    more = at.floor / limit - 1
    assert more == pytest.approx({0.05: 0.016, 0.3: 0.108, 0.9: 0.472}[rate], abs=0.001)


@pytest.mark.parametrize("momentum", [0.0, 0.5, 0.9])
def test_heavy_ball(momentum: float) -> None:
    rate = 0.2
    s = descent(rate, momentum).stationary
    assert s is not None
    eye = np.eye(2)
    step = np.block([[eye - rate * A, -rate * momentum * eye], [A, momentum * eye]])
    kick = np.kron(np.array([[rate**2, -rate], [-rate, 1.0]]), C / B)
    p = np.zeros((4, 4))
    for _ in range(2000):
        p = step @ p @ step.T + kick
    np.testing.assert_allclose(p[:2, :2], s, rtol=1e-8)


def test_unstable_rates() -> None:
    for rate in (2.001 / LARGEST, 10.0):
        assert descent(rate).stationary is None
        assert descent(rate).floor is None
        assert small_rate_floor(A, np.trace(C), rate, B) is None
    assert descent(3.7 / LARGEST, 0.9).stationary is not None
    assert descent(3.9 / LARGEST, 0.9).stationary is None
    downwards = np.diag([1.0, -0.1])
    assert descent(0.1, hessian=downwards).stationary is None
    assert small_rate_floor(downwards, np.trace(C), 0.1, B) is None
