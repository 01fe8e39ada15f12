"""The losses of a comparison against updates, epochs or examples seen."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from app.figures.paths import label
from app.figures.theme import THEMES, axis, layout
from app.language.speech import gettext as _
from app.language.speech import listed, sentences, translated
from app.science.arrays import FloatArray
from app.science.comparison import Comparison, Run
from app.science.lowest import lowest_loss
from app.science.message import Message
from app.words.runs import summary

AXES = {
    "updates": Message("updates"),
    "epochs": Message("epochs"),
    "examples_seen": Message("examples seen"),
}
WIDE = 50  # ratio of the longest to the shortest run from which the axis is logarithmic
DECADES = 6  # drawn below the highest loss; what is lower leaves the frame


def loss_figure(comparison: Comparison, theme: str, horizontal: str) -> go.Figure:
    """Loss above the lowest minimum, log scale; median and 5–95 % band of many replicas.

    On a logarithmic horizontal axis (updates, where the longest run makes 50 times as many as
    the shortest) the start, at 0, has no place: lines begin at the first update.
    """
    colours = THEMES[theme]
    minima = comparison.problem.minima
    floor = lowest_loss(comparison.problem) or 0.0
    across = translated(AXES[horizontal])
    title = _("loss above the lowest minimum") if minima else _("loss")
    traces: list[Any] = []
    for i, run in enumerate(comparison.runs):
        colour = colours.batch_size(run.batch_size, comparison.problem.size)
        common = {
            "line": {"width": 1.6, "color": colour},
            "name": label(run),
            "mode": "lines",
        }
        told = f"{across}: %{{x:,.4~f}}<br>{title}: %{{y:.3~g}}"
        if run.replicas > 1:
            low, middle, high = (above(q, floor) for q in run.loss_band)
            x = positions(run, horizontal)[run.band_index]
            traces.append(
                go.Scatter(
                    x=np.concatenate([x, x[::-1]]),
                    y=np.concatenate([high, low[::-1]]),
                    fill="toself",
                    fillcolor=colours.batch_size(run.batch_size, comparison.problem.size, 0.18),
                    line={"width": 0},
                    hoverinfo="skip",
                    meta={"role": "band", "run": i},
                )
            )
            whose = _("{label}, median of {count} replicas", label=label(run), count=run.replicas)
            told += f"<extra>{whose}</extra>"
            median = {"role": "median", "run": i}
            traces.append(go.Scatter(x=x, y=middle, meta=median, hovertemplate=told, **common))
        else:
            loss = run.path(0)[2]
            x, y = positions(run, horizontal)[: len(loss)], above(loss, floor)
            alone = {"role": "loss", "run": i}
            traces.append(go.Scatter(x=x, y=y, meta=alone, hovertemplate=told, **common))
    ends = [float(positions(run, horizontal)[-1]) for run in comparison.runs]
    wide = max(ends) > WIDE * min(ends)
    frame = _range(traces)
    note = _note(comparison, traces, frame)
    return go.Figure(
        traces,
        layout(
            colours,
            comparison.problem.surface.domain,
            meta={"caption": sentences([summary(comparison), note]), "note": note},
            margin={"l": 62, "r": 20, "t": 10, "b": 42},
            xaxis=axis(
                colours,
                _("{axis} (log scale)", axis=across) if wide else across,
                type="log" if wide else "linear",
                rangemode="tozero",
                exponentformat="none",
                separatethousands=True,
                dtick=1 if wide else None,
            ),
            yaxis=axis(colours, title, type="log", exponentformat="power", nticks=6, **frame),
            hovermode="closest",
        ),
    )


def _note(comparison: Comparison, traces: list[Any], frame: dict[str, Any]) -> str:
    """What lines and bands are of many replicas, and which lines end below the frame."""
    replicas = comparison.runs[0].replicas
    lowest = 10 ** frame["range"][0] if frame else 0.0
    below = [
        label(comparison.runs[trace.meta["run"]])
        for trace in traces
        if trace.meta["role"] != "band" and np.asarray(trace.y)[-1] < lowest
    ]
    return sentences(
        [
            _("Lines are medians of {replicas:,} replicas, bands their 5–95 %.", replicas=replicas)
            if replicas > 1
            else "",
            _("Going on below the frame: {sizes}.", sizes=listed(below)) if below else "",
        ]
    )


def positions(run: Run, horizontal: str) -> FloatArray:
    """Where the recorded points stand on a horizontal axis."""
    values: FloatArray = {
        "updates": run.paths.updates,
        "epochs": run.epoch,
        "examples_seen": run.examples_seen,
    }[horizontal].astype(np.float32)
    return values


def above(loss: FloatArray, floor: float) -> FloatArray:
    """Loss above the floor; what is not above it, or not finite, is a gap."""
    excess = loss - floor
    return np.where((excess > 0) & np.isfinite(excess), excess, np.nan).astype(np.float32)


def _range(traces: list[Any]) -> dict[str, Any]:
    """The axis' range in powers of ten, at most `DECADES` below the highest loss."""
    y = np.concatenate([np.asarray(t.y, float) for t in traces])
    y = y[np.isfinite(y)]
    if not y.size:
        return {}
    top, bottom = np.log10(y.max()), np.log10(y.min())
    return {"range": [float(max(bottom, top - DECADES) - 0.15), float(top + 0.15)]}
