"""The data of a network's run, the mini-batch of an update lit, and the boundary after it."""

import numpy as np

from app.figures.figure import Figure, scatter
from app.figures.layout import chart
from app.figures.moment import LEGEND
from app.figures.network.boundary import MEASURES
from app.figures.network.lines import boundary_lines
from app.figures.network.rows import frame_axes, row_marks
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.science.arrays import IntArray
from app.science.networks.frame import Frame
from app.science.networks.result import NetworkRuns
from app.science.networks.seen import seen_at
from app.words.network.boundary import moment_caption
from app.words.run_label import run_label

MOST = 1000  # rows drawn besides the mini-batch, and as many of it


def moment_figure(
    runs: NetworkRuns,
    frame: Frame,
    theme: str,
    batch_size: int,
    update: int,
    optimizer: str | None = None,
) -> Figure:
    """The first replica of a batch size after the latest recorded update up to one.

    Roles: others, batch and boundary; ``customdata`` of rows are their numbers.

    Args:
        runs: of several batch sizes.
        frame: its `frame_of`.
        theme: one of `THEMES`.
        batch_size, update: which point of which run.
        optimizer: of which update rule; None for the first one.

    Raises:
        ParameterError: as `seen_at`.
    """
    colours, spec = THEMES[theme], runs.spec
    seen = seen_at(runs, frame, batch_size, update, optimizer)
    train = spec.split(0).train
    lit = np.unique(seen.examples)
    others = np.setdiff1d(np.arange(train.size), lit)
    bright = colours.batch_size(batch_size, spec.examples)
    label = run_label(batch_size, spec.examples, seen.rule)
    rule = {} if seen.rule.alone else {"optimizer": seen.rule.name}
    traces = list(
        row_marks(
            spec, frame, train, _thinned(others),
            colour=colours.contour, size=6, role="others", said="", opacity=0.8,
        )
    )  # fmt: skip
    line = boundary_lines(seen.answers, frame)
    if len(line):
        x, y = line.T.astype(np.float32)
        traces.append(
            scatter(
                x=x,
                y=y,
                mode="lines",
                line={"width": 3, "color": colours.text},
                name=_("boundary"),
                hoverinfo="name",
                showlegend=True,
                meta={"role": "boundary"},
            )
        )
    traces += row_marks(
        spec, frame, train, _thinned(lit),
        colour=bright, size=max(7.0, 12 - np.log2(max(len(lit), 1)) / 2), role="batch", said=label,
    )  # fmt: skip
    known = False
    for trace in traces:
        if trace["meta"]["role"] == "others":
            continue
        trace["meta"] |= {"batch_size": batch_size, **rule, "replica": 0}
        # Classes are known by their other examples, if there are any.
        trace["showlegend"] &= not (known and len(others))
        known |= trace["meta"]["role"] == "batch"
    x_axis, y_axis = frame_axes(spec, frame, colours)
    drawn = min(len(others), MOST) + min(len(lit), MOST)
    return chart(
        traces,
        colours,
        moment_caption(runs, seen, frame, drawn),
        margin=(52, 12, 50, 42),
        measures=MEASURES,
        within=[spec.data, spec.inputs],
        xaxis=x_axis,
        yaxis=y_axis,
        hovermode="closest",
        showlegend=True,
        legend=LEGEND,
    )


def _thinned(rows: IntArray) -> IntArray:
    """As many of them as are drawn, evenly."""
    return rows[np.linspace(0, len(rows) - 1, min(len(rows), MOST)).round().astype(np.int64)]
