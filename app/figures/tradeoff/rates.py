"""The learning rate that suits each batch size best."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures.figure import Figure, scatter
from app.figures.layout import axis, chart
from app.figures.theme import THEMES
from app.figures.tradeoff.marks import log_axis, measured, size_axis
from app.language.speech import gettext as _
from app.science.tradeoff.sweep_result import SweepResult
from app.words.tradeoff_captions import rates_caption


def rates_figure(sweeps: Sequence[SweepResult], theme: str) -> Figure:
    """Best rate against B; from the smallest batch size, where B and √B would take it."""
    colours = THEMES[theme]
    traces: list[Any] = []
    for swept in sweeps:
        if not swept.reached:
            continue
        sizes = np.array([t.batch_size for t in swept.reached], dtype=np.float64)
        first = swept.reached[0].learning_rate or 0.0
        optimizer = swept.sweep.optimizer
        for name, rule, power, dash in (
            (_("linear scaling, {optimizer}", optimizer=optimizer), "linear", 1.0, "dash"),
            (_("sqrt scaling, {optimizer}", optimizer=optimizer), "sqrt", 0.5, "dot"),
        ):
            traces.append(
                scatter(
                    x=sizes,
                    y=first * (sizes / sizes[0]) ** power,
                    mode="lines",
                    line={"width": 1.2, "color": colours.faint, "dash": dash},
                    name=name,
                    hoverinfo="name",
                    meta={"role": rule, "optimizer": optimizer},
                )
            )
        traces.append(
            measured(
                swept,
                colours,
                sizes.tolist(),
                [t.learning_rate or 0.0 for t in swept.reached],
                _("learning rate %{y:.3g}"),
            )
        )
    rates = [t.learning_rate or 1.0 for swept in sweeps for t in swept.reached] or [1.0]
    return chart(
        traces,
        colours,
        rates_caption(sweeps),
        margin=(74, 14, 12, 42),
        columns=("optimizer",),
        measures={"x": "batch_size", "y": "learning_rate"},
        xaxis=axis(colours, _("batch size (log scale)"), **size_axis(sweeps)),
        yaxis=axis(
            colours,
            _("best learning rate"),
            **log_axis(rates),
            # The lines of the rules may go far beyond every rate that was tried.
            range=[float(np.log10(min(rates)) - 0.3), float(np.log10(max(rates)) + 0.6)],
        ),
        hovermode="closest",
    )
