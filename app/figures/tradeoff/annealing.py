"""A larger batch instead of a smaller learning rate: where either way ends."""

from app.figures.figure import Figure, bar
from app.figures.layout import axis, chart
from app.figures.marks import error_bars
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.science.floors.annealing import Annealing
from app.words.floors import annealing_caption


def annealing_figure(annealing: Annealing, examples: int, theme: str) -> Figure:
    """Floors of the last stage with 95 % intervals, and the updates that each way made."""
    colours = THEMES[theme]
    decay, growth = annealing.decay, annealing.growth
    # Of each way its name, where it ends, and the batch size that it ends with.
    ways = (
        (_("rate divided"), decay, int(decay.plan.sizes[0])),
        (_("batch multiplied"), growth, int(growth.plan.sizes.max())),
    )
    means = [floor.mean for _name, floor, _size in ways]
    return chart(
        [
            bar(
                x=[
                    _("{name}<br>{count:,} updates", name=name, count=floor.plan.updates)
                    for name, floor, _size in ways
                ],
                y=means,
                width=0.5,
                marker={
                    "color": [
                        colours.batch_size(size, examples, 0.7) for _name, _floor, size in ways
                    ]
                },
                error_y=error_bars((floor.error for _name, floor, _size in ways), colours),
                hovertemplate="%{y:.3g}<extra></extra>",
                meta={
                    "role": "floors",
                    "batch_size": [size for _name, _floor, size in ways],
                    "facts": {
                        "kind": ["rate_divided", "batch_multiplied"],
                        "x": [floor.plan.updates for _name, floor, _size in ways],
                        "y": means,
                    },
                },
            )
        ],
        colours,
        annealing_caption(annealing),
        margin=(66, 14, 12, 56),
        measures={"x": "updates", "y": "loss_above_lowest"},
        xaxis=axis(colours, "", showgrid=False),
        yaxis=axis(colours, _("loss above the lowest minimum"), exponentformat="none", nticks=6),
    )
