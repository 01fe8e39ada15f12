"""How often each example comes in an epoch that is drawn with replacement."""

import numpy as np

from app.figures.figure import Figure, bar, scatter
from app.figures.layout import axis, chart
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.science.arrays import IntArray
from app.science.draws import expected_times
from app.science.epoch_plan import EpochPlan
from app.words.epoch_plan import draws_caption

TIMES = 12  # in 10⁹ draws from as many examples, less than one is expected to come more often


def draws_figure(plan: EpochPlan, times: IntArray | None, theme: str) -> Figure:
    """Examples that came never, once, twice, …, beside how many are expected to.

    ``times`` is how often each example came, None where there are too many to draw them.
    """
    colours = THEMES[theme]
    came = None if times is None else np.bincount(times)
    most = TIMES if came is None else len(came) - 1
    expected = expected_times(plan.examples, plan.examples_used, most)
    x = np.arange(most + 1)
    bars = (
        []
        if came is None
        else [
            bar(
                x=x,
                y=came,
                marker={"color": colours.batch_size(plan.batch_size, plan.examples)},
                name=_("drawn"),
                hovertemplate="%{y:,}",
                meta={"role": "drawn", "batch_size": plan.batch_size},
            )
        ]
    )
    marks = scatter(
        x=x,
        y=expected,
        mode="markers",
        marker={"symbol": "line-ew", "size": 26, "line": {"width": 3, "color": colours.text}},
        name=_("expected"),
        hovertemplate="%{y:,.1f}",
        meta={"role": "expected", "batch_size": plan.batch_size},
    )
    return chart(
        [*bars, marks],
        colours,
        draws_caption(plan, came, expected),
        margin=(66, 12, 10, 46),
        columns=("size",),
        measures={"x": "times_drawn", "y": "examples"},
        xaxis=axis(colours, _("how often it came"), dtick=1, showgrid=False),
        yaxis=axis(colours, _("examples"), rangemode="tozero"),
    )
