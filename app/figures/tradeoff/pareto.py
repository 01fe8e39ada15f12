"""Updates against examples to the target: what one costs in the other."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import plotly.graph_objects as go

from app.figures.theme import THEMES, axis, layout
from app.figures.tradeoff.marks import log_axis, measured
from app.language.speech import gettext as _
from app.science.optimizers import OPTIMIZERS
from app.science.tradeoff.swept import Swept
from app.words.tradeoff_captions import pareto_caption

POINTS = 80  # of the hyperbola
REACH = 30.0  # in critical batch sizes, how far it is drawn


def pareto_figure(sweeps: Sequence[Swept], theme: str) -> go.Figure:
    """A point a batch size, the fitted hyperbola with its two asymptotes, and its knee."""
    colours = THEMES[theme]
    traces: list[Any] = []
    for swept in sweeps:
        if not swept.reached:
            continue
        optimizer = swept.sweep.optimizer
        if swept.fit:
            least, most = swept.fit.updates.value, swept.fit.examples.value
            critical = swept.fit.batch_size.value
            sizes = critical * np.geomspace(1 / REACH, REACH, POINTS)
            updates = swept.fit.updates_at(sizes)
            traces.append(
                go.Scatter(
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
                go.Scatter(
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
    return go.Figure(
        traces,
        layout(
            colours,
            meta={"caption": pareto_caption(sweeps)},
            margin={"l": 74, "r": 14, "t": 12, "b": 42},
            xaxis=axis(
                colours, _("updates to the target (parallel depth)"), **log_axis(traces, "x")
            ),
            yaxis=axis(colours, _("examples to the target (total work)"), **log_axis(traces, "y")),
            hovermode="closest",
        ),
    )
