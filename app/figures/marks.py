"""Marks that more than one figure has."""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from app.figures.figure import Part, scatter
from app.figures.theme import Theme
from app.language.speech import gettext as _
from app.science.arrays import FloatArray, IntArray, Point
from app.science.replicas import CONFIDENCE

GRADIENT = {"x": "gradient_w0", "y": "gradient_w1"}  # names of what its axes measure
HEAD = 11  # pixels, the size of an arrow's head
WHOLE_HEAD = 0.12  # of a range: shorter arrows have smaller heads


def error_bars(errors: Iterable[float | None], theme: Theme, **more: Any) -> dict[str, Any]:
    """Intervals of 95 % of values with these standard errors; none where there is none."""
    array = [CONFIDENCE * (error or 0) for error in errors]
    return {"array": array, "color": theme.text, "thickness": 1.5, **more}


def uneven_bars(
    above: Sequence[float] | FloatArray,
    below: Sequence[float] | FloatArray,
    colour: str,
    width: float = 3,
) -> dict[str, Any]:
    """Bars that reach as far above each value and as far below it as is said."""
    return {"array": above, "arrayminus": below, "color": colour, "thickness": 1, "width": width}


def between(x: FloatArray | IntArray, low: FloatArray, high: FloatArray) -> dict[str, Any]:
    """A band from one line to another over the same places, filled: along one and back."""
    return {
        "x": np.concatenate([x, x[::-1]]),
        "y": np.concatenate([high, low[::-1]]),
        "fill": "toself",
    }


def ring(theme: Theme, size: int = 13) -> dict[str, Any]:
    """The marker of what a person may move: an open circle."""
    return {
        "symbol": "circle-open",
        "size": size,
        "color": theme.text,
        "line": {"width": 2.5, "color": theme.text},
    }


def level(low: float, high: float | None = None, **more: Any) -> Part:
    """A line across the picture at a height, or a rectangle from there to another height."""
    kind, end = ("line", low) if high is None else ("rect", high)
    along = {"x0": 0, "x1": 1, "xref": "x domain"}
    return {"type": kind, **along, "y0": low, "y1": end, "yref": "y", **more}


def upright(left: float, right: float | None = None, **more: Any) -> Part:
    """A line from the picture's bottom to its top, or a rectangle from there to the right."""
    kind, end = ("line", left) if right is None else ("rect", right)
    along = {"y0": 0, "y1": 1, "yref": "y domain"}
    return {"type": kind, "x0": left, "x1": end, "xref": "x", **along, **more}


def point(theme: Theme, at: Point) -> Part:
    """A point of the plane."""
    return scatter(
        x=[at[0]],
        y=[at[1]],
        mode="markers",
        marker=ring(theme),
        name=_("point"),
        hovertemplate="(%{x:.3f}, %{y:.3f})<extra></extra>",
        meta={"role": "point"},
    )


def arrow(
    end: FloatArray, colour: str, reach: float, *, width: float, name: str, role: str, **more: Any
) -> Part:
    """An arrow from the origin; its head is smaller where it is short beside ``reach``."""
    dash = more.pop("dash", "solid")
    head = HEAD * min(1.0, float(np.hypot(end[0], end[1])) / (WHOLE_HEAD * (reach or 1.0)))
    return scatter(
        x=np.array([0, end[0]], np.float32),
        y=np.array([0, end[1]], np.float32),
        mode="lines+markers",
        line={"width": width, "color": colour, "dash": dash},
        marker={
            "symbol": "arrow",
            "angleref": "previous",
            "size": [0, head + width if head else 0],
            "color": colour,
            "opacity": 1,
            "line": {"width": 0},
        },
        name=name,
        hovertemplate="(%{x:.3~g}, %{y:.3~g})",
        meta={"role": role, "facts": {"x": [float(end[0])], "y": [float(end[1])]}},
        **more,
    )
