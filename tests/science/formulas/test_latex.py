"""LaTeX of formulas: what it means, and how it reads."""

import math
import re

import numpy as np
import pytest
from hypothesis import given

from app.science.formulas.functions import FUNCTIONS, Functions, apply
from app.science.formulas.graph import Node, make
from app.science.formulas.latex import latex
from app.science.formulas.latex_numbers import latex_constant
from app.science.problems import SURFACES
from tests.science.formulas.graphs import X, Y, floats, nodes, properties
from tests.words.latex_meaning import value

XP = Functions()
NAMES = {"x": "x", "y": "y"}


@properties
@given(nodes)
def test_it_means_the_formula(formula: Node) -> None:
    text = latex(formula, NAMES)
    assert "+ -" not in text
    assert not re.search(r"\.0\b", text)
    for x, y in ((0.7, 1.3), (1.9, -0.4)):
        expected = floats(formula, x=x, y=y)
        if 1e-6 < abs(expected) < 1e6:
            with np.errstate(all="ignore"):
                assert value(text, {"x": x, "y": y}) == pytest.approx(expected, rel=1e-6), text


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (X * X * X, "x^{3}"),
        ((X**16) ** 2, "x^{32}"),
        (X * Y * X, "x^{2}y"),
        (X * 3, "3x"),
        (X * -3 + Y, "-3x + y"),
        (Y + X * -3, "y - 3x"),
        (X - (Y - 1), "x - (y - 1)"),
        (X + (Y - 1), "x + y - 1"),
        (-(X + Y), "-(x + y)"),
        (2 * (X + Y), r"2\,(x + y)"),
        ((X + Y) * X, r"(x + y)\,x"),
        (X / 2, r"\tfrac{1}{2}x"),
        (3 * X / 4, r"\tfrac{3}{4}x"),
        (X * X * X / 3, r"\tfrac{1}{3}x^{3}"),
        (X * (1 / 3), r"\tfrac{1}{3}x"),
        ((X + Y) / 2, r"\frac{x + y}{2}"),
        (X / 0.3, r"\frac{x}{0.3}"),
        (5 / X, r"\frac{5}{x}"),
        (0.1 * X / (Y + 1), r"0.1\,\frac{x}{y + 1}"),
        (1 / (1 + XP.exp(-X)), r"\frac{1}{1 + e^{-x}}"),
        ((X / Y) ** 2, r"\left(\frac{x}{y}\right)^{2}"),
        (X**0.5, r"\sqrt{x}"),
        (X**1.5, "x^{1.5}"),
        (X**-2, r"\frac{1}{x^{2}}"),
        (XP.exp(-X * X / 2), "e^{-x^{2}/2}"),
        (XP.exp(X / (2 * math.pi)), r"e^{x/(2\pi)}"),
        (XP.exp(X) ** 2, r"(e^{x})^{2}"),
        (XP.sin(2 * math.pi * X), r"\sin(2\pi x)"),
        (XP.sin(X) ** 2 * Y, r"\sin^{2}(x)\,y"),
        (abs(X - 1) ** 3, r"\left|x - 1\right|^{3}"),
        (XP.log1p(-X), r"\log(1 - x)"),
        (XP.softplus(X * Y), r"\log(1 + e^{xy})"),
        (XP.log(X / Y), r"\log\left(\frac{x}{y}\right)"),
        (X + 1e-200, "x"),
        (X + 1e-8, "x + 10^{-8}"),
        (2.5e-9 * X, r"2.5 \cdot 10^{-9}x"),
        (0 * X + Y, "y"),
        (math.e * X, "ex"),
    ],
)  # fmt: skip
def test_as_a_person_writes_it(formula: Node, text: str) -> None:
    assert latex(formula, NAMES) == text


def test_symbols_have_the_letters_that_they_are_given() -> None:
    assert latex(X * Y, {"x": "w_0", "y": "x_i"}) == "w_0 x_i"
    assert latex(X * Y, {"x": "a_{i0}", "y": "x"}) == r"a_{i0}\,x"
    assert latex(X * Y, {"x": "0.9", "y": "v"}) == r"0.9\,v"
    assert latex(Y * X, {"x": "0.9", "y": "v"}) == r"v \cdot 0.9"
    assert latex((1 - X) * Y, {"x": "0.9", "y": "g"}) == r"(1 - 0.9)\,g"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function(name: str) -> None:
    text = latex(apply(name, X), NAMES)
    assert value(text, {"x": 0.7}) == pytest.approx(FUNCTIONS[name].value(0.7))


def test_constants_by_name_to_the_last_bit_alone() -> None:
    assert latex_constant(3 * math.pi) == r"3\pi"
    assert latex_constant(3.14159265) == "3.14159265"
    assert latex_constant(-math.pi / 4) == r"-\tfrac{\pi}{4}"
    assert latex_constant(math.nextafter(2 * math.pi, 0)) == "6.28318530718"
    assert latex_constant(2 / 7) == r"\tfrac{2}{7}"
    assert latex_constant(0.285714285714) == "0.285714285714"


@pytest.mark.parametrize(
    "formula",
    [make("/", X, make("constant", value=0.0)), 1e200 * (X * 1e200), 1e-200 * (X * 1e-200)],
)
def test_numbers_beyond_all_bounds(formula: Node) -> None:
    text = latex(formula, NAMES)
    assert "x" in text
    assert "inf" not in text


def test_powers_of_powers_are_not_written_out() -> None:
    formula = X + 1
    for _ in range(12):
        formula = formula**16
    assert latex(formula, NAMES) == f"(x + 1)^{{{16**12}}}"


def test_formulas_of_surfaces() -> None:
    assert SURFACES["rosenbrock"].formula == (
        r"l_i(x, y) = (1 - x)^{2} + 10\,(y - x^{2})^{2} + a_{i0}\,x + a_{i1}\,y"
    )
    assert SURFACES["logistic"].formula == (
        r"l_i(w_0, w_1) = \log(1 + e^{-y_i\,(w_0 x_{i0} + w_1 x_{i1})}),\quad y_i = \pm 1"
    )
