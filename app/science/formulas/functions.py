"""The functions that a formula may use: their slopes, and how each is written."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.science.formulas.graph import Node, Number, constant, known, make


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function of one number.

    Attributes:
        value: of a number.
        slope: the derivative, from the argument and the value there.
        latex: with ``{}`` for the argument; or what is written instead of it.
        python: in the standard library's words, with ``{}`` for the argument; of names in `MATH`.
        numpy, pytorch, keras: in the words of each, imported as ``np``, ``torch`` and ``ops``.
        open: whether it may be written in a formula's text.
    """

    value: Callable[[float], float]
    slope: Callable[[Node, Node], Number]
    latex: str | Callable[[Node], Node]
    python: str
    numpy: str
    pytorch: str
    keras: str
    open: bool = True


# What code in the standard library's words may call.
MATH = {
    **{name: getattr(math, name) for name in ("exp", "log", "log1p", "sqrt", "sin", "cos", "tanh")},
    "abs": abs,
    "max": max,
}


def _everywhere(
    name: str,
    slope: Callable[[Node, Node], Number],
    latex: str | Callable[[Node], Node],
    *,
    opened: bool = True,
) -> Function:
    """A function that all call by the same name."""
    return Function(
        value=getattr(math, name),
        slope=slope,
        latex=latex,
        python=f"{name}({{}})",
        numpy=f"np.{name}({{}})",
        pytorch=f"torch.{name}({{}})",
        keras=f"ops.{name}({{}})",
        open=opened,
    )


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


FUNCTIONS: dict[str, Function] = {
    "exp": _everywhere("exp", lambda _, value: value, r"e^{{{}}}"),
    "log": _everywhere("log", lambda x, _: 1 / x, r"\log({})"),
    "log1p": _everywhere(
        "log1p", lambda x, _: 1 / (1 + x), lambda x: make("log", 1 + x), opened=False
    ),
    "sqrt": _everywhere("sqrt", lambda _, value: 0.5 / value, r"\sqrt{{{}}}"),
    "sin": _everywhere("sin", lambda x, _: make("cos", x), r"\sin({})"),
    "cos": _everywhere("cos", lambda x, _: -make("sin", x), r"\cos({})"),
    "tanh": _everywhere("tanh", lambda _, value: 1 - value * value, r"\tanh({})"),
    "abs": Function(
        value=abs,
        slope=lambda x, _: make("sign", x),
        latex=r"\left|{}\right|",
        python="abs({})",
        numpy="np.abs({})",
        pytorch="torch.abs({})",
        keras="ops.abs({})",
    ),
    # ±1, and 0 at 0.
    "sign": Function(
        value=lambda x: float(np.sign(x)),
        slope=lambda _x, _value: 0.0,
        latex=r"\operatorname{{sign}}({})",
        python="(({0} > 0.0) - ({0} < 0.0))",
        numpy="np.sign({})",
        pytorch="torch.sign({})",
        keras="ops.sign({})",
        open=False,
    ),
    # Keras' own maximum of a number rounds to float32 with some backends.
    "at_least_one": Function(
        value=lambda x: max(x, 1.0),
        slope=lambda x, _: (1 + make("sign", x - 1)) / 2,
        latex=lambda x: (1 + x + abs(x - 1)) / 2,
        python="max({}, 1.0)",
        numpy="np.maximum({}, 1.0)",
        pytorch="torch.clamp({}, min=1.0)",
        keras="(ops.relu({} - 1) + 1)",
        open=False,
    ),
    # log(1 + eˣ), which overflows nowhere. PyTorch's own is a straight line above 20, and Keras'
    # logaddexp rounds to float32.
    "softplus": Function(
        value=_softplus,
        slope=lambda x, _: (1 + make("tanh", x / 2)) / 2,
        latex=lambda x: make("log", 1 + make("exp", x)),
        python="(max({0}, 0.0) + log1p(exp(-abs({0}))))",
        numpy="np.logaddexp(0.0, {})",
        pytorch="-torch.nn.functional.logsigmoid(-({}))",
        keras="-ops.log_sigmoid(-({}))",
        open=False,
    ),
}


class Functions:
    """The functions by name: what formulas are written with."""

    def exp(self, x: Node) -> Node:
        """eˣ."""
        return apply("exp", x)

    def log(self, x: Node) -> Node:
        """The natural logarithm."""
        return apply("log", x)

    def log1p(self, x: Node) -> Node:
        """log(1 + x)."""
        return apply("log1p", x)

    def sqrt(self, x: Node) -> Node:
        """The square root."""
        return apply("sqrt", x)

    def sin(self, x: Node) -> Node:
        """The sine."""
        return apply("sin", x)

    def cos(self, x: Node) -> Node:
        """The cosine."""
        return apply("cos", x)

    def tanh(self, x: Node) -> Node:
        """The hyperbolic tangent."""
        return apply("tanh", x)

    def softplus(self, x: Node) -> Node:
        """log(1 + eˣ)."""
        return apply("softplus", x)


def apply(name: str, x: Node) -> Node:
    """The node of a function, a constant where its argument is one.

    Raises:
        ValueError, OverflowError: it has no value there.
    """
    of = known(x)
    return make(name, x) if of is None else constant(FUNCTIONS[name].value(of))
