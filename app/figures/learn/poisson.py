"""How many examples the Poisson batches of an epoch have."""

import math

import numpy as np

from app.figures.figure import Figure, bar, scatter
from app.figures.layout import axis, chart
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.science.arrays import IntArray
from app.science.draws import expected_sizes
from app.science.epoch_plan import EpochPlan
from app.words.epoch_plan import poisson_caption

BINS = 60  # sizes beside each other, at most; of more, several share a bar
REACH = 4  # standard deviations on either side of the mean that are always drawn


def poisson_figure(plan: EpochPlan, drawn: tuple[IntArray, int] | None, theme: str) -> Figure:
    """Batches of each size, beside how many are expected to have it.

    ``drawn`` are the sizes and how many examples are in no batch; None where there are too many
    examples and batches to draw them.
    """
    colours = THEMES[theme]
    mean, n = plan.batch_size, plan.examples
    reach = REACH * math.sqrt(mean * (1 - mean / n)) + 1
    sizes = None if drawn is None else drawn[0]
    ends = [mean - reach, mean + reach] + ([] if sizes is None else [sizes.min(), sizes.max()])
    first, last = max(0, math.floor(min(ends))), min(n, math.ceil(max(ends)))
    width = -(-(last - first + 1) // BINS)
    edges = np.arange(first, last + width + 1, width)
    x = edges[:-1] + (width - 1) / 2
    colour = colours.batch_size(mean, n)
    bars = (
        []
        if sizes is None
        else [
            bar(
                x=x,
                y=np.histogram(sizes, np.append(edges[:-1], edges[-1] - 0.5))[0],
                marker={"color": colour},
                name=_("drawn"),
                hovertemplate="%{y:,}",
                meta={"role": "drawn", "batch_size": mean},
            )
        ]
    )
    marks = scatter(
        x=x,
        y=expected_sizes(plan, edges),
        mode="markers",
        marker={"symbol": "line-ew", "size": 9, "line": {"width": 2, "color": colours.text}},
        name=_("expected"),
        hovertemplate="%{y:,.1f}",
        meta={"role": "expected", "batch_size": mean},
    )
    return chart(
        [*bars, marks],
        colours,
        poisson_caption(plan, drawn),
        margin=(66, 12, 10, 46),
        columns=("size",),
        measures={"x": "examples_in_batch", "y": "batches"},
        xaxis=axis(colours, _("examples in a batch"), showgrid=False),
        yaxis=axis(colours, _("batches"), rangemode="tozero"),
    )
