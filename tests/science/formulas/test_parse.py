"""Formulas that are typed: what is read, to the last bit, and what is refused, where and why."""

import math
import time
from contextlib import suppress
from itertools import repeat

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.science.errors import ParameterError
from app.science.formulas.compiled import function
from app.science.formulas.derive import derivative
from app.science.formulas.graph import Node, symbol
from app.science.formulas.parse import MOST_CHARACTERS, MOST_DEPTH, OPEN, parse
from app.science.formulas.write import expression

NAMES = {"x": symbol("x"), "y": symbol("y")}
AT = {"x": 1.75, "y": -0.625}
SMOOTH = [name for name in OPEN if name != "abs"]
some = settings(derandomize=True, deadline=None, max_examples=40, database=None)


def read(text: str) -> Node:
    return parse(text, NAMES)


def value(text: str) -> float:
    return float(function(("x", "y"), (read(text),), "python")(**AT)[0])


READ = {
    "1 + 2*3": 7.0,
    ".5 + 1.": 1.5,
    "1e3 - 2E-1": 999.8,
    "-x^2": -(1.75**2),
    "2^3^2": 512.0,
    "x^-2": 1 / 1.75**2,
    "2*-x": -3.5,
    "--x": 1.75,
    "x^.5": math.sqrt(1.75),
    "8/4/2": 1.0,
    "1 - 2 - 3": -4.0,
    "x**2 ** 1": 1.75**2,
    "pi*e": math.pi * math.e,
    "abs(y)": 0.625,
    "(1 - x)^2 + 10*(y - x^2)^2": 0.75**2 + 10 * (-0.625 - 1.75**2) ** 2,
    "（ｘ＋１）＊２　÷　４": 1.375,
    "x × y − ２．５": 1.75 * -0.625 - 2.5,
    "\tx\n": 1.75,
}


@pytest.mark.parametrize("text", READ)
def test_it_is_read_as_it_is_meant(text: str) -> None:
    assert value(text) == pytest.approx(READ[text], rel=1e-15)


# What is refused, at which column, and a part of what is said.
REFUSED = {
    "": (1, "nothing yet"),
    "   ": (1, "nothing yet"),
    "+": (2, "is missing"),
    "x+": (3, "is missing"),
    "*x": (1, "is missing"),
    "x*/y": (3, "is missing"),
    "2^": (3, "is missing"),
    "()": (2, "is missing"),
    "sin()": (5, "is missing"),
    "(x": (3, "opened at column 1 is not closed"),
    "sin(x": (6, "opened at column 4 is not closed"),
    "((x)": (5, "opened at column 1 is not closed"),
    "x)": (2, "no bracket is open"),
    ")": (1, "is missing"),
    "2x": (2, "2*x"),
    "x y": (3, "x*y"),
    "x(y)": (2, "x*("),
    "(x)(y)": (4, ")*("),
    "sin(x)cos(y)": (7, ")*cos"),
    "2 3": (3, "2*3"),
    "0x10": (2, "0*x10"),
    "1.2.3": (4, "1.2*.3"),
    "２ｘ": (2, "2*x"),
    "sin x": (1, "written sin(…)"),
    "exp": (1, "written exp(…)"),
    "z": (1, "z is unknown"),
    "x + banana": (5, "banana is unknown; allowed are x, y"),
    "sinn(x)": (1, "did you mean sin?"),
    "SIN(x)": (1, "did you mean sin?"),
    "1 + ln(x)": (5, "did you mean log?"),
    "X": (1, "did you mean x?"),
    "__import__(x)": (1, "__import__ is unknown"),
    "eval(x)": (1, "eval is unknown"),
    "log1p(x)": (1, "did you mean log?"),
    "x.real": (2, "'.' is not allowed"),
    "x = 1": (3, "'=' is not allowed"),
    "x, y": (2, "',' is not allowed"),
    "x[0]": (2, "'[' is not allowed"),
    "'x'": (1, "is not allowed"),
    "x%2": (2, "'%' is not allowed"),
    "x!": (2, "'!' is not allowed"),
    "x²": (2, "'²' is not allowed"),
    "x⁻¹": (2, "'⁻' is not allowed"),
    "𝒙": (1, "is not allowed"),
    "٣": (1, "is not allowed"),
    "x\x00": (2, "is not allowed"),
    "1e999": (1, "1e999 is too large"),
    "x + " + "9" * 190 + "e200": (5, "is too large"),
    "1e308*10": (6, "the value is too large"),
    "exp(1000)": (1, "the value is too large"),
    "10^16^16": (4, "an exponent is a number"),
    "1/0": (2, "divided by zero"),
    "x/(1 - 1)": (2, "divided by zero"),
    "0^-1": (2, "no value at 0"),
    "sqrt(-1)": (1, "sqrt has no value at -1"),
    "log(0)": (1, "log has no value at 0"),
    "log(2 - 5)": (1, "log has no value at -3"),
    "(-8)^.5": (5, "no value at -8"),
    "x^y": (3, "an exponent is a number"),
    "x^17": (3, "from -16 to 16"),
    "x^-17": (3, "from -16 to 16"),
    "e^x": (3, "exp(…)"),
    "(" * 100: (MOST_DEPTH + 1, "more than 30 deep"),
    "(" * 31 + "x" + ")" * 31: (31, "more than 30 deep"),
    "-" * 100 + "x": (31, "more than 30 deep"),
    "sin(" * 40 + "x": (124, "more than 30 deep"),
    "+".join(f"x/{n}" for n in range(2, 40)): (157, "more than 100 different parts"),
}


