"""Random formulas of x and y, and nodes evaluated one by one, with no code made of them."""

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

import numpy as np
from hypothesis import settings
from hypothesis import strategies as st

from app.science.formulas.functions import FUNCTIONS, apply
from app.science.formulas.graph import (
    ADD,
    CONSTANT,
    DIV,
    MUL,
    NEG,
    POW,
    SUB,
    SYMBOL,
    Node,
    Number,
    in_order,
    known,
    power,
    symbol,
)

properties = settings(derandomize=True, deadline=None, max_examples=40, database=None)

X, Y = symbol("x"), symbol("y")
Tree: TypeAlias = Any  # a leaf, or the name of an operation with its arguments
Operations: TypeAlias = Mapping[str, Callable[..., Any]]

ARITHMETIC: Operations = {
    ADD: operator.add,
    SUB: operator.sub,
    MUL: operator.mul,
    DIV: operator.truediv,
    NEG: operator.neg,
}
MADE: Operations = {
    **ARITHMETIC,
    POW: power,
    **{name: lambda x, name=name: apply(name, x) for name in FUNCTIONS},
}
FLOATS: Operations = {
    **ARITHMETIC,
    POW: math.pow,  # no complex numbers
    **{name: function.value for name, function in FUNCTIONS.items()},
}
SIMPLE = ("exp", "log", "log1p", "sqrt", "sin", "cos", "tanh", "sign")
ARRAYS: Operations = {
    **ARITHMETIC,
    POW: operator.pow,
    **{name: getattr(np, name) for name in SIMPLE},
    "abs": np.abs,
    "softplus": lambda x: np.logaddexp(0.0, x),
    "at_least_one": lambda x: np.maximum(x, 1.0),
}
# Of complex steps: what has corners is taken as the straight line that it is beside them.
COMPLEX: Operations = {
    **ARRAYS,
    "abs": lambda z: z * np.sign(z.real),
    "sign": lambda z: np.sign(z.real) + 0j,
    "softplus": lambda z: np.log(1 + np.exp(z)),
    "at_least_one": lambda z: np.where(z.real > 1, z, 1 + 0j),
}

_NUMBERS = st.sampled_from([0.0, 1.0, -1.0, 2.0, 0.5, -3.0, 0.1, 7.3])
_LEAVES = st.sampled_from(["x", "y"]) | _NUMBERS


def _longer(inner: st.SearchStrategy[Tree]) -> st.SearchStrategy[Tree]:
    return st.one_of(
        st.tuples(st.sampled_from([ADD, SUB, MUL, DIV]), inner, inner),
        st.tuples(st.sampled_from([NEG, *FUNCTIONS]), inner),
        st.tuples(st.just(POW), inner, st.sampled_from([2.0, 3.0, 5.0, 0.5, 1.5, -1.0, -2.5])),
    )


trees: st.SearchStrategy[Tree] = st.recursive(_LEAVES, _longer, max_leaves=9)


def grown(tree: Tree, names: Mapping[str, Any], operations: Operations) -> Any:
    """What a tree is with these values and operations; nothing is folded but by these."""
    if isinstance(tree, str):
        return names[tree]
    if isinstance(tree, float):
        return tree
    op, *args = tree
    return operations[op](*(grown(arg, names, operations) for arg in args))


def _found(tree: Tree) -> Node | None:
    try:
        made: Number = grown(tree, {"x": X, "y": Y}, MADE)
    except (ArithmeticError, ValueError):
        return None  # a number in it has no value
    return made if isinstance(made, Node) and known(made) is None else None


nodes: st.SearchStrategy[Node] = trees.map(_found).filter(lambda node: node is not None)  # type: ignore[assignment]


def values(node: Node, names: Mapping[str, Any], operations: Operations) -> dict[Node, Any]:
    """The value of each of a formula's nodes."""
    found: dict[Node, Any] = {}
    for each in in_order([node]):
        if each.op == CONSTANT:
            found[each] = each.value
        elif each.op == SYMBOL:
            found[each] = names[each.value]
        else:
            found[each] = operations[each.op](*(found[arg] for arg in each.args))
    return found


def floats(node: Node, **names: float) -> float:
    """A formula's value by the standard library; NaN where it has none."""
    try:
        return float(values(node, names, FLOATS)[node])
    except (ArithmeticError, ValueError):
        return math.nan
