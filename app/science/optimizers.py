"""Optimizers as pure (init, update) pairs, with PyTorch's update rules and defaults.

A rule treats every coordinate alike and by itself, so one formula serves one coordinate of one
path, of replicas in lock-step, and all coordinates at once; loops are made of it.
``update(state, gradient, rate) -> (step, state)``: the gradient and the learning rate ε in, the
step to add to θ and the next state out.
"""

import math

from app.science.arrays import Values
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.plan import Plan
from app.science.problems.surface import Surface
from app.science.rule import Hyperparameter, Optimizer, Rule, State


def sgd() -> Optimizer:
    r"""Plain gradient descent, :math:`\theta' = \theta - \varepsilon g`.

    >>> sgd().update(None, 1.0, 0.5)
    (-0.5, None)
    """

    return Optimizer(None, _sgd)


def _sgd(state: State, g: Values, rate: Values) -> tuple[Values, State]:
    return -rate * g, state


def momentum(momentum: float = 0.9) -> Optimizer:
    r"""Heavy ball, :math:`v' = \beta v + g,\ \theta' = \theta - \varepsilon v'` (Polyak 1964).

    Args:
        momentum: β, from 0 to below 1; no dampening, as in ``torch.optim.SGD``.

    Raises:
        ParameterError: β outside [0, 1).
    """
    _check_fraction("momentum", momentum)

    return Optimizer(0.0, _momentum, {"momentum": momentum})


def _momentum(v: State, g: Values, rate: Values, momentum: float) -> tuple[Values, State]:
    v = momentum * v + g
    return -rate * v, v


def nesterov(momentum: float = 0.9) -> Optimizer:
    r"""Nesterov's momentum, :math:`\theta' = \theta - \varepsilon (g + \beta v')`, v as above.

    The form of ``torch.optim.SGD(nesterov=True)`` (Sutskever et al. 2013).

    Args:
        momentum: β, from 0 to below 1.

    Raises:
        ParameterError: β outside [0, 1).
    """
    _check_fraction("momentum", momentum)

    return Optimizer(0.0, _nesterov, {"momentum": momentum})


def _nesterov(v: State, g: Values, rate: Values, momentum: float) -> tuple[Values, State]:
    v = momentum * v + g
    return -rate * (g + momentum * v), v


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
    return Optimizer(0.0, _rmsprop, {"alpha": alpha, "eps": eps})


def _rmsprop(s: State, g: Values, rate: Values, alpha: float, eps: float) -> tuple[Values, State]:
    s = alpha * s + (1 - alpha) * g * g
    return -rate * g / (s**0.5 + eps), s


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
    return Optimizer((1.0, 1.0, 0.0, 0.0), _adam, {"beta1": beta1, "beta2": beta2, "eps": eps})


def _adam(
    state: State, g: Values, rate: Values, beta1: float, beta2: float, eps: float
) -> tuple[Values, State]:
    power1, power2, m, s = state
    power1, power2 = power1 * beta1, power2 * beta2
    m, s = beta1 * m + (1 - beta1) * g, beta2 * s + (1 - beta2) * g * g
    m_hat, s_hat = m / (1 - power1), s / (1 - power2)
    return -rate * m_hat / (s_hat**0.5 + eps), (power1, power2, m, s)


def _rmsprop_square(state: State, alpha: float, eps: float) -> Values:  # noqa: ARG001
    square: Values = state
    return square


def _adam_square(state: State, beta1: float, beta2: float, eps: float) -> Values:  # noqa: ARG001
    _power1, power2, _m, s = state
    square: Values = s / (1 - power2)
    return square


# What is told of the learning rate. It names the adaptive rules, so it stands with them.
LEARNING_RATE = Message("ε; left out, the surface's own, for rmsprop and adam its adaptive one")

# In the order in which a form shows them.
HYPERPARAMETERS: dict[str, Hyperparameter] = {
    "momentum": Hyperparameter(
        title="Momentum",
        symbol=r"\beta",
        meaning="share of the velocity that stays",
        description="β of momentum and nesterov",
        least=0,
        most=0.9999,
        follows=True,
    ),
    "beta1": Hyperparameter(
        title="Beta 1",
        symbol=r"\beta_1",
        meaning="share of the smoothed gradient that stays",
        description="β₁ of adam",
        least=0,
        most=0.9999,
    ),
    "beta2": Hyperparameter(
        title="Beta 2",
        symbol=r"\beta_2",
        meaning="share of the smoothed square that stays",
        description="β₂ of adam",
        least=0,
        most=0.999999,
        follows=True,
    ),
    "alpha": Hyperparameter(
        title="Alpha",
        symbol=r"\alpha",
        meaning="share of the smoothed square that stays",
        description="α, smoothing of the squared gradient in rmsprop",
        least=0,
        most=0.999999,
        follows=True,
    ),
    "eps": Hyperparameter(
        title="Epsilon (eps)",
        symbol=r"\mathrm{eps}",  # ε is the learning rate
        meaning="keeps the quotient finite",
        description="eps in the denominator of rmsprop and adam",
        least=1e-16,
        most=1,
    ),
}

