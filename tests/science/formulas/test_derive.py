"""Derivatives against complex steps, of formulas of every operation."""

import numpy as np
import pytest
from hypothesis import assume, given, reject
from hypothesis import strategies as st

from app.science.formulas.derive import derivative, plus, times
from app.science.formulas.functions import FUNCTIONS, apply
from app.science.formulas.graph import POW, Node, constant, in_order, known, power
from tests.science.formulas.graphs import COMPLEX, X, Y, floats, nodes, properties, values

STEP = 1e-30
PLACES = ({"x": 0.7, "y": 1.3}, {"x": 1.9, "y": -0.4})
REACH = 1e4  # beyond it, or that near to a corner or a pole, a step says nothing


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@properties
@given(nodes, st.sampled_from("xy"), st.sampled_from("xy"))
def test_any_formula(formula: Node, by: str, again: str) -> None:
    """Its derivative, and that one's."""
    try:
        slope = derivative(formula, by)
        curvature = derivative(slope, again)
    except ArithmeticError:
        reject()  # it is divided by 0, or by next to it
    compared = [
        agree(first, then, name, point)
        for first, then, name in ((formula, slope, by), (slope, curvature, again))
        for point in PLACES
    ]
    assume(any(compared))


def agree(formula: Node, slope: Node, by: str, point: dict[str, float]) -> bool:
    """Assert that a slope is what a complex step measures; whether that says anything there."""
    step = {name: np.complex128(complex(at, STEP * (name == by))) for name, at in point.items()}
    found = values(formula, step, COMPLEX)
    ours = values(slope, {name: np.float64(at) for name, at in point.items()}, COMPLEX)
    seen = np.array([*found.values(), *ours.values()], complex)
    sizes = np.abs([1.0, *seen.real[seen != 0]])
    least = {"log": 0, "sqrt": 0, POW: 0, "log1p": -1}  # beyond it only complex numbers go on
    if (
        not np.isfinite(seen).all()
        or sizes.max() > REACH
        or sizes.min() < 1 / REACH
        or any(found[each.args[0]].real < least[each.op] for each in found if each.op in least)
    ):
        return False
    measured = found[formula].imag / STEP
    assert ours[slope] == pytest.approx(measured, rel=1e-8, abs=1e-10 * sizes.max())
    return True


@pytest.mark.parametrize("name", FUNCTIONS)
def test_each_function_in_a_chain(name: str) -> None:
    """Central differences, which know nothing of complex numbers."""
    formula, step = apply(name, X * Y + 0.1), 1e-6
    slope = derivative(formula, "x")
    for x, y in ((0.4, 1.1), (1.7, 0.3)):
        measured = (floats(formula, x=x + step, y=y) - floats(formula, x=x - step, y=y)) / (
            2 * step
        )
        assert floats(slope, x=x, y=y) == pytest.approx(measured, rel=1e-7, abs=1e-8)


def test_what_does_not_depend_on_it() -> None:
    assert known(derivative(Y * 3, "x")) == 0
    assert known(derivative(constant(3.0), "x")) == 0
    assert known(derivative(X, "x")) == 1
    assert known(derivative(apply("abs", Y), "x")) == 0


def test_products_are_gathered() -> None:
    assert derivative(X * X / 2, "x") is X
    assert derivative(X * X * Y, "x") is 2 * (X * Y)
    assert derivative(3 * (X * X), "x") is 6 * X
    assert derivative(X * Y + Y * X, "x") is 2 * Y
    assert floats(derivative(5 / X, "x"), x=2.0) == -1.25
    assert derivative(power(X, 1.5), "x").args[0] is constant(1.5)


def test_sums_of_multiples() -> None:
    assert plus(2 * X, 3 * X) is 5 * X
    assert plus(2 * X, -X) is X
    assert plus(X, -3 * Y) is X - 3 * Y
    assert known(plus(X, -X)) == 0
    assert known(times(0.0, X)) == 0
    assert times(2 * X, 3 * Y) is 6 * (X * Y)
    assert times(1 / Y, X) is X / Y


def test_powers_with_very_many_factors() -> None:
    product = X
    for _ in range(200):
        product = product * product
    assert len(in_order([derivative(product, "x")])) < 1000
