"""Distributions of angles, one above the other: a ridge a batch size."""

from collections.abc import Sequence

import numpy as np

from app.figures.figure import Figure, scatter
from app.figures.layout import axis, chart
from app.figures.marks import upright
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.science.noise.directions import BatchAngles, summarise
from app.words.numbers import batch_size_label

BINS = 36  # of a histogram, over 180°
RIGHT_ANGLE = 90
HEIGHT = 0.75  # of each ridge; they stand 1 apart


def ridges_figure(
    ridges: Sequence[BatchAngles],
    examples: int,
    theme: str,
    *,
    title: str,
    beyond: str,
    caption: str,
    replica: int | None = None,
) -> Figure:
    """The share of the angles in each bin, all ridges equally high; mean and 5–95 % under it.

    Args:
        ridges: from the top.
        examples: N.
        theme: one of `THEMES`.
        title: of the angles' axis.
        beyond: what an angle of more than 90° means.
        caption: of the figure.
        replica: of a run whose angles they are.
    """
    colours = THEMES[theme]
    traces = []
    for row, (size, degrees) in enumerate(ridges):
        directions = summarise(degrees)
        if not directions:
            continue
        counts, edges = np.histogram(degrees, BINS, (0, 180))
        top = row - HEIGHT * counts / counts.max()
        traces.append(
            scatter(
                x=np.repeat(edges, 2),
                y=np.concatenate([[row], np.repeat(top, 2), [row]]),
                fill="toself",
                fillcolor=colours.batch_size(size, examples, 0.35),
                line={"width": 0},
                hoverinfo="skip",
                name=batch_size_label(size, examples),
                meta={
                    "role": "ridge",
                    "batch_size": size,
                    "replica": replica,
                    "facts": {
                        "kind": "share",
                        "x": (edges[:-1] + edges[1:]) / 2,
                        "y": counts / counts.sum(),
                    },
                },
            )
        )
        angle = directions.angle_degrees
        traces.append(
            scatter(
                x=[angle.p05, angle.mean, angle.p95],
                y=[row + 0.1] * 3,
                mode="lines+markers",
                line={"width": 3, "color": colours.batch_size(size, examples)},
                marker={"size": [0, 10, 0], "color": colours.batch_size(size, examples)},
                name=batch_size_label(size, examples),
                customdata=[[angle.p05, angle.mean, angle.p95, directions.uphill]] * 3,
                hovertemplate=(
                    _(
                        "mean %{customdata[1]:.1f}°<br>"
                        "5–95 %: %{customdata[0]:.1f}° to %{customdata[2]:.1f}°"
                    )
                    + "<br>%{customdata[3]:.1%} "
                    + _("of these {what}", what=beyond)
                ),
                meta={
                    "role": "spread",
                    "batch_size": size,
                    "replica": replica,
                    "facts": {
                        "kind": ["p05", "mean", "p95"],
                        "x": [angle.p05, angle.mean, angle.p95],
                        "y": None,
                    },
                },
            )
        )
    figure = chart(
        traces,
        colours,
        caption,
        margin=(112, 22, 22, 42),
        measures={"x": "angle_degrees", "y": "share"},
        xaxis=axis(
            colours,
            title,
            range=[0, 180],
            dtick=45,
            tickangle=0,
            ticksuffix="°",
            showgrid=False,
        ),
        yaxis=axis(
            colours,
            "",
            tickvals=list(range(len(ridges))),
            ticktext=[batch_size_label(size, examples) for size, _ in ridges],
            range=[len(ridges) - 0.7, -0.9],
            showgrid=False,
        ),
        hovermode="closest",
    )
    dotted = {"width": 1, "dash": "dot", "color": colours.text}
    figure.mark(upright(RIGHT_ANGLE, line=dotted))
    figure.annotate(
        text=_("beyond: {what}", what=beyond),
        x=RIGHT_ANGLE,
        xref="x",
        xanchor="center",
        y=1,
        yref="y domain",
        yanchor="bottom",
    )
    return figure


def say_instead(figure: Figure, text: str, height: float = 0.5) -> None:
    """Words where there is nothing to draw, at a height from 0 to 1 of the figure."""
    figure.annotate(text=text, xref="paper", yref="paper", x=0.5, y=height)
