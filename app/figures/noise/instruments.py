"""An instrument of Cockpit, read along runs."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from app.figures.noise.ridges import say_instead
from app.figures.noise.run_words import instrument_caption
from app.figures.theme import THEMES, axis, layout
from app.figures.words import batch_size_label
from app.language.speech import gettext as _
from app.science.noise.instruments import INSTRUMENTS
from app.science.noise.logs import Log
from app.science.problems.surface import FloatArray

# All readings span decades. Those of this one are at most 1: what they lack of it is drawn.
FROM_ONE = ("early-stopping",)


def instrument_figure(logs: Sequence[Log], instrument: str, theme: str) -> go.Figure:
    """Every reading a dot, against epochs, a colour a batch size; the threshold dashed."""
    colours = THEMES[theme]
    about = INSTRUMENTS[instrument]
    examples = logs[0].run.problem.size
    traces: list[go.Scatter] = []
    for log in logs:
        reading = log.readings[instrument]
        if reading.refused:
            continue
        size = log.run.batch_size
        traces.append(
            go.Scatter(
                x=log.epoch.astype(np.float32),
                y=_drawn(instrument, np.array(reading.values, dtype=np.float32)),
                mode="markers",
                marker={"size": 4, "color": colours.batch_size(size, examples, 0.8)},
                name=batch_size_label(size, examples),
                hovertemplate=_("epoch %{x:.2f}<br>%{y:.3~s}"),
                meta={"role": "readings", "batch_size": size},
            )
        )
    figure = go.Figure(
        traces,
        layout(
            colours,
            meta={"caption": instrument_caption(logs, instrument)},
            margin={"l": 62, "r": 12, "t": 10, "b": 42},
            xaxis=axis(colours, _("epochs")),
            yaxis=axis(
                colours,
                _("1 − criterion") if instrument in FROM_ONE else "",
                type="log",
                exponentformat="power",
                dtick=1,
            ),
            hovermode="closest",
        ),
    )
    if not traces:
        say_instead(figure, _("Refused for every batch size"))
    elif about.threshold is not None:
        line = {"width": 1.5, "dash": "dash", "color": colours.text}
        figure.add_hline(float(_drawn(instrument, np.array(about.threshold))), line=line)
    return figure


def _drawn(instrument: str, values: FloatArray) -> FloatArray:
    """What is drawn of readings on a logarithmic axis."""
    return 1 - values if instrument in FROM_ONE else values
