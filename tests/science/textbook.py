"""Every optimizer's textbook rule, written again as plain code: (gradient, rate) -> step."""

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

Rule: TypeAlias = Callable[[Any, float], Any]


def sgd() -> Rule:
    return lambda g, rate: -rate * g


def momentum(momentum: float = 0.9) -> Rule:
    v = 0.0

    def step(g: Any, rate: float) -> Any:
        nonlocal v
        v = momentum * v + g
        return -rate * v

    return step


def nesterov(momentum: float = 0.9) -> Rule:
    v = 0.0

    def step(g: Any, rate: float) -> Any:
        nonlocal v
        v = momentum * v + g
        return -rate * (g + momentum * v)

    return step


def rmsprop(alpha: float = 0.99, eps: float = 1e-8) -> Rule:
    mean_square = 0.0

    def step(g: Any, rate: float) -> Any:
        nonlocal mean_square
        mean_square = alpha * mean_square + (1 - alpha) * g**2
        return -rate * g / (np.sqrt(mean_square) + eps)

    return step


def adam(beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> Rule:
    m, v, t = 0.0, 0.0, 0

    def step(g: Any, rate: float) -> Any:
        nonlocal m, v, t
        m, v, t = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2, t + 1
        return -rate * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)

    return step


TEXTBOOK: dict[str, Callable[..., Rule]] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
}
