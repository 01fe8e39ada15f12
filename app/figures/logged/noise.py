"""The noise scale along a logged run, with its intervals, under its loss."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import axis, chart
from app.figures.marks import uneven_bars
from app.figures.ranges import estimated, lowest_power
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.science.arrays import BoolArray, FloatArray
from app.science.logged.flaws import Found
from app.science.logged.windows import Window
from app.words.logged import noise_caption
from app.words.noise import MOST

SPLIT = (0, 0.66), (0.74, 1)  # the noise scale, and the loss above it
POWER_OF_TEN = {"type": "log", "exponentformat": "power", "dtick": 1}
BEYOND = 30.0  # times what else is drawn: so far a bar goes whose end is not known


def noise_figure(windows: tuple[Window, ...], found: tuple[Found, ...], theme: str) -> Figure:
    """Estimates with 95 % intervals on a log axis, the batch in use dashed, the loss above.

    An open interval is a triangle at its lower end and a bar that leaves the picture.

    Args:
        windows: at least one.
        found: flaws of the log.
        theme: one of `THEMES`.
    """
    colours = THEMES[theme]
    x = np.array([(each.first + each.last) / 2 for each in windows])
    scale, low, high, block_low, block_high, size, loss, exact = (
        np.array([_number(getattr(each, name)) for each in windows])
        for name in (
            *("noise_scale", "low", "high", "block_low", "block_high"),
            *("batch_size", "loss", "exact"),
        )
    )
    closed = np.isfinite(high) & (scale > 0)
    open_ = ~closed & (low > 0)
    top = _top(scale, low, high, size, exact)
    traces: list[Part] = []
    if np.isfinite(block_low).any():
        traces += _blocks(x, scale, block_low, block_high, top, colours)
    if closed.any():
        traces.append(_closed(closed, x, scale, low, high, windows, colours))
    if open_.any():
        traces.append(_open(open_, x, scale, low, windows, top, colours))
    if np.isfinite(exact).any():
        known = np.isfinite(exact)
        traces.append(_line(x[known], exact[known], _("exact"), "exact", "dot", colours))
    traces.append(_line(x, size, _("batch in use"), "batch in use", "dash", colours))
    if np.isfinite(loss).any():
        known = np.isfinite(loss)
        traces.append(
            _line(x[known], loss[known], _("loss"), "loss", "solid", colours) | {"yaxis": "y2"}
        )
    shown = {**POWER_OF_TEN, "range": _range(traces, top)}
    thin = int((~closed & ~open_).sum())
    figure = chart(
        traces,
        colours,
        noise_caption(windows, found, thin=thin),
        margin=(62, 14, 10, 42),
        measures={"x": "step", "y": "noise_scale", "y2": "loss"},
        columns=("low", "high"),
        xaxis=axis(colours, _("step"), anchor="y"),
        yaxis=axis(colours, _("noise scale, examples"), domain=SPLIT[0], **shown),
        yaxis2=axis(colours, _("loss"), domain=SPLIT[1], nticks=4),
        hovermode="closest",
    )
    figure.say(rows=2)
    return figure


def _closed(
    some: BoolArray,
    x: FloatArray,
    scale: FloatArray,
    low: FloatArray,
    high: FloatArray,
    windows: tuple[Window, ...],
    colours: Theme,
) -> Part:
    return scatter(
        x=x[some],
        y=scale[some],
        mode="markers",
        marker={"symbol": "diamond", "size": 8, "color": colours.text},
        error_y=uneven_bars((high - scale)[some], (scale - low)[some], colours.text),
        name=_("noise scale, estimated"),
        customdata=np.column_stack([low, high, *_ends(windows)])[some],
        hovertemplate=_(
            "steps %{customdata[2]:,} to %{customdata[3]:,}<br>estimate %{y:.3~s} "
            "(95 %: %{customdata[0]:.3~s} to %{customdata[1]:.3~s})"
        )
        + "<extra></extra>",
        meta={
            "role": "estimate",
            "facts": {"x": x[some], "y": scale[some], "low": low[some], "high": high[some]},
        },
    )


def _open(
    some: BoolArray,
    x: FloatArray,
    scale: FloatArray,
    low: FloatArray,
    windows: tuple[Window, ...],
    top: float,
    colours: Theme,
) -> Part:
    return scatter(
        x=x[some],
        y=low[some],
        mode="markers",
        marker={"symbol": "triangle-up-open", "size": 10, "color": colours.text},
        error_y=uneven_bars((top - low)[some], np.zeros(int(some.sum())), colours.text, width=0),
        name=_("noise scale, at least"),
        customdata=np.column_stack(_ends(windows))[some],
        hovertemplate=_(
            "steps %{customdata[0]:,} to %{customdata[1]:,}<br>at least %{y:.3~s} (95 %)"
        )
        + "<extra></extra>",
        meta={
            "role": "at least",
            "facts": {
                "x": x[some],
                "y": scale[some],
                "low": low[some],
                "high": np.full(int(some.sum()), np.nan),
            },
        },
    )


def _blocks(
    x: FloatArray,
    scale: FloatArray,
    low: FloatArray,
    high: FloatArray,
    top: float,
    colours: Theme,
) -> Iterator[Part]:
    some = np.isfinite(low) & (scale > 0)
    ends = np.where(np.isfinite(high), high, top)
    if some.any():
        yield scatter(
            x=x[some],
            y=scale[some],
            mode="markers",
            marker={"size": 1, "color": colours.faint},
            error_y=uneven_bars((ends - scale)[some], (scale - low)[some], colours.faint)
            | {"thickness": 5, "width": 0},
            name=_("interval from blocks of steps"),
            customdata=np.column_stack([low, ends])[some],
            hovertemplate=_("from blocks: %{customdata[0]:.3~s} to %{customdata[1]:.3~s}")
            + "<extra></extra>",
            meta={
                "role": "blocks",
                "facts": {"x": x[some], "y": scale[some], "low": low[some], "high": high[some]},
            },
        )


def _line(x: FloatArray, y: FloatArray, name: str, role: str, dash: str, colours: Theme) -> Part:
    return scatter(
        x=x,
        y=y,
        mode="lines+markers" if len(x) == 1 else "lines",
        line={"width": 1.6, "dash": dash, "color": colours.text},
        name=name,
        hovertemplate="%{y:.3~s}",
        meta={"role": role},
    )


def _ends(windows: tuple[Window, ...]) -> tuple[list[int], list[int]]:
    return [each.first for each in windows], [each.last for each in windows]


def _number(value: float | None) -> float:
    return np.nan if value is None else value


def _top(*several: FloatArray) -> float:
    values = np.concatenate(several)
    return float(min(np.nanmax(values[np.isfinite(values)]) * BEYOND, MOST * 1e9))


def _range(traces: list[Any], top: float) -> list[float]:
    """Of what is drawn, in powers of ten; a bar without an end leaves the picture."""
    y = estimated(trace for trace in traces if trace.get("yaxis") != "y2")
    y = y[np.isfinite(y) & (y > 0) & (y < top)]
    low = lowest_power(y)
    return [low, max(low + 1, float(np.log10(y.max())) + 0.2)]
