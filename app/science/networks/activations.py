"""What a hidden unit makes of its input: a registry."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.message import Message


class Activation(NamedTuple):
    """A function of each unit, with its derivatives in terms of its own output a.

    Attributes:
        title: name for people.
        apply: z -> a, in place.
        slope: (a, into) -> da/dz, into an array of its shape, or a new one where that is None.
        bend: a -> d²a/dz².
        pytorch, keras: PyTorch's layer of it, and what Keras calls it.
        code: itself in numpy, of ``z``.
        slope_code: its derivative in numpy, of ``a``.
    """

    title: str
    apply: Callable[[FloatArray], FloatArray]
    slope: Callable[[FloatArray, FloatArray | None], FloatArray]
    bend: Callable[[FloatArray], FloatArray]
    pytorch: str
    keras: str
    code: str
    slope_code: str


def _tanh(z: FloatArray) -> FloatArray:
    return np.tanh(z, out=z)


def _tanh_slope(a: FloatArray, into: FloatArray | None = None) -> FloatArray:
    slope: FloatArray = np.multiply(a, a, out=into)
    return np.subtract(1.0, slope, out=slope)


def _tanh_bend(a: FloatArray) -> FloatArray:
    return -2 * a * (1 - a * a)


def _relu(z: FloatArray) -> FloatArray:
    return np.maximum(z, 0.0, out=z)


def _relu_slope(a: FloatArray, into: FloatArray | None = None) -> FloatArray:
    return np.greater(a, 0.0, out=np.empty_like(a) if into is None else into)


ACTIVATIONS: dict[str, Activation] = {
    "tanh": Activation(
        "tanh", _tanh, _tanh_slope, _tanh_bend,
        pytorch="torch.nn.Tanh()", keras="tanh", code="np.tanh(z)", slope_code="(1 - a * a)",
    ),
    "relu": Activation(
        Message("ReLU"), _relu, _relu_slope, np.zeros_like,
        pytorch="torch.nn.ReLU()", keras="relu", code="np.maximum(z, 0)", slope_code="(a > 0)",
    ),
}  # fmt: skip
