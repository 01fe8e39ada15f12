"""Each function: its value and its slope."""

import math

import numpy as np
import pytest

from app.science.formulas.compiled import function
from app.science.formulas.functions import FUNCTIONS, MATH, Functions, apply
from app.science.formulas.graph import constant, known, node, symbol
from tests.science.formulas.graphs import ARRAYS, X, floats

POINTS = np.array([0.05, 0.3, 0.9, 1.7, 4.0])  # all functions have a value there
EVERY = pytest.mark.parametrize("name", FUNCTIONS)
WRITERS = [name for name in dir(Functions) if not name.startswith("_")]


@EVERY
def test_slope(name: str) -> None:
    step = 1e-6
    value, slope = FUNCTIONS[name].value, FUNCTIONS[name].slope
    made = node(slope(X, apply(name, X)))
    for x in POINTS:
        measured = (value(x + step) - value(x - step)) / (2 * step)
        assert floats(made, x=float(x)) == pytest.approx(measured, rel=1e-8, abs=1e-8)


@EVERY
def test_value(name: str) -> None:
    made = apply(name, X)
    (array,) = function(("x",), (made,), "numpy")(POINTS)
    np.testing.assert_array_equal(array, ARRAYS[name](POINTS))
    for x in map(float, POINTS):
        (number,) = function(("x",), (made,), "python")(x)
        assert number == FUNCTIONS[name].value(x)
        assert known(apply(name, constant(x))) == number
    np.testing.assert_allclose(array, [FUNCTIONS[name].value(x) for x in POINTS], rtol=1e-14)


@pytest.mark.parametrize("name", WRITERS)
def test_formulas_are_written_with_them(name: str) -> None:
    assert getattr(Functions(), name)(X) is apply(name, X)


def test_softplus_overflows_nowhere() -> None:
    value = FUNCTIONS["softplus"].value
    assert value(1e4) == 1e4
    assert value(-1e4) == 0
    assert value(0) == math.log(2)


def test_sign_is_nothing_at_nothing() -> None:
    (found,) = function(("x",), (apply("sign", X),), "python")(0.0)
    assert found == FUNCTIONS["sign"].value(0.0) == 0
    assert abs(symbol("x")) is apply("abs", X)


def test_a_number_without_a_value() -> None:
    with pytest.raises(ValueError, match=r"domain|positive"):
        apply("log", constant(-1.0))
    with pytest.raises(OverflowError):
        apply("exp", constant(1e3))


def test_what_code_may_call_is_listed() -> None:
    assert all(callable(each) for each in MATH.values())
