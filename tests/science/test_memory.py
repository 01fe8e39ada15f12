"""Bytes that training keeps, counted one by one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.science.errors import ParameterError
from app.science.memory import PRECISIONS, Network, batch_bytes, fixed_bytes

SMALL = st.integers(1, 12)


@given(SMALL, SMALL, SMALL, SMALL, SMALL)
def test_weights_and_activations_are_those_of_layers_laid_out(
    inputs: int, width: int, layers: int, outputs: int, batch_size: int
) -> None:
    network = Network(inputs, width, layers, outputs)
    weights, kept, before = 0, inputs, inputs
    for units in [width] * layers + [outputs]:
        for _ in range(units):
            weights += before  # one from each unit below
            weights += 1  # and a bias
            kept += 1
        before = units
    assert network.weights == weights
    assert batch_bytes(network, batch_size, "half") == 2 * batch_size * kept


def test_moments_and_precision() -> None:
    network = Network(3, 4, 1, 2)
    assert network.weights == 4 * 4 + 5 * 2
    of_sgd = fixed_bytes(network, "sgd", "single")
    assert of_sgd == 2 * network.weights * 4
    assert fixed_bytes(network, "adam", "single") == 2 * of_sgd
    assert fixed_bytes(network, "momentum", "double") == 3 * network.weights * 8
    assert set(PRECISIONS.values()) == {2, 4, 8}


def test_a_network_without_a_layer_is_refused() -> None:
    with pytest.raises(ParameterError, match="layers is 0, which is not an integer of at least 1"):
        Network(3, 4, 0, 2)
