"""Formulas as lines of Python: they compute what the nodes say, and read well."""

import ast
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.science.formulas.compiled import NAMESPACES
from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node, symbol
from app.science.formulas.write import Library, expression, lines, unchanging
from tests.science.formulas.graphs import ARRAYS, X, Y, floats, nodes, properties, values

XP = Functions()
LIBRARIES: tuple[Library, ...] = ("python", "numpy", "pytorch", "keras")


def run(text: Sequence[str], library: Library, **names: Any) -> dict[str, Any]:
    found = dict(NAMESPACES[library]) | names
    exec("\n".join(text), found)  # noqa: S102
    return found


@properties
@given(nodes, nodes, st.sampled_from([None, 1, 20]))
def test_floats_to_the_last_bit(one: Node, other: Node, longest: int | None) -> None:
    text = lines({"f": one, "g": other}, "python", longest=longest)
    for x, y in ((0.7, 1.3), (1.9, -0.4), (3.0, 2.5)):
        expected = [floats(each, x=x, y=y) for each in (one, other)]
        if np.isfinite(expected).all():
            found = run(text, "python", x=x, y=y)
            assert [found["f"], found["g"]] == expected


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@properties
@given(nodes, nodes, st.sampled_from([None, 1, 20]))
def test_arrays_to_the_last_bit(one: Node, other: Node, longest: int | None) -> None:
    x, y = np.random.default_rng(0).uniform(-2, 3, (2, 12))
    found = run(lines({"f": one, "g": other}, "numpy", longest=longest), "numpy", x=x, y=y)
    for each, name in ((one, "f"), (other, "g")):
        expected = values(each, {"x": x, "y": y}, ARRAYS)[each]
        np.testing.assert_array_equal(found[name], expected)


@properties
@given(nodes, st.sampled_from(LIBRARIES))
def test_no_name_is_made_for_nothing(formula: Node, library: Library) -> None:
    text = "\n".join(lines({"f": formula}, library))
    named = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)]
    stored = [node.id for node in named if isinstance(node.ctx, ast.Store)]
    loaded = [node.id for node in named if isinstance(node.ctx, ast.Load)]
    assert len(stored) == len({*stored})
    assert all(loaded.count(name) > 1 for name in stored if name != "f")


@pytest.mark.parametrize(
    ("formula", "text"),
    [
        (X - (Y - 1), "x - (y - 1.0)"),
        (X - Y - 1, "x - y - 1.0"),
        ((X + Y) * X, "(x + y) * x"),
        (X + Y * X, "x + y * x"),
        (X / (Y * X), "x / (y * x)"),
        (X / Y * X, "x / y * x"),
        (X * (Y * X), "x * (y * x)"),
        (-(X + Y), "-(x + y)"),
        (-(X * Y), "-(x * y)"),
        (2 - -X * Y, "2.0 + x * y"),
        ((-X) ** 1.5, "(-x) ** 1.5"),
        (-(X**1.5), "-x ** 1.5"),
        ((X**1.5) ** 1.5, "(x ** 1.5) ** 1.5"),
        (-3 * X, "-3.0 * x"),
        (XP.exp(X + Y) / 2, "exp(x + y) / 2.0"),
    ],
)
def test_brackets_only_where_they_are_needed(formula: Node, text: str) -> None:
    assert expression(formula, "python", {}) == text


def test_parts_have_the_names_that_they_are_given() -> None:
    shared = X * Y
    assert expression(shared + 1, "numpy", {shared: "xy"}) == "xy + 1"
    # What itself is to be written is written out.
    assert expression(shared, "numpy", {shared: "xy"}) == "x * y"
    assert lines({"f": shared + 1}, "numpy", {shared: "xy"}) == ["f = xy + 1"]
    assert lines({"f": shared}, "numpy", {shared: "xy"}) == ["f = xy"]
    assert lines({"f": shared, "g": shared + X}, "numpy") == ["f = x * y", "g = f + x"]
    assert lines({"f": shared, "g": shared}, "numpy") == ["f = x * y", "g = f"]
    assert lines({"f": X}, "numpy") == ["f = x"]
    assert lines({"f": shared * (shared + 1)}, "numpy", prefix="p")[0] == "p0 = x * y"


def test_whole_numbers_are_plain_where_they_are_read() -> None:
    formula = 2 * X + 1e9 - 0.5 * Y
    assert expression(formula, "numpy", {}) == "2 * x + 1000000000.0 - 0.5 * y"
    assert expression(formula, "python", {}) == "2.0 * x + 1000000000.0 - 0.5 * y"


def test_outputs_may_swap_names() -> None:
    """All are computed of the old values, whatever they are called."""
    new = lines({"new_x": Y * 2, "new_y": X + Y}, "python")
    assert run(new, "python", x=1.0, y=2.0)["new_y"] == 3


def test_a_long_part_has_a_name() -> None:
    long = XP.sin(X * Y + 1.2345) * XP.cos(X * Y * Y - 5.4321)
    text = lines({"f": long / 2}, "numpy", longest=20)
    assert all(len(line) < 60 for line in text)
    assert len(text) > 2
    assert len(lines({"f": long / 2}, "numpy")) == 2  # and x·y that comes twice


def test_what_a_library_needs_twice_has_a_name() -> None:
    assert lines({"f": XP.softplus(X + Y)}, "python")[0] == "t0 = x + y"
    assert lines({"f": XP.softplus(X + Y)}, "numpy") == ["f = np.logaddexp(0.0, x + y)"]


def test_what_does_not_change_is_found_whole() -> None:
    rate = symbol("rate")
    formula = X * (1 - rate) * rate - XP.sqrt(Y * Y + rate)
    found = unchanging([formula], {"x", "g"})
    assert [expression(each, "python", {}) for each in found] == [
        "1.0 - rate",
        "sqrt(y * y + rate)",
    ]
    assert unchanging([formula], {"x", "y", "rate"}) == []
    assert unchanging([X + Y], {"x"}) == []  # a name alone needs none