# Those that may follow the batch size. Recent work on small batches leaves β₁ as it is.
FOLLOWING = [name for name, each in HYPERPARAMETERS.items() if each.follows]

_VELOCITY = {"v": Message("velocity")}
_SMOOTHED_SQUARE = Message("smoothed squared gradient")
_VELOCITY_IN_KERAS = "the velocity holds no learning rate, in Keras' own it does."

OPTIMIZERS: dict[str, Rule] = {
    "sgd": Rule(
        make=sgd,
        title="SGD",
        symbol="circle",
        dash="solid",
        pytorch="torch.optim.SGD({weights}, lr={rate})",
        keras="keras.optimizers.SGD({rate})",
        edge=lambda: 2.0,
    ),
    "momentum": Rule(
        make=momentum,
        title="Momentum",
        symbol="diamond",
        dash="dash",
        moments=_VELOCITY,
        pytorch="torch.optim.SGD({weights}, lr={rate}, momentum=MOMENTUM)",
        keras="keras.optimizers.SGD({rate}, momentum=MOMENTUM)",
        keras_differs=_VELOCITY_IN_KERAS,
        plain_without="momentum",
        edge=lambda momentum: 2 * (1 + momentum),
    ),
    "nesterov": Rule(
        make=nesterov,
        title="Nesterov",
        symbol="square",
        dash="dashdot",
        moments=_VELOCITY,
        pytorch="torch.optim.SGD({weights}, lr={rate}, momentum=MOMENTUM, nesterov=True)",
        keras="keras.optimizers.SGD({rate}, momentum=MOMENTUM, nesterov=True)",
        keras_differs=_VELOCITY_IN_KERAS,
        plain_without="momentum",
        edge=lambda momentum: 2 * (1 + momentum) / (1 + 2 * momentum),
    ),
    "rmsprop": Rule(
        make=rmsprop,
        title="RMSprop",
        symbol="triangle-up",
        dash="longdash",
        adaptive=True,
        moments={"s": _SMOOTHED_SQUARE},
        smoothed_square=_rmsprop_square,
        pytorch="torch.optim.RMSprop({weights}, lr={rate}, alpha=ALPHA, eps=EPS)",
        keras_differs="EPS is added to the root, Keras' own adds it under the root.",
    ),
    "adam": Rule(
        make=adam,
        title="Adam",
        symbol="star",
        dash="dot",
        adaptive=True,
        moments={"m": Message("smoothed gradient"), "s": _SMOOTHED_SQUARE},
        smoothed_square=_adam_square,
        pytorch="torch.optim.Adam({weights}, lr={rate}, betas=(BETA1, BETA2), eps=EPS)",
        pytorch_decoupled="torch.optim.AdamW({weights}, lr={rate}, betas=(BETA1, BETA2), eps=EPS)",
        keras_differs="EPS is added after the bias correction, in Keras' own before it.",
    ),
}


def default_learning_rate(surface: Surface, optimizer: str) -> float:
    """ε where none is asked for.

    >>> from app.science.problems import SURFACES
    >>> [default_learning_rate(SURFACES["rosenbrock"], name) for name in ("sgd", "adam")]
    [0.005, 0.03]
    """
    rule = OPTIMIZERS[optimizer]
    return surface.adaptive_learning_rate if rule.adaptive else surface.learning_rate


def scaled(optimizer: Optimizer, plan: Plan) -> Optimizer:
    """The optimizer of a run, with its β at the run's batch size."""
    return optimizer if plan.beta_power == 1 else optimizer.following(plan.beta_power, FOLLOWING)


def _check_fraction(name: str, value: float) -> None:
    if not 0 <= value < 1:
        raise ParameterError(name, value, "a number of at least 0 and below 1")


def _check_positive(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise ParameterError(name, value, "a finite number above 0")
