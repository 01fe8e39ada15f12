"""Updates, or examples, to the target against batch size."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import axis, chart
from app.figures.marks import uneven_bars, upright
from app.figures.theme import THEMES, Theme
from app.figures.tradeoff.marks import log_axis, measured, size_axis
from app.language.speech import gettext as _
from app.science.arrays import FloatArray
from app.science.optimizers import OPTIMIZERS
from app.science.tradeoff.regimes import Regimes
from app.science.tradeoff.sweep_result import SweepResult
from app.words.numbers import batch_size_label
from app.words.tradeoff_captions import examples_caption, updates_caption

POINTS = 60  # of a fitted line
ROOM = 0.05  # above and below all that is drawn, in parts of its height
SPACE = 3  # times as much above, for arrows to be seen


def updates_figure(sweeps: Sequence[SweepResult], theme: str) -> Figure:
    """Median updates with 5–95 % of replicas; the perfect-scaling line, the fit, the regimes."""
    colours = THEMES[theme]
    traces: list[Any] = []
    for swept in sweeps:
        if not swept.reached:
            continue
        first = swept.reached[0]
        sizes = _span(swept)
        traces.append(
            scatter(
                x=sizes,
                y=(first.updates[1] or 0) * first.batch_size / sizes,
                mode="lines",
                line={"width": 1.2, "color": colours.faint, "dash": "dash"},
                name=_("perfect scaling, {optimizer}", optimizer=swept.sweep.optimizer),
                hoverinfo="name",
                meta={"role": "perfect", "optimizer": swept.sweep.optimizer},
            )
        )
        if swept.fit:
            fitted = swept.fit.updates_at(sizes)
            traces.append(_fit_line(swept, sizes, fitted, colours))
        quantiles = [t.updates for t in swept.reached]
        traces.append(_points(swept, quantiles, _("%{y:,} updates"), colours))
    axes = _axes(sweeps, traces, colours, _("updates to the target"))
    figure = _figure(traces, colours, axes, "updates", updates_caption(sweeps))
    if sweeps[0].regimes:
        _mark_regimes(figure, sweeps[0], sweeps[0].regimes, colours, named=len(sweeps) > 1)
    return figure


def examples_figure(sweeps: Sequence[SweepResult], theme: str) -> Figure:
    """Median examples seen, with 5–95 % of the replicas, and the fit."""
    colours = THEMES[theme]
    traces: list[Any] = []
    for swept in sweeps:
        if not swept.reached:
            continue
        if swept.fit:
            sizes = _span(swept)
            traces.append(_fit_line(swept, sizes, sizes * swept.fit.updates_at(sizes), colours))
        quantiles = [t.examples for t in swept.reached]
        traces.append(_points(swept, quantiles, _("%{y:,} examples"), colours))
    axes = _axes(sweeps, traces, colours, _("examples to the target"))
    return _figure(traces, colours, axes, "examples", examples_caption(sweeps))


def _axes(
    sweeps: Sequence[SweepResult], traces: list[Any], theme: Theme, title: str
) -> dict[str, Any]:
    """The axes of all that is drawn; the arrows to the upper edge are added to the traces."""
    known = [np.ravel(trace["y"]).astype(float) for trace in traces]
    for trace in traces:
        if trace["meta"]["role"] == "measured":
            middle = np.array(trace["y"], dtype=float)
            known += [middle + trace["error_y"]["array"], middle - trace["error_y"]["arrayminus"]]
    values = np.concatenate(known) if known else np.ones(1)
    values = values[np.isfinite(values) & (values > 0)]
    low, high = np.log10([values.min(), values.max()])
    room = ROOM * max(float(high - low), 0.5)
    unbounded = any(t.updates[2] is None for swept in sweeps for t in swept.reached)
    top = float(high) + (SPACE if unbounded else 1) * room
    for swept in sweeps:
        optimizer = swept.sweep.optimizer
        for trace in [t for t in traces if _is_measured(t, optimizer)]:
            traces += _arrows(swept, np.array(trace["y"], dtype=float), 10**top, theme)
    medians = [float(y) for t in traces if t["meta"]["role"] == "measured" for y in t["y"]]
    return {
        "xaxis": axis(theme, _("batch size (log scale)"), **size_axis(sweeps)),
        "yaxis": axis(theme, title, **log_axis(medians), range=[float(low) - room, top]),
    }


def _arrows(swept: SweepResult, middle: FloatArray, top: float, theme: Theme) -> Iterator[Part]:
    """From each median whose upper end is not known to the edge of the frame."""
    late = [(t, y) for t, y in zip(swept.reached, middle, strict=True) if t.updates[2] is None]
    if not late:
        return
    sizes = [t.batch_size for t, _y in late]
    meta = {"optimizer": swept.sweep.optimizer, "scenery": True}
    yield scatter(
        x=[x for size in sizes for x in (size, size, None)],
        y=[y for _t, start in late for y in (start, top, None)],
        mode="lines",
        line={"width": 1, "color": theme.text},
        hoverinfo="skip",
        meta=meta | {"role": "unbounded"},
    )
    yield scatter(
        x=sizes,
        y=[top] * len(sizes),
        mode="markers",
        marker={"symbol": "arrow", "size": 11, "color": theme.text},
        cliponaxis=False,
        name=_("beyond the edge"),
        text=[
            _(
                "{label}: {count} of {replicas} replicas have arrived",
                label=batch_size_label(t.batch_size, swept.sweep.examples),
                count=int(np.count_nonzero(t.passages)),
                replicas=len(t.passages),
            )
            for t, _y in late
        ],
        hovertemplate="%{text}<extra></extra>",
        meta=meta | {"role": "beyond"},
    )


def _is_measured(trace: Any, optimizer: str) -> bool:
    return bool(trace["meta"]["role"] == "measured" and trace["meta"]["optimizer"] == optimizer)


def _figure(
    traces: list[Any], theme: Theme, axes: dict[str, Any], measure: str, caption: str
) -> Figure:
    return chart(
        traces,
        theme,
        caption,
        margin=(74, 14, 26, 42),
        columns=("optimizer", "low", "high"),
        measures={"x": "batch_size", "y": measure},
        hovermode="closest",
        **axes,
    )


def _mark_regimes(
    figure: Figure, swept: SweepResult, marks: Regimes, theme: Theme, *, named: bool
) -> None:
    """Name the regimes at the top, with a line where one ends and a band over its interval."""
    optimizer = f", {swept.sweep.optimizer}" if named else ""
    smallest, largest = swept.reached[0].batch_size, swept.reached[-1].batch_size
    for bound, alone, text, side in (
        (marks.perfect_until, smallest, _("← perfect scaling"), "right"),
        (marks.plateau_from, largest, _("plateau →"), "left"),
    ):
        if bound.low < bound.high:
            nothing = {"width": 0}
            figure.mark(
                upright(bound.low, bound.high, fillcolor=theme.faint, opacity=0.12, line=nothing)
            )
        if bound.value == alone:
            continue
        # On a logarithmic axis Plotly places lines by the value, but annotations by its logarithm.
        figure.mark(upright(bound.value, line={"width": 1, "dash": "dot", "color": theme.text}))
        figure.annotate(
            x=np.log10(bound.value),
            y=1,
            yref="paper",
            text=text + optimizer,
            xanchor=side,
            yanchor="bottom",
        )


def _fit_line(swept: SweepResult, x: FloatArray, y: FloatArray, theme: Theme) -> Part:
    return scatter(
        x=x,
        y=y,
        mode="lines",
        line={"width": 1.6, "color": theme.text, "dash": OPTIMIZERS[swept.sweep.optimizer].dash},
        name=_("approximate fit, {optimizer}", optimizer=swept.sweep.optimizer),
        hoverinfo="name",
        meta={"role": "fit", "optimizer": swept.sweep.optimizer},
    )


def _span(swept: SweepResult) -> FloatArray:
    sizes = [t.batch_size for t in swept.reached]
    return np.geomspace(min(sizes), max(sizes), POINTS)


def _points(
    swept: SweepResult, quantiles: list[tuple[int | None, ...]], hover: str, theme: Theme
) -> Part:
    """The medians, between the other two; NaN where too few replicas arrived."""
    low, middle, high = np.array(quantiles, dtype=np.float64).T
    return measured(
        swept,
        theme,
        [t.batch_size for t in swept.reached],
        middle.tolist(),
        hover,
        error_y=uneven_bars(high - middle, middle - low, theme.text),
    )
