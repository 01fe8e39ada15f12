"""Runs at one batch size that differ in one thing: their losses, a line each."""

from collections.abc import Mapping
from typing import NamedTuple

from app.figures.figure import Figure, scatter
from app.figures.layout import POWERS, axis, chart
from app.figures.loss import above, loss_name, positions
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.science.comparison import Run
from app.science.lowest import lowest_loss


class Way(NamedTuple):
    """A line: its run, its dash as Plotly calls it, and columns of its data that say what it is."""

    run: Run
    dash: str
    facts: dict[str, str]


def medians_figure(ways: Mapping[str, Way], caption: str, theme: str) -> Figure:
    """The median loss over replicas of each, by its name."""
    colours = THEMES[theme]
    first = next(iter(ways.values())).run
    floor = lowest_loss(first.problem) or 0.0
    return chart(
        [
            scatter(
                x=positions(run, "epochs")[run.band_index],
                y=above(run.loss_band[1], floor),
                mode="lines",
                line={
                    "width": 2,
                    # Colour is for batch size; what differs here is the line.
                    "dash": dash,
                    "color": colours.batch_size(run.batch_size, run.problem.size),
                },
                name=name,
                hovertemplate="%{y:.3g}",
                meta={"role": "median", "batch_size": run.batch_size, "facts": facts},
            )
            for name, (run, dash, facts) in ways.items()
        ],
        colours,
        caption,
        margin=(62, 12, 10, 42),
        measures={"x": "epochs", "y": loss_name(first.problem)},
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        xaxis=axis(colours, _("epochs")),
        yaxis=axis(
            colours,
            _("loss above the lowest minimum") if first.problem.minima else _("loss"),
            **POWERS,
        ),
    )
