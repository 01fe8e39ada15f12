"""How a surface's examples are drawn in a plane, and the model that is fitted to them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from app.science.arrays import FloatArray, Interval, Point
from app.science.formulas.formula import Formula
from app.science.formulas.graph import Node

POINTS = 401  # of a curve

Box: TypeAlias = tuple[Interval, Interval]
Line: TypeAlias = Callable[[float, float, Box], tuple[FloatArray, FloatArray]]


@dataclass(frozen=True, kw_only=True)
class Model:
    """An example lies at its first two values; a third, a label of ±1, is its sign.

    Attributes:
        axes: names of the two values for people.
        line: ``(w0, w1, box) -> (x, y)``, the model at θ as a line over a box of the plane, of no
            points where θ has none; None where nothing is fitted.
        normal: ``(w0, w1) -> direction``, from a line through the origin to the side of +1.
        equal: whether both values are of one unit, so that both axes have one scale.
    """

    axes: tuple[str, str]
    line: Line | None = None
    normal: Callable[[float, float], Point] | None = None
    equal: bool = False


def curve(predict: Callable[..., Node], *, partial: bool = False) -> Line:
    """The line of a model that predicts the second value from the first, ``(w0, w1, x, xp)``.

    Args:
        predict: the model.
        partial: whether it may have no finite value somewhere; the line is where it has one.
    """
    formula = Formula(predict, ("x",), partial=partial)

    def line(w0: float, w1: float, box: Box) -> tuple[FloatArray, FloatArray]:
        x = np.linspace(*box[0], POINTS)
        y = np.asarray(formula(w0, w1, (x,)))
        some = np.isfinite(y) if partial else slice(None)
        return x[some], y[some]

    return line


def boundary(w0: float, w1: float, box: Box) -> tuple[FloatArray, FloatArray]:
    """Where w0·x + w1·y = 0, from side to side of a box; of no points where both weights are 0."""
    size = float(np.hypot(w0, w1))
    if size == 0:
        return np.array([]), np.array([])
    ends = np.array([-1.0, 1.0]) * 2 * float(np.abs(box).max())
    return -w1 / size * ends, w0 / size * ends


def towards(w0: float, w1: float) -> Point:
    """The unit vector along (w0, w1); 0 where both are."""
    size = float(np.hypot(w0, w1)) or 1.0
    return w0 / size, w1 / size
