"""The same examples in other orders: the loss under each way of sampling."""

from collections.abc import Mapping

import numpy as np
import plotly.graph_objects as go

from app.figures.loss import above, positions
from app.figures.theme import THEMES, axis, layout
from app.language.speech import clauses, ngettext, sentences
from app.language.speech import gettext as _
from app.science.comparison import Run
from app.science.lowest import lowest_loss
from app.science.sampling import SAMPLINGS
from app.words.runs import number


def orders_figure(runs: Mapping[str, Run], theme: str) -> go.Figure:
    """The median loss over replicas under each sampling, at one batch size."""
    colours = THEMES[theme]
    first = next(iter(runs.values()))
    minima = first.problem.minima
    floor = lowest_loss(first.problem) or 0.0
    return go.Figure(
        [
            go.Scatter(
                x=positions(run, "epochs")[run.band_index],
                y=above(run.loss_band[1], floor),
                mode="lines",
                line={
                    "width": 2,
                    # Colour is for batch size; what differs here is the line.
                    "dash": SAMPLINGS[sampling].dash,
                    "color": colours.batch_size(run.batch_size, run.problem.size),
                },
                name=sampling,
                hovertemplate="%{y:.3g}",
            )
            for sampling, run in runs.items()
        ],
        layout(
            colours,
            meta={"caption": orders_caption(runs)},
            margin={"l": 62, "r": 12, "t": 10, "b": 42},
            showlegend=True,
            legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
            xaxis=axis(colours, _("epochs")),
            yaxis=axis(
                colours,
                _("loss above the lowest minimum") if minima else _("loss"),
                type="log",
                exponentformat="power",
                nticks=6,
            ),
        ),
    )


def orders_caption(runs: Mapping[str, Run]) -> str:
    """Where each order ends."""
    first = next(iter(runs.values()))
    minima = first.problem.minima
    floor = lowest_loss(first.problem) or 0.0
    ends = [
        _("{sampling}: {end}", sampling=sampling, end=_end(run, floor))
        for sampling, run in runs.items()
    ]
    template = (
        _("Late loss above the lowest minimum, B = {size:,}: {ends}.")
        if minima
        else _("Late loss, B = {size:,}: {ends}.")
    )
    return sentences(
        [
            template.format(size=first.batch_size, ends=clauses(ends)),
            ngettext("One run of each.", "Lines are medians of {count} replicas.", first.replicas),
        ]
    )


def _end(run: Run, floor: float) -> str:
    """Where the replicas end that do."""
    lost = int(np.count_nonzero(run.paths.diverged_at))
    if lost == run.replicas:
        return _("diverged")
    loss = number(run.late.level - floor)
    return (
        _("{loss} ({lost} of {all} diverged)", loss=loss, lost=lost, all=run.replicas)
        if lost
        else loss
    )
