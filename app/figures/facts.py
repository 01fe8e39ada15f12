"""What a figure draws, as data: a row a fact, in words that no language or surface changes.

A trace says in its ``meta`` what it shows: its ``role``, the kind of its rows, and which
``batch_size``, ``replica``, ``optimizer`` or draws with ``replacement`` they are of. ``facts`` are
columns besides its x and y, or instead of them where what is drawn is not what was measured; ``z``
names that of a grid's values. With ``scenery`` it has no facts: shadows, frames, the ground under
paths. In the ``meta`` of the figure's layout ``data`` says what the ``axes`` measure, if not the
two weights, and which ``columns`` there are though no trace should have them.
"""

from collections.abc import Iterator, Mapping
from itertools import repeat
from math import isfinite
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from app.figures.figure import Figure, Part

Value: TypeAlias = str | int | float | bool | None
Row: TypeAlias = tuple[Value, ...]

FIRST = ("batch_size", "replica", "kind", "x", "y")
LAST = ("x_name", "y_name")
ENDS = ("low", "high")  # of an interval, a bar
PLANE = {"x": "w0", "y": "w1"}
OF_A_TRACE = ("batch_size", "replica", "optimizer", "replacement")  # in its meta, one or a list


class Facts(NamedTuple):
    """Columns of a trace, equally long.

    Attributes:
        trace: whose they are.
        columns: values by the column's name; gaps are None.
    """

    trace: Part
    columns: dict[str, list[Value]]


def figure_columns(figure: Figure) -> tuple[list[str], list[Row]]:
    """Names of the columns, and a row for each fact of each trace, in the order they are drawn."""
    found = list(figure_facts(figure))
    more = {name for facts in found for name in facts.columns}
    more |= {*_said(figure).get("columns", ())}
    ends = [name for name in ENDS if name in more]
    names = [*FIRST, *ends, *sorted(more - {*FIRST, *ENDS, *LAST}), *LAST]
    rows = [
        row
        for facts in found
        for row in zip(*(facts.columns.get(name, repeat(None)) for name in names), strict=False)
    ]
    columns = [_alike(column) for column in zip(*rows, strict=True)]
    return names, list(zip(*columns, strict=True))


def figure_facts(figure: Figure) -> Iterator[Facts]:
    """The facts of each trace that has any."""
    axes = _said(figure).get("axes", PLANE)
    for trace in figure.data:
        meta = trace["meta"]
        if not meta.get("scenery"):
            yield Facts(trace, _columns(trace, meta, axes))


def drop_facts(figure: Figure) -> Figure:
    """The figure without what is said for its data alone, which nothing that draws needs."""
    traces = [trace | {"meta": _without("facts", trace["meta"])} for trace in figure.data]
    return Figure(traces, figure.layout | {"meta": _without("data", figure.layout["meta"])})


def _without(left_out: str, meta: Part) -> Part:
    return {name: value for name, value in meta.items() if name != left_out}


def _said(figure: Figure) -> dict[str, Any]:
    said: dict[str, Any] = figure.layout["meta"].get("data", {})
    return said


def _columns(
    trace: Part, meta: Mapping[str, Any], axes: Mapping[str, str]
) -> dict[str, list[Value]]:
    facts = {name: meta[name] for name in OF_A_TRACE if name in meta} | meta.get("facts", {})
    names = {name: axes.get(trace.get(f"{name}axis", name)) for name in "xy"}
    columns = {"kind": meta["role"].replace(" ", "_")}
    columns |= {f"{name}_name": said for name, said in names.items()}
    drawn = _drawn(trace, meta.get("z", "z"))
    columns |= {n: each for n, each in drawn.items() if "x" not in facts or n in ENDS} | facts
    if names["x"] == "batch_size" and "batch_size" not in facts and _whole(columns["x"]):
        columns["batch_size"] = np.asarray(columns["x"], np.int64)
    lengths = [len(each) for each in columns.values() if _several(each)]
    count = lengths[0]
    listed = {
        name: _values(each) if _several(each) else [_value(each)] * count
        for name, each in columns.items()
    }
    # Where nothing is drawn, two parts of a line end.
    keep = [k for k in range(count) if "x" in facts or listed["x"][k] is not None]
    return {name: [column[k] for k in keep] for name, column in listed.items()}


def _drawn(trace: Part, height: str) -> dict[str, Any]:
    """What is drawn: points, with the ends of their error bars, or a grid."""
    if np.ndim(trace.get("z", 0)) == 2:
        rows, columns = np.shape(trace["z"])
        z = np.asarray(trace.get("customdata", trace["z"]))
        x, y = np.meshgrid(trace.get("x", np.arange(columns)), trace.get("y", np.arange(rows)))
        return {"x": x.ravel(), "y": y.ravel(), height: z.ravel()}
    points = {"x": trace["x"], "y": trace["y"]}
    if "error_y" not in trace:
        return points
    bars, y = trace["error_y"], np.array(trace["y"], float)
    above = np.array(bars["array"], float)
    below = np.array(bars.get("arrayminus", above), float)
    return points | {"low": y - below, "high": y + above}


def _several(values: Any) -> bool:
    return isinstance(values, list | tuple | np.ndarray | range)


def _whole(values: Any) -> bool:
    numbers = np.asarray(values)
    return numbers.dtype.kind in "iuf" and bool(np.all(numbers == np.round(numbers)))


def _values(column: Any) -> list[Value]:
    if isinstance(column, np.ndarray) and column.dtype == np.float64:  # most are, of a grid all
        return [value if isfinite(value) else None for value in column.tolist()]
    return [_value(value) for value in column]


def _value(value: Any) -> Value:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, np.integer | np.bool_):
        plain: Value = value.item()
        return plain
    # The fewest digits that give a float32 back: 0.1, not 0.10000000149.
    return float(str(value)) if np.isfinite(value) else None


def _alike(column: tuple[Value, ...]) -> tuple[Value, ...]:
    """A column of one type: where some numbers are no integers, none is written as one."""
    if not any(isinstance(value, float) for value in column):
        return column
    return tuple(float(v) if isinstance(v, int) and not isinstance(v, bool) else v for v in column)
