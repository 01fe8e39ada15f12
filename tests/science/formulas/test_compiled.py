"""Formulas as functions."""

import numpy as np

from app.science.formulas.compiled import KEPT, built, function
from app.science.formulas.functions import Functions
from tests.science.formulas.graphs import X, Y

XP = Functions()


def test_of_numbers_and_of_arrays() -> None:
    outputs = (X * Y + 1, XP.exp(X))
    assert function(("x", "y"), outputs, "python")(0.0, 3.0) == (1.0, 1.0)
    made, grown = function(("x", "y"), outputs)(np.array([0.0, 1.0]), np.array([[3.0], [4.0]]))
    np.testing.assert_array_equal(made, [[1, 4], [1, 5]])
    np.testing.assert_array_equal(grown, np.exp([0.0, 1.0]))
    assert type(function(("x",), (X * 2,), "python")(1.0)[0]) is float


def test_one_function_for_equal_formulas() -> None:
    assert function(("x",), (X * X + 1,)) is function(("x",), (X * X + 1,))
    assert function(("x",), (X * X + 1,)) is not function(("x",), (X * X + 1,), "python")
    assert function.cache_parameters()["maxsize"] == KEPT


def test_its_text_is_kept() -> None:
    made = built("f(a)", ["b = a * k", "return b"], {"k": 3})
    assert made(2) == 6
    assert made.source == "def f(a):\n    b = a * k\n    return b\n"  # type: ignore[attr-defined]


def test_no_builtin_is_shadowed_by_what_it_is_given() -> None:
    names = {"k": 3}
    built("f(a)", ["return a"], names)
    assert names == {"k": 3}
