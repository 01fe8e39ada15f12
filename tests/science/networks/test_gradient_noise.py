"""Gradient noise from one pass, against explicit gradients of one example after the other."""

import numpy as np
import pytest

from app.science.networks.activations import ACTIVATIONS
from app.science.networks.gradient_noise import (
    covariance,
    gradient_noise,
    gradient_products,
    most_held,
    preconditioned_scale,
    projected,
)
from app.science.networks.losses import LOSSES
from app.science.networks.network import Rows
from app.science.networks.spec import NetworkSpec
from tests.science.networks.explicit import one_by_one


@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("loss", LOSSES)
def test_all_of_it_is_that_of_explicit_gradients(activation: str, loss: str) -> None:
    spec = NetworkSpec(activation=activation, loss=loss, hidden=(7, 5), examples=150)
    theta = np.stack([spec.weights(r) for r in range(3)])
    rows = spec.stacked("train", range(3))
    found = gradient_noise(spec.network, theta, rows)
    scaling = np.random.default_rng(1).lognormal(5, 3, theta.shape)
    scaled, plain = (
        preconditioned_scale(spec.network, theta, rows, each)
        for each in (scaling, np.ones_like(scaling))
    )
    axes = np.linalg.qr(np.random.default_rng(0).normal(size=(theta.shape[1], 2)))[0].T
    for r in range(3):
        own = Rows(rows.x[r], rows.y[r], rows.labels[r])
        g = one_by_one(spec.network, theta[r], own)
        mean, squares = g.mean(axis=0), (g**2).sum(axis=1)
        trace = ((g - mean) ** 2).sum() / 150
        held = max(squares) / squares.sum()
        expected = [mean @ mean, trace, trace / (mean @ mean), held]
        np.testing.assert_allclose([values[r] for values in found], expected, rtol=1e-9)
        felt = (g * scaling[r] - mean * scaling[r]) ** 2 / 150
        felt_scale = felt.sum() / ((mean * scaling[r]) ** 2).sum()
        np.testing.assert_allclose(scaled[r], felt_scale, rtol=1e-9)
        np.testing.assert_allclose(plain[r], expected[2], rtol=1e-9)
        np.testing.assert_allclose(
            gradient_products(spec.network, theta[r], own), g @ g.T, rtol=1e-9, atol=1e-12
        )
        along = projected(spec.network, theta[r], own, axes)
        np.testing.assert_allclose(along, g @ axes.T, rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(
            covariance(along), np.cov(g @ axes.T, rowvar=False, ddof=0), rtol=1e-9, atol=1e-14
        )


def test_one_percent_is_at_least_one_example_and_at_most_one_percent() -> None:
    assert [most_held(n) for n in (2, 99, 100, 199, 200, 2000)] == [1, 1, 1, 1, 2, 20]


def test_without_gradient_the_scale_is_infinite_and_without_noise_there_is_none() -> None:
    network = NetworkSpec(hidden=()).network
    x = np.array([[1.0, 0.0, 1.0], [-1.0, 0.0, 1.0]])
    theta = np.zeros((1, 3))
    opposite = Rows(x, np.array([[1.0], [1.0]]), np.array([1, 1]))
    balanced = Rows(np.tile(x[:1], (2, 1)), np.array([[1.0], [-1.0]]), np.array([1, 0]))
    fitted = Rows(x, np.zeros((2, 1)), np.array([0, 0]))
    assert gradient_noise(network, theta, opposite).noise_scale == pytest.approx(1)
    assert gradient_noise(network, theta, balanced).noise_scale == np.inf
    nothing = gradient_noise(network, theta, fitted)
    assert np.isnan([nothing.noise_scale, nothing.share]).all()
    assert nothing.trace == nothing.squared_norm == 0
