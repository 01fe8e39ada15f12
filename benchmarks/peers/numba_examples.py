"""The examples' losses and gradients as scalar functions, for numba to compile."""

import math
from collections.abc import Callable
from typing import Any

from app.science.problems.rosenbrock import STEEPNESS

# (w0, w1, columns, i) -> loss, ∂/∂w0, ∂/∂w1 of example i; what is not used is not computed.
Example = Callable[[float, float, Any, int], tuple[float, float, float]]


def _least_squares(w0: float, w1: float, columns: Any, i: int) -> tuple[float, float, float]:
    x, y = columns[0][i], columns[1][i]
    residual = w0 + w1 * x - y
    return residual * residual / 2, residual, residual * x


def _logistic(w0: float, w1: float, columns: Any, i: int) -> tuple[float, float, float]:
    x0, x1, label = columns[0][i], columns[1][i], columns[2][i]
    margin = label * (w0 * x0 + w1 * x1)
    small = math.exp(-abs(margin))  # never overflows
    loss = max(-margin, 0.0) + math.log1p(small)
    slope = -label * (small if margin > 0 else 1.0) / (1.0 + small)
    return loss, slope * x0, slope * x1


def _tanh_neuron(w0: float, w1: float, columns: Any, i: int) -> tuple[float, float, float]:
    x, y = columns[0][i], columns[1][i]
    hidden = math.tanh(w0 * x)
    residual = w1 * hidden - y
    return residual * residual / 2, residual * w1 * (1 - hidden * hidden) * x, residual * hidden


def _rosenbrock(w0: float, w1: float, columns: Any, i: int) -> tuple[float, float, float]:
    a0, a1 = columns[0][i], columns[1][i]
    u, v = 1 - w0, w1 - w0 * w0
    loss = u * u + STEEPNESS * v * v + a0 * w0 + a1 * w1
    return loss, -2 * u - 4 * STEEPNESS * w0 * v + a0, 2 * STEEPNESS * v + a1


EXAMPLES: dict[str, Example] = {
    "least-squares": _least_squares,
    "logistic": _logistic,
    "tanh-neuron": _tanh_neuron,
    "rosenbrock": _rosenbrock,
}
