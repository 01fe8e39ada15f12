"""The neuron against torch.nn.BatchNorm1d and Keras' layer, and what parts of a batch train."""

from typing import Any

import numpy as np
import pytest

from app.science.errors import ParameterError
from app.science.normalising.neuron import (
    EPSILON,
    Neuron,
    Weights,
    gradient,
    loss,
    neuron_of,
    normalised,
)
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem

torch = pytest.importorskip("torch")
RAW = neuron_of(build_problem(SURFACES["least-squares-raw"], 40))
AT = Weights(1.5, 0.7)


def layer(weights: Weights) -> Any:
    made = torch.nn.BatchNorm1d(1, eps=EPSILON, dtype=torch.float64)
    with torch.no_grad():
        made.weight[:], made.bias[:] = weights.scale, weights.shift
    return made


@pytest.mark.parametrize("size", [2, 3, 8, 40])
def test_loss_and_gradient_are_torchs(size: int) -> None:
    x, y = RAW.x[:size], RAW.y[:size]
    norm = layer(AT)
    each = (norm(torch.tensor(x)[:, None])[:, 0] - torch.tensor(y)) ** 2 / 2
    each.mean().backward()
    np.testing.assert_allclose(loss(AT, x, y), each.detach().numpy(), rtol=1e-9)
    found = gradient(AT, x, y)
    np.testing.assert_allclose(
        [*found], [norm.bias.grad.item(), norm.weight.grad.item()], rtol=1e-9
    )


def test_accumulation_is_ghost_batches_and_not_the_large_batch() -> None:
    x, y = RAW.x[:26], RAW.y[:26]
    norm = layer(AT)
    for start in range(0, 26, 8):  # 26 = 8 + 8 + 8 + 2, by size
        out = norm(torch.tensor(x[start : start + 8])[:, None])[:, 0]
        ((out - torch.tensor(y[start : start + 8])) ** 2 / 2).sum().div(26).backward()
    accumulated = [norm.bias.grad.item(), norm.weight.grad.item()]
    np.testing.assert_allclose([*gradient(AT, x, y, 8)], accumulated, rtol=1e-9)
    assert abs(gradient(AT, x, y).scale - accumulated[1]) > 0.05
    assert gradient(AT, x, y, 26) == gradient(AT, x, y)


def test_a_batch_of_1_is_refused_as_torch_refuses_it() -> None:
    with pytest.raises(ParameterError, match="at least 2: a batch of 1 has no statistics"):
        normalised(RAW.x[:1])
    with pytest.raises(ParameterError, match="at least 2"):
        gradient(AT, RAW.x[:25], RAW.y[:25], 8)
    with pytest.raises(ValueError, match="Expected more than 1 value per channel when training"):
        layer(AT)(torch.tensor(RAW.x[:1])[:, None])


def test_in_prediction_the_best_weights_are_least_squares() -> None:
    design = np.column_stack(
        [np.ones(40), (RAW.x - RAW.x.mean()) / np.sqrt(RAW.variance + EPSILON)]
    )
    expected = np.linalg.lstsq(design, RAW.y, rcond=None)[0]
    np.testing.assert_allclose([*RAW.best], expected, rtol=1e-9)
    np.testing.assert_allclose(
        RAW.predicted_losses, (design @ expected - RAW.y) ** 2 / 2, rtol=1e-9, atol=1e-15
    )
    np.testing.assert_allclose(RAW.predicted_losses, loss(RAW.best, RAW.x, RAW.y), rtol=1e-9)
    norm = layer(RAW.best).eval()
    norm.running_mean[:], norm.running_var[:] = 1.0, 2.0
    out = norm(torch.tensor(RAW.x)[:, None])[:, 0].detach().numpy()
    np.testing.assert_allclose(
        RAW.losses(RAW.best, 1.0, 2.0), (out - RAW.y) ** 2 / 2, rtol=1e-9, atol=1e-15
    )


def test_inputs_that_are_all_the_same_and_other_examples() -> None:
    same = Neuron(np.ones(5), np.arange(5.0))
    assert same.best == (2.0, 0.0)
    with pytest.raises(ParameterError, match="whose examples are x and y"):
        neuron_of(build_problem(SURFACES["logistic"], 10))
