"""Losses and gradients of a network, against loops over single numbers and finite differences."""

import math
from itertools import product

import numpy as np
import pytest

from app.science.arrays import FloatArray
from app.science.networks.activations import ACTIVATIONS
from app.science.networks.layers import Layers
from app.science.networks.losses import LOSSES, predicted
from app.science.networks.network import Network, Rows, with_ones

KINDS = [*product(ACTIVATIONS, LOSSES, (2, 3))]


def made(activation: str, loss: str, classes: int) -> tuple[Network, Rows, FloatArray]:
    """A network, rows, and weights of three replicas."""
    rng = np.random.default_rng(3)
    outputs = LOSSES[loss].outputs(classes)
    network = Network(Layers((2, 5, 4, outputs)), activation, loss)
    labels = rng.integers(classes, size=9)
    rows = Rows(with_ones(rng.normal(size=(9, 2))), LOSSES[loss].targets(labels, classes), labels)
    return network, rows, rng.normal(size=(3, network.layers.weights))


def loss_by_loop(network: Network, theta: FloatArray, x: FloatArray, y: FloatArray) -> float:
    """One example's loss, a number after the other."""
    values = x[:-1].tolist()
    views = network.layers.views(theta)
    for k, view in enumerate(views):
        sums = [
            sum(w * v for w, v in zip(row[:-1], values, strict=True)) + row[-1]
            for row in view.tolist()
        ]
        hidden = math.tanh if network.activation == "tanh" else lambda z: max(z, 0.0)
        values = [hidden(z) for z in sums] if k < len(views) - 1 else sums
    if network.loss == "squared":
        return float(sum((f - t) ** 2 for f, t in zip(values, y.tolist(), strict=True)) / 2)
    total = sum(math.exp(f) for f in values)
    shares = [math.exp(f) / total for f in values]
    return -float(sum(t * math.log(p) for p, t in zip(shares, y.tolist(), strict=True)))


@pytest.mark.parametrize(("activation", "loss", "classes"), KINDS)
def test_losses_are_those_of_a_loop(activation: str, loss: str, classes: int) -> None:
    network, rows, theta = made(activation, loss, classes)
    losses = network.losses(theta, rows)
    for r, i in product(range(3), range(rows.size)):
        expected = loss_by_loop(network, theta[r], rows.x[i], rows.y[i])
        assert losses[r, i] == pytest.approx(expected, rel=1e-12, abs=1e-14)
    mean, right = network.scores(theta, rows)
    np.testing.assert_allclose(mean, losses.mean(axis=1), rtol=1e-14)
    told = predicted(network.outputs(theta, rows.x[None]))
    np.testing.assert_array_equal(right, (told == rows.labels).mean(axis=1))


@pytest.mark.parametrize(("activation", "loss", "classes"), KINDS)
def test_gradients_are_those_of_the_mean_loss(activation: str, loss: str, classes: int) -> None:
    """By central differences, whose error is some 1e-9."""
    network, rows, theta = made(activation, loss, classes)
    gradient = network.gradient(theta, rows.x[None], rows.y[None])
    step = 1e-5
    for p in range(network.layers.weights):
        moved = np.zeros(network.layers.weights)
        moved[p] = step
        up, down = network.losses(theta + moved, rows), network.losses(theta - moved, rows)
        slope = (up - down).mean(axis=1) / (2 * step)
        np.testing.assert_allclose(gradient[:, p], slope, rtol=1e-6, atol=1e-8)


def test_a_gradient_is_the_mean_of_its_examples() -> None:
    network, rows, theta = made("tanh", "cross-entropy", 3)
    buffers = network.buffers(3, 1)
    single = [
        network.gradient(theta, rows.x[None, [i]], rows.y[None, [i]], buffers).copy()
        for i in range(rows.size)
    ]
    whole = network.gradient(theta, rows.x[None], rows.y[None])
    np.testing.assert_allclose(whole, np.mean(single, axis=0), rtol=1e-12, atol=1e-15)


def test_absurd_weights_have_diverged() -> None:
    network = Network(Layers((1, 1)))
    theta = np.array([[0.0, 1e6], [2e6, 0.0], [np.nan, 0.0], [np.inf, 1.0]])
    assert network.diverged(theta).tolist() == [False, True, True, True]


def test_rows_of_some_replicas() -> None:
    network, rows, _ = made("tanh", "squared", 2)
    assert rows.of(slice(1)) is rows
    own = Rows(np.stack([rows.x] * 3), np.stack([rows.y] * 3), np.stack([rows.labels] * 3))
    assert own.of(slice(1, 3)).x.shape == (2, *rows.x.shape)
    assert network.buffers(2, 4).gradient.shape == (2, network.layers.weights)
