"""What a figure draws, as a table: for a spreadsheet, and for those who do not see it."""

from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
import plotly.graph_objects as go

from app.language.speech import gettext as _

Row = tuple[str | float | None, ...]


class Table(NamedTuple):
    """Columns and rows; numbers are as precise as the figure draws them, gaps are None."""

    columns: list[str]
    rows: list[Row]


def figure_table(figure: go.Figure) -> Table:
    """Every point of every trace, in the order they are drawn.

    The first column names the trace; the others are the axes, by their titles where all traces
    share them.
    """
    traces = list(figure.data)
    deep = [trace for trace in traces if getattr(trace, "z", None) is not None]
    # Axes without titles are those of a part that is drawn once more, enlarged.
    titles = {pair for t in traces if any(pair := (_title(figure, t, "x"), _title(figure, t, "y")))}
    x, y = titles.pop() if len(titles) == 1 else ("", "")
    columns = [
        _("series"),
        x or "x",
        y if y and y != x else "y",
        *([_height(deep[0])] if deep else []),
    ]
    rows = [
        (
            trace.name or (trace.meta or {}).get("role") or _height(trace),
            *values,
            *([None] * missing),
        )
        for trace in traces
        for values in _points(trace)
        for missing in [len(columns) - 1 - len(values)]
    ]
    return Table(columns, rows)


def _points(trace: Any) -> Iterator[Row]:
    x: Any
    y: Any
    x, y, z = (getattr(trace, axis, None) for axis in "xyz")
    if z is not None and np.ndim(z) == 2:
        if trace.customdata is not None:  # the values, where z is on a scale of its own
            z = np.reshape(trace.customdata, np.shape(z))
        lines, columns = np.shape(z)
        x, y = (range(n) if a is None else a for a, n in ((x, columns), (y, lines)))
        for w1, line in zip(y, z, strict=True):
            yield from ((_value(w0), _value(w1), _value(v)) for w0, v in zip(x, line, strict=True))
        return
    columns = [column for column in (x, y, z) if column is not None]
    for values in zip(*columns, strict=False):
        point = tuple(_value(value) for value in values)
        if any(value is not None for value in point):
            yield point


def _value(value: Any) -> str | float | None:
    if value is None:
        return None
    if isinstance(value, str):
        return value.replace("<br>", ", ")
    number = float(value)
    # The fewest digits that give a float32 back: 0.1, not 0.10000000149.
    return float(str(value)) if np.isfinite(number) else None


def _height(trace: Any) -> str:
    """What a colour or a height stands for."""
    bar = getattr(trace, "colorbar", None)
    return (bar and bar.title.text) or "z"


def _title(figure: go.Figure, trace: Any, direction: str) -> str:
    """The title of the axis that a trace lies along."""
    place = getattr(trace, f"{direction}axis", None)
    if "scene" in figure.layout and getattr(trace, "scene", None) is not None:
        axis = figure.layout.scene[f"{direction}axis"]
    else:
        axis = figure.layout[f"{direction}axis" + (place or direction)[1:]]
    return str(axis.title.text or "").replace("<br>", " ")
