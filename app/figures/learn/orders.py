"""The same examples in other orders: the loss under each way of sampling."""

from collections.abc import Mapping

from app.figures.figure import Figure, scatter
from app.figures.layout import POWERS, axis, chart
from app.figures.loss import above, loss_name, positions
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.science.comparison import Run
from app.science.lowest import lowest_loss
from app.science.sampling import SAMPLINGS
from app.words.orders import orders_caption


def orders_figure(runs: Mapping[str, Run], theme: str) -> Figure:
    """The median loss over replicas under each sampling, at one batch size."""
    colours = THEMES[theme]
    first = next(iter(runs.values()))
    minima = first.problem.minima
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
                    "dash": SAMPLINGS[sampling].dash,
                    "color": colours.batch_size(run.batch_size, run.problem.size),
                },
                name=sampling,
                hovertemplate="%{y:.3g}",
                meta={
                    "role": "median",
                    "batch_size": run.batch_size,
                    "facts": {"sampling": sampling},
                },
            )
            for sampling, run in runs.items()
        ],
        colours,
        orders_caption(runs),
        margin=(62, 12, 10, 42),
        measures={"x": "epochs", "y": loss_name(first.problem)},
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        xaxis=axis(colours, _("epochs")),
        yaxis=axis(
            colours,
            _("loss above the lowest minimum") if minima else _("loss"),
            **POWERS,
        ),
    )
