"""Derivatives of formulas, by rules on their nodes."""

from app.science.formulas.functions import FUNCTIONS
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
    add,
    constant,
    div,
    in_order,
    known,
    mul,
    neg,
    node,
    power,
    sub,
)
from app.science.formulas.products import factors


def derivative(output: Node, name: str) -> Node:
    """The partial derivative of a formula by the symbol of this name.

    Constants are gathered before products, so it need not round as another way of writing it does.

    >>> from app.science.formulas.graph import symbol
    >>> x, y = symbol("x"), symbol("y")
    >>> derivative(x * x * y, "x")
    *(2.0, *(x, y))

    Raises:
        ZeroDivisionError, OverflowError: a constant of it is not finite.
    """
    slopes: dict[Node, Number] = {}
    for each in in_order([output]):
        slopes[each] = _slope(each, [slopes[arg] for arg in each.args], name)
    return node(slopes[output])


def _slope(each: Node, inner: list[Number], name: str) -> Number:
    """The derivative of a node, from its arguments'."""
    if each.op == SYMBOL:
        return float(each.value == name)
    if each.op == CONSTANT or all(known(slope) == 0 for slope in inner):
        return 0.0
    args = each.args
    if each.op == ADD:
        return plus(*inner)
    if each.op == SUB:
        return plus(inner[0], neg(inner[1]))
    if each.op == NEG:
        return neg(inner[0])
    if each.op == MUL:
        if args[0] is args[1]:
            return times(2.0, times(args[0], inner[0]))
        return plus(times(inner[0], args[1]), times(args[0], inner[1]))
    if each.op == DIV:
        if (divisor := known(args[1])) is not None:
            return times(inner[0], 1 / divisor)
        if known(inner[1]) == 0:
            return div(inner[0], args[1])
        return div(sub(inner[0], times(each, inner[1])), args[1])
    if each.op == POW:
        exponent = float(args[1].value)
        return times(exponent, times(power(args[0], exponent - 1), inner[0]))
    return times(FUNCTIONS[each.op].slope(args[0], each), inner[0])


def plus(a: Number, b: Number) -> Number:
    """A sum; two multiples of one product are one."""
    (x, rest), (y, more) = _parts(a), _parts(b)
    if more is None:
        return add(a, b)
    if rest is not None and factors(rest) == factors(more):
        return times(x + y, rest)
    return sub(a, times(-y, more)) if y < 0 else add(a, times(y, more))


def times(a: Number, b: Number) -> Number:
    """A product with one constant in it, before all else; 0 if a factor is 0.

    The other factors come one after the other, so that two products that begin alike share that.
    """
    (x, rest), (y, more) = _parts(a), _parts(b)
    factor = x * y
    if factor == 0 or (rest is None and more is None):
        return constant(factor)
    if rest is None or more is None:
        return mul(factor, rest or more or 1.0)
    for each in _in_turn(more):
        inverse = rest.op == DIV and known(rest.args[0]) == 1
        rest = div(each, rest.args[1]) if inverse else mul(rest, each)
    return mul(factor, rest)


def _in_turn(product: Node) -> list[Node]:
    """The factors that a product was made of one after the other."""
    found: list[Node] = []
    while product.op == MUL and product.args[0] is not product.args[1]:
        product, last = product.args
        found.append(last)
    return [product, *reversed(found)]


def _parts(number: Number) -> tuple[float, Node | None]:
    """A constant factor, and what it multiplies; None is 1."""
    value = known(number)
    if value is not None:
        return value, None
    each = node(number)
    if each.op == NEG:
        factor, rest = _parts(each.args[0])
        return -factor, rest
    if each.op == MUL and (first := known(each.args[0])) is not None:
        return first, each.args[1]
    if each.op == DIV and (first := known(each.args[0])) is not None:
        return first, div(1.0, each.args[1])
    if each.op == DIV and (last := known(each.args[1])) is not None:
        factor, rest = _parts(each.args[0])
        return factor / last, rest
    return 1.0, each
