"""A larger batch instead of a smaller learning rate: where either way ends."""

import plotly.graph_objects as go

from app.figures.marks import error_bars
from app.figures.theme import THEMES, axis, layout
from app.language.speech import gettext as _
from app.science.floors.annealing import Annealing
from app.words.floors import annealing_caption


def annealing_figure(annealing: Annealing, examples: int, theme: str) -> go.Figure:
    """Floors of the last stage with 95 % intervals, and the updates that each way made."""
    colours = THEMES[theme]
    ways = (
        (_("rate divided"), annealing.decay),
        (_("batch multiplied"), annealing.growth),
    )
    return go.Figure(
        go.Bar(
            x=[
                _("{name}<br>{count:,} updates", name=name, count=floor.plan.updates)
                for name, floor in ways
            ],
            y=[floor.mean for _name, floor in ways],
            width=0.5,
            marker={
                "color": [
                    colours.batch_size(int(floor.plan.sizes[0]), examples, 0.7)
                    if floor is annealing.decay
                    else colours.batch_size(int(floor.plan.sizes.max()), examples, 0.7)
                    for name, floor in ways
                ]
            },
            error_y=error_bars((floor.error for _name, floor in ways), colours),
            hovertemplate="%{y:.3g}<extra></extra>",
            meta={"role": "floors"},
        ),
        layout(
            colours,
            meta={"caption": annealing_caption(annealing)},
            margin={"l": 66, "r": 14, "t": 12, "b": 56},
            xaxis=axis(colours, "", showgrid=False),
            yaxis=axis(
                colours, _("loss above the lowest minimum"), exponentformat="none", nticks=6
            ),
        ),
    )
