"""Marks that more than one figure has."""

from collections.abc import Iterable, Sequence
from typing import Any

import plotly.graph_objects as go

from app.figures.theme import Theme
from app.language.speech import gettext as _
from app.science.arrays import FloatArray, Point
from app.science.replicas import CONFIDENCE


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


def ring(theme: Theme, size: int = 13) -> dict[str, Any]:
    """The marker of what a person may move: an open circle."""
    return {
        "symbol": "circle-open",
        "size": size,
        "color": theme.text,
        "line": {"width": 2.5, "color": theme.text},
    }


def point(theme: Theme, at: Point) -> go.Scatter:
    """A point of the plane."""
    return go.Scatter(
        x=[at[0]],
        y=[at[1]],
        mode="markers",
        marker=ring(theme),
        name=_("point"),
        hovertemplate="(%{x:.3f}, %{y:.3f})<extra></extra>",
        meta={"role": "point"},
    )
