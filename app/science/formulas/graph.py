"""The graph of a formula: numbers, names, and operations on them.

Equal parts are one node, whoever makes them, so nodes are compared and looked up by identity. What
is folded or left out when a node is made never changes a result's last bit.
"""

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from typing import Any, Final, TypeAlias
from weakref import WeakValueDictionary

Number: TypeAlias = "Node | float"

CONSTANT, SYMBOL = "constant", "symbol"
ADD, SUB, MUL, DIV, POW, NEG = "+", "-", "*", "/", "**", "neg"
MOST_FACTORS = 16  # a power of a whole number up to this is a product


class Node:
    """A part of a formula; numbers and nodes may be mixed in arithmetic.

    Attributes:
        op: `CONSTANT`, `SYMBOL`, an operator, or the name of one of `FUNCTIONS`.
        args: what it is of.
        value: the number of a constant, the name of a symbol.
    """

    __slots__ = ("__weakref__", "args", "op", "value")
    __array_ufunc__: Final = None  # numpy's numbers leave arithmetic to the node

    op: str
    args: tuple["Node", ...]
    value: Any

    def __repr__(self) -> str:
        """Its operation, in brackets."""
        if not self.args:
            return str(self.value)
        return f"{self.op}({', '.join(map(repr, self.args))})"

    def __add__(self, other: Number) -> "Node":
        """Sum; adding 0 is left out."""
        return add(self, other)

    def __radd__(self, other: Number) -> "Node":
        """Sum."""
        return add(other, self)

    def __sub__(self, other: Number) -> "Node":
        """Difference."""
        return sub(self, other)

    def __rsub__(self, other: Number) -> "Node":
        """Difference."""
        return sub(other, self)

    def __mul__(self, other: Number) -> "Node":
        """Product."""
        return mul(self, other)

    def __rmul__(self, other: Number) -> "Node":
        """Product."""
        return mul(other, self)

    def __truediv__(self, other: Number) -> "Node":
        """Quotient."""
        return div(self, other)

    def __rtruediv__(self, other: Number) -> "Node":
        """Quotient."""
        return div(other, self)

    def __pow__(self, exponent: float) -> "Node":
        """Power."""
        return power(self, exponent)

    def __neg__(self) -> "Node":
        """Negation."""
        return neg(self)

    def __abs__(self) -> "Node":
        """Absolute value."""
        return make("abs", self)


_nodes: "WeakValueDictionary[tuple[Any, ...], Node]" = WeakValueDictionary()


def make(op: str, *args: Node, value: Any = None) -> Node:
    """The node of an operation, as it stands."""
    # 0.0 and -0.0 are equal, and so are 1 and 1.0, but they are not one.
    key = (op, args, repr(value))
    node = _nodes.get(key)
    if node is None:
        node = Node()
        node.op, node.args, node.value = op, args, value
        node = _nodes.setdefault(key, node)
    return node


def constant(value: float) -> Node:
    """A number.

    Raises:
        OverflowError: it is not finite.
    """
    if not math.isfinite(value):
        raise OverflowError(value)
    return make(CONSTANT, value=float(value))


def symbol(name: str) -> Node:
    """A name: what a formula is of."""
    return make(SYMBOL, value=name)


def known(number: Number) -> float | None:
    """The value of a constant; None of what is none."""
    if isinstance(number, Node):
        return float(number.value) if number.op == CONSTANT else None
    return float(number)


def node(number: Number) -> Node:
    """A number or a node as a node."""
    return number if isinstance(number, Node) else constant(number)


def add(a: Number, b: Number) -> Node:
    """a + b."""
    x, y = known(a), known(b)
    if x is not None and y is not None:
        return constant(x + y)
    if x == 0:
        return node(b)
    if y == 0:
        return node(a)
    if x is not None and x < 0:
        return sub(b, -x)
    if y is not None and y < 0:
        return sub(a, -y)
    if isinstance(b, Node) and b.op == NEG:
        return sub(a, b.args[0])
    return make(ADD, node(a), node(b))


def sub(a: Number, b: Number) -> Node:
    """a − b."""
    x, y = known(a), known(b)
    if x is not None and y is not None:
        return constant(x - y)
    if x == 0:
        return neg(b)
    if y == 0:
        return node(a)
    if y is not None and y < 0:
        return add(a, -y)
    if isinstance(b, Node) and b.op == NEG:
        return add(a, b.args[0])
    return make(SUB, node(a), node(b))


