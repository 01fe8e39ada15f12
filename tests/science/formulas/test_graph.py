"""Nodes: equal ones are one, and what is folded never changes a last bit."""

import gc
import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from app.science.formulas import graph
from app.science.formulas.graph import (
    MOST_FACTORS,
    Node,
    again,
    constant,
    depth,
    in_order,
    known,
    make,
    neg,
    power,
    substitute,
    symbol,
    symbols,
)
from tests.science.formulas.graphs import (
    FLOATS,
    MADE,
    X,
    Y,
    floats,
    grown,
    nodes,
    properties,
    trees,
)

numbers = st.floats(-9, 9, allow_subnormal=False)


def test_equal_parts_are_one_node() -> None:
    assert X * X + Y is symbol("x") * symbol("x") + symbol("y")
    assert constant(2) is constant(2.0)
    assert constant(0.0) is not constant(-0.0)
    assert X + Y is not Y + X


@properties
@given(nodes)
def test_what_is_made_again_is_the_same(formula: Node) -> None:
    assert substitute(formula, {}) is formula
    swapped = substitute(formula, {"x": Y, "y": X})
    assert set(symbols(swapped)) == {{"x": "y", "y": "x"}[name] for name in symbols(formula)}
    assert substitute(swapped, {"x": Y, "y": X}) is formula
    for each in in_order([formula]):
        if each.args:
            assert again(each.op, *each.args) is each


@properties
@given(trees, numbers, numbers)
def test_folding_changes_no_bit(tree: object, x: float, y: float) -> None:
    """A formula's value is that of its text, and the number that it becomes with numbers in it."""

    def power_of(base: float, exponent: float) -> float:
        """As a formula has it, which multiplies."""
        made = power(X, exponent)
        return floats(made, x=base)

    try:
        formula = grown(tree, {"x": X, "y": Y}, MADE)
        value = grown(tree, {"x": x, "y": y}, {**FLOATS, "**": power_of})
        assume(math.isfinite(value))
    except (ArithmeticError, ValueError):
        return
    # A power of a number is the library's own: it may end in another bit.
    near = 1e-9 if "**" in str(tree) else 0
    made = graph.node(formula)
    assert floats(made, x=x, y=y) == pytest.approx(value, rel=near, abs=near)
    try:
        folded = known(substitute(made, {"x": x, "y": y}))
    except (ArithmeticError, ValueError, KeyError):
        return
    if folded is not None and near == 0:
        assert folded == value


@pytest.mark.parametrize("formula", [X + 0, 0 + X, X - 0, X * 1, 1 * X, X / 1, X**1.0])
def test_what_does_nothing_is_left_out(formula: Node) -> None:
    assert formula is X
    assert neg(-X) is X


def test_signs_are_drawn_out() -> None:
    assert X + -Y is X - Y
    assert X - -Y is X + Y
    assert X + -2.0 is X - 2
    assert X - -2.0 is X + 2
    assert -X * Y is -(X * Y)
    assert X * -Y is -(X * Y)
    assert -X / Y is -(X / Y)
    assert 0 - X is -X
    assert X * -1 is -X


def test_zero_times_something_stays() -> None:
    """It is no 0 where that is not finite."""
    assert (0 * X).args == (constant(0.0), X)


@pytest.mark.parametrize("exponent", range(1, MOST_FACTORS + 1))
def test_powers_are_few_products(exponent: int) -> None:
    made = X**exponent
    assert floats(made, x=3.0) == 3.0**exponent
    assert len(in_order([made])) <= 7
    assert {each.op for each in in_order([made])} <= {"*", "symbol"}


def test_powers_of_other_kinds() -> None:
    assert (X**0.5).op == "sqrt"
    assert known(X**0) == 1
    assert X**-2 is 1 / (X * X)
    assert (X**1.5).op == "**"
    assert (X ** (MOST_FACTORS + 1)).op == "**"
    assert known(power(2.0, 0.5)) == 2**0.5
    with pytest.raises(ValueError, match="-8"):
        power(-8.0, 0.5)


def test_numbers_without_a_value() -> None:
    with pytest.raises(OverflowError):
        constant(math.inf)
    with pytest.raises(OverflowError):
        constant(1e308) * 10
    with pytest.raises(ZeroDivisionError):
        constant(1.0) / 0.0


def test_arguments_come_first_and_each_once() -> None:
    shared = X * Y
    formula = (shared + 1) / (shared - 1)
    found = in_order([formula, shared])
    assert len(found) == len(set(found))
    for each in found:
        assert all(found.index(arg) < found.index(each) for arg in each.args)
    assert list(symbols(formula)) == ["x", "y"]
    assert depth(X) == 1
    assert depth(formula) == 4


def test_through_one_operation_alone() -> None:
    found = in_order([X * (Y * (X + Y))], "*")
    assert X + Y in found
    assert [each.op for each in found] == ["symbol", "symbol", "+", "*", "*"]


def test_deep_graphs_need_no_deep_stack() -> None:
    chain = X
    for _ in range(5000):
        chain = make("sin", chain)
    assert depth(substitute(chain, {"x": Y})) == 5001


def test_nodes_that_nobody_has_are_freed() -> None:
    gc.collect()
    before = len(graph._nodes)
    made = [symbol(f"unheard_of_{i}") * i + 1 for i in range(2, 50)]
    assert len(graph._nodes) > before + 96
    made.clear()
    gc.collect()
    assert len(graph._nodes) <= before
