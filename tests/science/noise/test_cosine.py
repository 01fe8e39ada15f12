"""The mean cosine against Bessel's series, a plain integral, and draws."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.science.errors import ParameterError
from app.science.noise.cosine import cosine_large_batch, expected_cosine

properties = settings(derandomize=True, deadline=None, max_examples=50)
G = np.array([1.0, 0.5])
ACROSS = np.array([-0.5, 1.0]) / math.hypot(1, 0.5)
NODES, WEIGHTS = np.polynomial.legendre.leggauss(64)
REACH = 7.0  # e^{−s²} beyond it is lost in rounding
COVARIANCES = {
    "isotropic": np.eye(2),
    "anisotropic": np.array([[2.0, 0.3], [0.3, 0.1]]),
    "a line": np.array([[1.0, -1.0], [-1.0, 1.0]]),
    "drowned": 1e4 * np.array([[2.0, 0.3], [0.3, 0.1]]),
    "small": 1e-3 * np.array([[2.0, 0.3], [0.3, 0.1]]),
}


def cosine_isotropic(k: float) -> float:
    r"""The mean cosine where the noise has variance s² in every direction, k = ‖G‖²/(4s²).

    .. math:: E\cos = \sqrt{\pi k/2}\; e^{-k} \left(I_0(k) + I_1(k)\right)
        = \frac{2}{\sqrt\pi} \sqrt{2k} \int_0^{\pi/2} e^{-2k\sin^2\varphi} \cos^2\varphi\,d\varphi

    The integral, by Gauss–Legendre, neither overflows nor cancels, from k = 0 to any.
    """
    root = math.sqrt(2 * k)
    end = math.asin(REACH / max(root, REACH))
    phi = end * (NODES + 1) / 2
    integrand = np.exp(-((root * np.sin(phi)) ** 2)) * np.cos(phi) ** 2
    integral = float(WEIGHTS @ integrand) * end / 2
    return 2 / math.sqrt(math.pi) * root * integral


def bessel(k: float, order: int) -> float:
    """I_order(k) by its power series."""
    logs = (
        (2 * j + order) * math.log(k / 2) - math.lgamma(j + 1) - math.lgamma(j + order + 1)
        for j in range(200)
    )
    return math.fsum(math.exp(log) for log in logs)


@pytest.mark.parametrize("k", [1e-12, 1e-3, 0.1, 1.0, 3.0, 10.0, 40.0])
def test_isotropic_noise_is_bessel_s(k: float) -> None:
    expected = math.sqrt(math.pi * k / 2) * math.exp(-k) * (bessel(k, 0) + bessel(k, 1))
    assert cosine_isotropic(k) == pytest.approx(expected, rel=1e-13)


@pytest.mark.parametrize("k", [1e3, 1e5, 1e8])
def test_isotropic_noise_far_out(k: float) -> None:
    x = 1 / (8 * k)
    assert cosine_isotropic(k) == pytest.approx(1 - x - 1.5 * x * x, abs=1e-10)


def test_isotropic_noise_without_a_gradient() -> None:
    assert cosine_isotropic(0.0) == 0


@properties
@given(st.floats(-12, 8))
def test_the_general_law_contains_the_isotropic_one(log_k: float) -> None:
    k = 10.0**log_k
    general = expected_cosine(G, G @ G / (4 * k) * np.eye(2))
    assert general == pytest.approx(cosine_isotropic(k), rel=1e-12)


@pytest.mark.parametrize("name", COVARIANCES)
@pytest.mark.parametrize("seed", [0, 1])
def test_gaussian_draws(name: str, seed: int) -> None:
    draws = 100_000
    variances, axes = np.linalg.eigh(COVARIANCES[name])
    z = np.random.default_rng(seed).standard_normal((draws, 2))
    g = G + z * np.sqrt(np.maximum(variances, 0)) @ axes.T
    cosines = g @ G / np.hypot(*g.T) / math.hypot(*G)
    gap = cosines.mean() - expected_cosine(G, COVARIANCES[name])
    assert abs(gap) < 5 * cosines.std() / math.sqrt(draws)


@pytest.mark.parametrize("turn", [0.0, 0.3, 1.2, math.pi / 2, 3.0])
@pytest.mark.parametrize("spread", [0.05, 1.0, 30.0])
def test_noise_along_one_line(turn: float, spread: float) -> None:
    direction = np.array([math.cos(turn), math.sin(turn)])
    z = np.linspace(-12, 12, 240_001)
    g = np.array([1.0, 0.0]) + spread * z[:, None] * direction
    length = np.hypot(*g.T)
    cosines = np.divide(g[:, 0], length, out=np.zeros_like(z), where=length > 0)
    density = np.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    expected = np.sum(cosines * density) * (z[1] - z[0])
    covariance = spread**2 * np.outer(direction, direction)
    found = expected_cosine(np.array([1.0, 0.0]), covariance)
    assert found == pytest.approx(expected, abs=1e-4 if turn == 0 else 1e-8)


@properties
@given(st.floats(1e-6, 1e6), st.floats(1e-6, 1e6), st.floats(-1, 1), st.floats(1e-3, 1e3))
def test_a_cosine_is_one(s: float, t: float, r: float, scale: float) -> None:
    covariance = np.array([[s * s, r * s * t], [r * s * t, t * t]])
    found = expected_cosine(G, covariance)
    assert 0 < found <= 1
    # Only the noise beside the gradient counts.
    assert expected_cosine(scale * G, scale**2 * covariance) == pytest.approx(found, rel=1e-9)


def test_without_noise_it_is_1() -> None:
    assert expected_cosine(G, np.zeros((2, 2))) == pytest.approx(1, abs=1e-13)


def large(covariance: NDArray[np.float64], sizes: NDArray[np.int64]) -> tuple[float | None, ...]:
    return cosine_large_batch(G, covariance / sizes[:, None, None], sizes)


@pytest.mark.parametrize("name", COVARIANCES)
def test_large_batches_tend_to_the_general_law(name: str) -> None:
    covariance = COVARIANCES[name]
    sizes = np.array([10**7, 10**8])
    for size, cosine in zip(sizes, large(covariance, sizes), strict=True):
        assert cosine is not None
        exact = 1 - float(expected_cosine(G, covariance / size))
        assert cosine == pytest.approx(1 - ACROSS @ covariance @ ACROSS / (2 * size * 1.25))
        if name != "drowned":
            assert 1 - cosine == pytest.approx(exact, rel=1e-4, abs=1e-12)


def test_a_large_batch_is_16_examples_and_ten_noise_scales() -> None:
    sizes = np.array([1, 15, 16, 17])
    found = large(COVARIANCES["small"], sizes)
    assert [cosine is None for cosine in found] == [True, True, False, False]
    # tr Σ/‖G‖² = 16: ten times that is 160.
    found = large(10 * np.eye(2), np.array([16, 159, 160, 1000]))
    assert [cosine is None for cosine in found] == [True, True, False, False]


@pytest.mark.parametrize("k", [5.0, 10.0, 100.0])
def test_where_it_is_allowed_isotropic_noise_is_good_to_a_few_percent(k: float) -> None:
    covariance = G @ G / (4 * k) * np.eye(2)
    (cosine,) = cosine_large_batch(G, covariance[None], np.array([16]))
    assert cosine is not None
    assert 1 - cosine == pytest.approx(1 - cosine_isotropic(k), rel=0.05)


def test_no_angle_to_nothing() -> None:
    with pytest.raises(ParameterError, match=r"^gradient is "):
        expected_cosine(np.zeros(2), np.eye(2))
    with pytest.raises(ParameterError, match=r"^gradient is "):
        cosine_large_batch(np.zeros(2), np.eye(2)[None], np.array([32]))
