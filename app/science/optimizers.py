"""Optimizers as pure (init, update) pairs, with PyTorch's update rules and defaults.

Every rule is coordinate-wise, so one definition serves a float (a single path) and an array of
replicas in lock-step. ``update(state, g0, g1, rate) -> (d0, d1, state)``: the gradient's two
components and the learning rate ε in, the step to add to (w0, w1) and the next state out.
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple, TypeAlias

from app.science.arrays import Values
from app.science.errors import ParameterError
from app.science.problems.surface import Surface

State: TypeAlias = tuple[Any, ...]


class Optimizer(NamedTuple):
    """An initial state, and the pure function from it onwards."""

    init: State
    update: Callable[[State, Values, Values, Values], tuple[Values, Values, State]]


def sgd() -> Optimizer:
    r"""Plain gradient descent, :math:`\theta' = \theta - \varepsilon g`.

    >>> sgd().update((), 1.0, -2.0, 0.5)
    (-0.5, 1.0, ())
    """

    def update(state: State, g0: Values, g1: Values, rate: Values) -> tuple[Values, Values, State]:
        return -rate * g0, -rate * g1, state

    return Optimizer((), update)


def momentum(momentum: float = 0.9) -> Optimizer:
    r"""Heavy ball, :math:`v' = \beta v + g,\ \theta' = \theta - \varepsilon v'` (Polyak 1964).

    Args:
        momentum: β, from 0 to below 1; no dampening, as in ``torch.optim.SGD``.

    Raises:
        ParameterError: β outside [0, 1).
    """
    _check_fraction("momentum", momentum)

    def update(state: State, g0: Values, g1: Values, rate: Values) -> tuple[Values, Values, State]:
        v0, v1 = state
        v0, v1 = momentum * v0 + g0, momentum * v1 + g1
        return -rate * v0, -rate * v1, (v0, v1)

    return Optimizer((0.0, 0.0), update)


def nesterov(momentum: float = 0.9) -> Optimizer:
    r"""Nesterov's momentum, :math:`\theta' = \theta - \varepsilon (g + \beta v')`, v as above.

    The form of ``torch.optim.SGD(nesterov=True)`` (Sutskever et al. 2013).

    Args:
        momentum: β, from 0 to below 1.

    Raises:
        ParameterError: β outside [0, 1).
    """
    _check_fraction("momentum", momentum)

    def update(state: State, g0: Values, g1: Values, rate: Values) -> tuple[Values, Values, State]:
        v0, v1 = state
        v0, v1 = momentum * v0 + g0, momentum * v1 + g1
        return -rate * (g0 + momentum * v0), -rate * (g1 + momentum * v1), (v0, v1)

    return Optimizer((0.0, 0.0), update)


def rmsprop(alpha: float = 0.99, eps: float = 1e-8) -> Optimizer:
    r"""RMSprop, :math:`s' = \alpha s + (1-\alpha) g^2,\ \theta' = \theta - \varepsilon g/(\sqrt{s'}+\epsilon)`.

    As ``torch.optim.RMSprop`` (Tieleman and Hinton 2012).

    Args:
        alpha: α, smoothing of the squared gradient, from 0 to below 1.
        eps: ϵ, above 0.

    Raises:
        ParameterError: α outside [0, 1), ϵ not above 0.
    """  # noqa: E501
    _check_fraction("alpha", alpha)
    _check_positive("eps", eps)
    rest = 1 - alpha

    def update(state: State, g0: Values, g1: Values, rate: Values) -> tuple[Values, Values, State]:
        s0, s1 = state
        s0, s1 = alpha * s0 + rest * g0 * g0, alpha * s1 + rest * g1 * g1
        return -rate * g0 / (s0**0.5 + eps), -rate * g1 / (s1**0.5 + eps), (s0, s1)

    return Optimizer((0.0, 0.0), update)


def adam(beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8) -> Optimizer:
    r"""Adam with bias correction, as ``torch.optim.Adam`` (Kingma and Ba 2015, arXiv:1412.6980).

    .. math:: m' = \beta_1 m + (1-\beta_1) g,\quad s' = \beta_2 s + (1-\beta_2) g^2,\quad
        \theta' = \theta - \varepsilon
        \frac{m'/(1-\beta_1^t)}{\sqrt{s'/(1-\beta_2^t)} + \epsilon}

    Args:
        beta1: β₁, from 0 to below 1.
        beta2: β₂, from 0 to below 1.
        eps: ϵ, above 0.

    Raises:
        ParameterError: β₁ or β₂ outside [0, 1), ϵ not above 0.
    """
    _check_fraction("beta1", beta1)
    _check_fraction("beta2", beta2)
    _check_positive("eps", eps)
    rest1, rest2 = 1 - beta1, 1 - beta2

    def update(state: State, g0: Values, g1: Values, rate: Values) -> tuple[Values, Values, State]:
        power1, power2, m0, m1, s0, s1 = state
        power1, power2 = power1 * beta1, power2 * beta2
        m0, m1 = beta1 * m0 + rest1 * g0, beta1 * m1 + rest1 * g1
        s0, s1 = beta2 * s0 + rest2 * g0 * g0, beta2 * s1 + rest2 * g1 * g1
        scale, size = (1 - power2) ** 0.5, -rate / (1 - power1)
        return (
            size * m0 / (s0**0.5 / scale + eps),
            size * m1 / (s1**0.5 / scale + eps),
            (power1, power2, m0, m1, s0, s1),
        )

    return Optimizer((1.0, 1.0, 0.0, 0.0, 0.0, 0.0), update)


# Keyword arguments of each factory are its hyperparameters.
OPTIMIZERS: dict[str, Callable[..., Optimizer]] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
}

# Those that divide by the gradient's own size, so that a step is about the learning rate itself.
ADAPTIVE = frozenset({"rmsprop", "adam"})


def default_learning_rate(surface: Surface, optimizer: str) -> float:
    """ε where none is asked for.

    >>> from app.science.problems import SURFACES
    >>> [default_learning_rate(SURFACES["rosenbrock"], name) for name in ("sgd", "adam")]
    [0.005, 0.03]
    """
    return surface.adaptive_learning_rate if optimizer in ADAPTIVE else surface.learning_rate


def _check_fraction(name: str, value: float) -> None:
    if not 0 <= value < 1:
        raise ParameterError(name, value, "a number of at least 0 and below 1")


def _check_positive(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise ParameterError(name, value, "a finite number above 0")
