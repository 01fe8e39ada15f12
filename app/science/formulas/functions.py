"""The functions that a formula may use: their slopes, and how each is written."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from app.science.formulas.graph import Node, Number, constant, make, node


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function of one number.

    Attributes:
        value: of a number.
        slope: the derivative, from the argument and the value there.
        latex: with ``{}`` for the argument.
        python: in the standard library's words, with ``{}`` for the argument; of names in `MATH`.
        numpy, torch, keras: in the words of each, imported as ``np``, ``torch`` and ``ops``.
        open: whether it may be written in a formula's text.
    """

    value: Callable[[float], float]
    slope: Callable[[Node, Node], Number]
    latex: str
    python: str
    numpy: str
    torch: str
    keras: str
    open: bool = True


# What code in the standard library's words may call.
MATH = {
    **{name: getattr(math, name) for name in ("exp", "log", "log1p", "sqrt", "sin", "cos", "tanh")},
    "abs": abs,
    "max": max,
}


def _everywhere(
    name: str, slope: Callable[[Node, Node], Number], latex: str, *, opened: bool = True
) -> Function:
    """A function that all call by the same name."""
    return Function(
        value=getattr(math, name),
        slope=slope,
        latex=latex,
        python=f"{name}({{}})",
        numpy=f"np.{name}({{}})",
        torch=f"torch.{name}({{}})",
        keras=f"ops.{name}({{}})",
        open=opened,
    )


def _softplus(x: float) -> float:
    return max(x, 0.0) + math.log1p(math.exp(-abs(x)))


FUNCTIONS: dict[str, Function] = {
    "exp": _everywhere("exp", lambda _, value: value, r"e^{{{}}}"),
    "log": _everywhere("log", lambda x, _: 1 / x, r"\log\left({}\right)"),
    "log1p": _everywhere(
        "log1p", lambda x, _: 1 / (1 + x), r"\log\left(1 + {}\right)", opened=False
    ),
    "sqrt": _everywhere("sqrt", lambda _, value: 0.5 / value, r"\sqrt{{{}}}"),
    "sin": _everywhere("sin", lambda x, _: make("cos", x), r"\sin\left({}\right)"),
    "cos": _everywhere("cos", lambda x, _: -make("sin", x), r"\cos\left({}\right)"),
    "tanh": _everywhere("tanh", lambda _, value: 1 - value * value, r"\tanh\left({}\right)"),
    "abs": Function(
        value=abs,
        slope=lambda x, _: make("sign", x),
        latex=r"\left|{}\right|",
        python="abs({})",
        numpy="np.abs({})",
        torch="torch.abs({})",
        keras="ops.abs({})",
    ),
    # ±1, and 0 at 0.
    "sign": Function(
        value=lambda x: float(np.sign(x)),
        slope=lambda _x, _value: 0.0,
        latex=r"\operatorname{{sign}}\left({}\right)",
        python="(({0} > 0.0) - ({0} < 0.0))",
        numpy="np.sign({})",
        torch="torch.sign({})",
        keras="ops.sign({})",
        open=False,
    ),
    # log(1 + eˣ), which overflows nowhere. PyTorch's own is a straight line above 20, and Keras'
    # logaddexp rounds to float32.
    "softplus": Function(
        value=_softplus,
        slope=lambda x, _: (1 + make("tanh", x / 2)) / 2,
        latex=r"\log\left(1 + e^{{{}}}\right)",
        python="(max({0}, 0.0) + log1p(exp(-abs({0}))))",
        numpy="np.logaddexp(0.0, {})",
        torch="-torch.nn.functional.logsigmoid(-({}))",
        keras="-ops.log_sigmoid(-({}))",
        open=False,
    ),
}


class Functions:
    """The functions, of numbers and of nodes: what formulas are traced with."""

    def exp(self, x: Number) -> Number:
        """eˣ."""
        return apply("exp", x)

    def log(self, x: Number) -> Number:
        """The natural logarithm."""
        return apply("log", x)

    def log1p(self, x: Number) -> Number:
        """log(1 + x)."""
        return apply("log1p", x)

    def sqrt(self, x: Number) -> Number:
        """The square root."""
        return apply("sqrt", x)

    def sin(self, x: Number) -> Number:
        """The sine."""
        return apply("sin", x)

    def cos(self, x: Number) -> Number:
        """The cosine."""
        return apply("cos", x)

    def tanh(self, x: Number) -> Number:
        """The hyperbolic tangent."""
        return apply("tanh", x)

    def softplus(self, x: Number) -> Number:
        """log(1 + eˣ)."""
        return apply("softplus", x)


def apply(name: str, x: Number) -> Number:
    """A function of a number, or its node.

    Raises:
        ValueError, OverflowError: it has no value there.
    """
    if isinstance(x, Node) and x.op != "constant":
        return make(name, x)
    of = float(x.value) if isinstance(x, Node) else float(x)
    return constant(FUNCTIONS[name].value(of)) if isinstance(x, Node) else FUNCTIONS[name].value(of)


def applied(name: str, x: Number) -> Node:
    """`apply`, as a node."""
    return node(apply(name, x))