def mul(a: Number, b: Number) -> Node:
    """a·b."""
    x, y = known(a), known(b)
    if x is not None and y is not None:
        return constant(x * y)
    for factor, other in ((x, b), (y, a)):
        if factor == 1:
            return node(other)
        if factor == -1:
            return neg(other)
    if isinstance(a, Node) and a.op == NEG:
        return neg(mul(a.args[0], b))
    if isinstance(b, Node) and b.op == NEG:
        return neg(mul(a, b.args[0]))
    return make(MUL, node(a), node(b))


def div(a: Number, b: Number) -> Node:
    """a/b.

    Raises:
        ZeroDivisionError: both are numbers, and b is 0.
    """
    x, y = known(a), known(b)
    if x is not None and y is not None:
        return constant(x / y)
    if y == 1:
        return node(a)
    if isinstance(a, Node) and a.op == NEG:
        return neg(div(a.args[0], b))
    return make(DIV, node(a), node(b))


def neg(a: Number) -> Node:
    """−a."""
    x = known(a)
    if x is not None:
        return constant(-x)
    a = node(a)
    return a.args[0] if a.op == NEG else make(NEG, a)


def power(base: Number, exponent: float) -> Node:
    """base to a constant power: a product, a root, or their inverse where it is one.

    Raises:
        ValueError: the power of a number is none.
    """
    exponent = float(exponent)
    x = known(base)
    if x is not None:
        value = x**exponent
        if isinstance(value, complex):
            raise ValueError(f"{x} ** {exponent}")
        return constant(value)
    if exponent < 0:
        return div(1.0, power(base, -exponent))
    if exponent == 0.5:
        return make("sqrt", node(base))
    if exponent == int(exponent) <= MOST_FACTORS:
        return _product(node(base), int(exponent))
    return make(POW, node(base), constant(exponent))


def _product(base: Node, factors: int) -> Node:
    """A power by squaring."""
    if factors == 0:
        return constant(1.0)
    if factors == 1:
        return base
    half = _product(base, factors // 2)
    whole = mul(half, half)
    return mul(whole, base) if factors % 2 else whole


def in_order(outputs: Iterable[Node], through: str | None = None) -> list[Node]:
    """All nodes that outputs are made of, each after its arguments, each once.

    Args:
        outputs: the last of them.
        through: an operation; what is inside others is then left out.
    """
    found: dict[Node, None] = {}
    left: list[tuple[Node, bool]] = [(each, False) for each in reversed(list(outputs))]
    while left:
        each, ready = left.pop()
        if each in found:
            continue
        if ready:
            found[each] = None
        else:
            left.append((each, True))
            if through in (None, each.op):
                left += ((arg, False) for arg in reversed(each.args))
    return list(found)


def symbols(*outputs: Node) -> Iterator[str]:
    """Names in a formula, in the order in which they come."""
    return (each.value for each in in_order(outputs) if each.op == SYMBOL)


def depth(output: Node) -> int:
    """The longest way from the output to a leaf, in nodes."""
    depths: dict[Node, int] = {}
    for each in in_order([output]):
        depths[each] = 1 + max((depths[arg] for arg in each.args), default=0)
    return depths[output]


def substitute(output: Node, values: Mapping[str, Number]) -> Node:
    """The formula with other formulas, or numbers, in the places of names."""
    made: dict[Node, Node] = {}
    for each in in_order([output]):
        if each.op == SYMBOL:
            made[each] = node(values.get(each.value, each))
        elif each.op == CONSTANT:
            made[each] = each
        else:
            made[each] = again(each.op, *(made[arg] for arg in each.args))
    return made[output]


def again(op: str, *args: Node) -> Node:
    """The node of an operation, folded where it can be."""
    rule = _rules().get(op)
    return rule(*args) if rule else make(op, *args)


@cache
def _rules() -> dict[str, Callable[..., Node]]:
    return {ADD: add, SUB: sub, MUL: mul, DIV: div, NEG: neg, POW: _power_of}


def _power_of(base: Node, exponent: Node) -> Node:
    value = known(exponent)
    return make(POW, base, exponent) if value is None else power(base, value)
