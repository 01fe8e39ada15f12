"""Updates against examples to the target: what one costs in the other."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures.figure import Figure, scatter
from app.figures.layout import axis, chart
from app.figures.theme import THEMES
from app.figures.tradeoff.labels import annotations, place_labels
from app.figures.tradeoff.marks import log_axis, measured, size_text
from app.language.speech import gettext as _
from app.science.arrays import FloatArray
from app.science.optimizers import OPTIMIZERS
from app.science.tradeoff.sweep_result import SweepResult
from app.words.tradeoff_captions import pareto_caption

POINTS = 80  # of the drawn hyperbola
ROOM = 0.16  # about the points, in parts of what they span
LEAST = 0.5  # decades
REACH = 30.0  # it is drawn from 1/30 of the critical batch size to 30 times that


def pareto_figure(sweeps: Sequence[SweepResult], theme: str) -> Figure:
    """A point a batch size, labelled, the fitted hyperbola with asymptotes, and its knee."""
    colours = THEMES[theme]
    traces: list[Any] = []
    arrived = [swept for swept in sweeps if swept.reached]
    for swept in arrived:
        optimizer = swept.sweep.optimizer
        if swept.fit:
            least, most = swept.fit.updates.value, swept.fit.examples.value
            critical = swept.fit.batch_size.value
            sizes = critical * np.geomspace(1 / REACH, REACH, POINTS)
            updates = swept.fit.updates_at(sizes)
            traces.append(
                scatter(
                    x=updates,
                    y=sizes * updates,
                    mode="lines",
                    line={"width": 1.6, "color": colours.text, "dash": OPTIMIZERS[optimizer].dash},
                    name=_("approximate fit, {optimizer}", optimizer=optimizer),
                    hoverinfo="name",
                    meta={"role": "fit", "optimizer": optimizer},
                )
            )
            traces.append(
                scatter(
                    x=[2 * least],
                    y=[2 * most],
                    mode="markers",
                    marker={
                        "symbol": "x-thin",
                        "size": 13,
                        "line": {"width": 2.5, "color": colours.text},
                    },
                    name=_(
                        "critical batch size {size:.3g}, {optimizer}",
                        size=critical,
                        optimizer=optimizer,
                    ),
                    hoverinfo="name",
                    meta={"role": "critical", "optimizer": optimizer},
                )
            )
        traces.append(
            measured(
                swept,
                colours,
                [t.updates[1] or 0 for t in swept.reached],
                [t.examples[1] or 0 for t in swept.reached],
                _("%{x:,} updates<br>%{y:,} examples"),
            )
        )
    reached = [(swept, tuned) for swept in arrived for tuned in swept.reached]
    points = np.log10([[tuned.updates[1] or 1, tuned.examples[1] or 1] for _s, tuned in reached])
    points = points.reshape(-1, 2)
    low, high = _frame(points)
    figure = chart(
        traces,
        colours,
        pareto_caption(sweeps),
        margin=(74, 14, 12, 42),
        columns=("optimizer",),
        measures={"x": "updates", "y": "examples"},
        xaxis=axis(
            colours,
            _("updates to the target (parallel depth)"),
            **log_axis((10 ** points[:, 0]).tolist()),
            range=[low[0], high[0]],
        ),
        yaxis=axis(
            colours,
            _("examples to the target (total work)"),
            **log_axis((10 ** points[:, 1]).tolist()),
            range=[low[1], high[1]],
        ),
        hovermode="closest",
    )
    texts = [
        size_text(tuned.batch_size, swept.sweep.examples, named=k == 0)
        for k, (swept, tuned) in enumerate(reached)
    ]
    drawn = [np.log10([t["x"], t["y"]]).T for t in traces if t["mode"] != "markers" and len(t["x"])]
    lines = (np.concatenate(drawn) - low) / (high - low) if drawn else np.empty((0, 2))
    placed = place_labels((points - low) / (high - low), texts, lines)
    figure.layout["annotations"] = annotations(points, texts, placed, colours)
    return figure


def _frame(points: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The axes' ends: about all points, with room for labels; the fit may go on beyond them."""
    if not len(points):
        return np.zeros(2), np.ones(2)
    low, high = points.min(axis=0), points.max(axis=0)
    room = ROOM * np.maximum(high - low, LEAST)
    return low - room, high + room