@pytest.mark.parametrize("text", REFUSED, ids=lambda text: text[:20])
def test_it_is_refused_where_it_is_wrong(text: str) -> None:
    column, reason = REFUSED[text]
    began = time.process_time()
    with pytest.raises(ParameterError) as caught:
        read(text)
    assert time.process_time() - began < 1  # it says that nothing explodes, not how quick it is
    assert caught.value.parameter == "formula"
    said = str(caught.value)
    assert f"at column {column}, " in said
    assert reason in said
    assert len(said) < 300


@pytest.mark.parametrize("text", ["x" * 201, "(" * 100_000, "x+" * 50_000, "９" * 100_000])
def test_a_long_text_is_refused_unread(text: str) -> None:
    with pytest.raises(ParameterError, match=f"at most {MOST_CHARACTERS} characters, not of"):
        read(text)


def test_depth_is_bounded_where_it_is_allowed() -> None:
    assert read("(" * MOST_DEPTH + "x" + ")" * MOST_DEPTH) is NAMES["x"]
    assert read("+".join(repeat("x", 100)))  # a long sum is not deep


numbers = st.sampled_from(["1", "2.5", ".5", "3e-1", "pi", "e", "7", "0.1"])
leaves = numbers | st.sampled_from(list(NAMES))


def texts(names: list[str]) -> st.SearchStrategy[str]:
    def longer(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        return st.one_of(
            st.builds("{} {} {}".format, inner, st.sampled_from("+-*/"), inner),
            st.builds("({}){}({})".format, inner, st.sampled_from("+-*/"), inner),
            st.builds(
                "({})^{}".format, inner, st.sampled_from(["2", "-1", "3", "1.5", ".5", "16"])
            ),
            st.builds("{}({})".format, st.sampled_from(names), inner),
            st.builds("-{}".format, inner),
        )

    return st.recursive(leaves, longer, max_leaves=8)


def read_or_not(text: str) -> Node:
    assume(len(text) <= MOST_CHARACTERS)
    try:
        return read(text)
    except ParameterError:  # of what numbers in it have no value
        assume(condition=False)
        raise


@some
@given(texts(OPEN))
def test_what_is_written_is_read_again(text: str) -> None:
    made = read_or_not(text)
    written = expression(made, "python", {})
    assume(len(written) <= MOST_CHARACTERS)
    again = read(written)
    given = [*map(float, np.linspace(-3, 3, 7))]
    one, other = (function(("x", "y"), (each,)) for each in (made, again))
    with np.errstate(all="ignore"):
        x, y = np.meshgrid(given, given)
        np.testing.assert_array_equal(one(x, y)[0], other(x, y)[0])


@some
@given(texts(SMOOTH))
def test_its_derivative_is_that_of_a_complex_step(text: str) -> None:
    made = read_or_not(text)
    try:
        slope = derivative(made, "x")
    except ArithmeticError:
        assume(condition=False)
    step = 1e-30
    with np.errstate(all="ignore"):
        stepped = np.asarray(function(("x", "y"), (made,))(np.complex128(1.75, step), 0.625)[0])
        exact = float(function(("x", "y"), (slope,))(np.float64(1.75), np.float64(0.625))[0])
    found = float(np.imag(stepped)) / step
    # A root or a logarithm of what is negative is no real function there.
    assume(math.isfinite(found) and math.isfinite(exact) and abs(found) < 1e12)
    assert exact == pytest.approx(found, rel=1e-9, abs=1e-9)


@some
@given(st.text("xy0123456789.e+-*/^()sincoep 　＋（", max_size=40))
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    with suppress(ParameterError):
        assert isinstance(read(text), Node)
