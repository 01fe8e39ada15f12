"""Weights as rows: views, their order in answers, first weights."""

import numpy as np
import pytest

from app.science.errors import ParameterError
from app.science.networks.layers import Layers

LAYERS = Layers((3, 5, 4, 2))


def test_answers_have_w_row_by_row_and_then_b() -> None:
    theta = np.random.default_rng(1).normal(size=(2, LAYERS.weights))
    told = np.concatenate(
        [
            part.reshape(2, -1)
            for view in LAYERS.views(theta)
            for part in (view[..., :-1], view[..., -1])
        ],
        axis=1,
    )
    np.testing.assert_array_equal(LAYERS.told(theta), told)
    np.testing.assert_array_equal(LAYERS.taken(told), theta)


def test_first_weights_are_drawn_in_order_and_biases_are_zero() -> None:
    theta = LAYERS.told(LAYERS.drawn(np.random.default_rng([7, 0, 1])))
    rng, first = np.random.default_rng([7, 0, 1]), 0
    for out, inputs in LAYERS.shapes:
        w = rng.normal(0, inputs**-0.5, (out, inputs)).ravel()
        np.testing.assert_array_equal(theta[first : first + w.size], w)
        np.testing.assert_array_equal(theta[first + w.size : first + w.size + out], 0)
        first += w.size + out
    assert first == LAYERS.weights


@pytest.mark.parametrize("widths", [(3,), (3, 0, 1)])
def test_a_network_has_inputs_and_outputs(widths: tuple[int, ...]) -> None:
    with pytest.raises(ParameterError, match="hidden"):
        Layers(widths)
