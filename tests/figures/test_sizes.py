"""A figure for the last row: what is read is larger, what is measured is the same."""

import math
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, get_args

import numpy as np
import pytest

from app.api.queries.parameters import Size
from app.figures.figure import Figure
from app.figures.loss import loss_figure
from app.figures.sizes import HOVER, SIZES, sized
from app.figures.surface import surface_figure
from app.science.budget import Budget
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.relief import relief
from tests.comparing import compare

N = 30
MEASURED = {("margin", side) for side in "lrtb"} | {("line", "width")}


def drawn(kind: str) -> Figure:
    problem = build_problem(SURFACES["least-squares"], N)
    if kind != "loss":
        return surface_figure(problem, relief(problem), "light", kind)
    plan = make_plan(examples=N, batch_size=3, budget=Budget(epochs=2), learning_rate=0.1)
    return loss_figure(compare(problem, [plan], sgd(), (-2.0, -1.0)), "light", "epochs")


def parts(part: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every leaf of a figure by its place."""
    if isinstance(part, dict):
        for name, value in part.items():
            yield from parts(value, (*place, name))
    elif isinstance(part, list | tuple) and part and isinstance(part[0], dict):
        for i, value in enumerate(part):
            yield from parts(value, (*place, str(i)))
    else:
        yield place, part


def test_the_sizes_are_those_that_can_be_asked_for() -> None:
    assert set(SIZES) == set(get_args(Size))


@pytest.mark.parametrize("kind", ["loss", "contour", "3d"])
def test_text_lines_and_margins_grow_and_numbers_stay(kind: str) -> None:
    figure = drawn(kind)
    assert sized(figure, "normal") is figure
    before = dict(parts(asdict(figure)))
    after = dict(parts(asdict(sized(figure, "large"))))
    assert after[("layout", "font", "size")] == before[("layout", "font", "size")] * SIZES["large"]
    assert after[("layout", "hoverlabel", "font", "size")] == HOVER * SIZES["large"]
    grown = 0
    for place, value in before.items():
        other = after[place]
        if "scene" in place or place[-1] == "text":
            continue
        if place[-2:] in MEASURED:
            assert other == pytest.approx(value * SIZES["large"]), place
            grown += 1
        elif isinstance(value, np.ndarray):
            np.testing.assert_array_equal(other, value)
        elif isinstance(value, int | float) and place[-1] not in ("size", "thickness", "standoff"):
            assert other == value or math.isnan(value), place
    assert grown >= len("lrtb")
    if kind == "3d":  # whose ticks would cover it
        ticks = after[("layout", "scene", "xaxis", "tickfont", "size")]
        assert ticks == before[("layout", "font", "size")]
    if kind == "loss":
        title = after[("layout", "yaxis", "title", "text")]
        assert title == "loss above the<br>lowest minimum"
