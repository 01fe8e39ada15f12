"""The largest learning rate that is stable in the mean square, against batch size."""

from collections.abc import Sequence

from app.figures.figure import Figure, scatter
from app.figures.layout import axis, chart
from app.figures.marks import level, uneven_bars
from app.figures.noise.ridges import say_instead
from app.figures.theme import THEMES, between
from app.language.speech import gettext as _
from app.science.steps.stable_rate import StableRates
from app.words.noise_steps import stable_caption, stable_refused

MEASURES = {"x": "batch_size", "y": "learning_rate"}
TOP = 1.15  # of the axis, in limits of the full batch


def stable_figure(rates: StableRates, asked: Sequence[int], rate: float, theme: str) -> Figure:
    """Dots from draws, a line by theory, shaded above it; dotted the learning rate ε asked for."""
    colours = THEMES[theme]
    top = TOP * rates.limit
    sizes = rates.batch_sizes
    measured = list(rates.measured.items())
    bars = [(m.interval[1] - m.rate, m.rate - m.interval[0]) for _size, m in measured]
    figure = chart(
        [
            scatter(
                x=sizes,
                y=rates.exact,
                mode="lines",
                line={"width": 1.5, "color": colours.text},
                name=_("theory"),
                hoverinfo="name",
                meta={"role": "law"},
            ),
            scatter(
                x=sizes,
                y=[top] * len(sizes),
                mode="lines",
                line={"width": 0},
                fill="tonexty",
                fillcolor=between(colours.paper, colours.text, 0.08),
                hoverinfo="skip",
                name=_("not stable"),
                meta={"role": "shade", "scenery": True},
            ),
            scatter(
                x=[size for size, _measured in measured],
                y=[m.rate for _size, m in measured],
                mode="markers",
                marker={
                    "size": 9,
                    "color": [colours.batch_size(size, rates.examples) for size, _m in measured],
                },
                error_y=uneven_bars(
                    [above for above, _below in bars],
                    [below for _above, below in bars],
                    colours.text,
                ),
                name=_("measured"),
                customdata=[m.interval for _size, m in measured],
                hovertemplate=_(
                    "B = %{x:,}<br>stable up to %{y:.4g} "
                    "(95 %: %{customdata[0]:.4g} to %{customdata[1]:.4g})"
                ),
                meta={"role": "largest rates", "facts": {"kind": "measured"}},
            ),
        ],
        colours,
        stable_caption(rates, list(asked), rate),
        margin=(62, 12, 10, 42),
        measures=MEASURES,
        columns=("low", "high"),
        xaxis=axis(colours, _("batch size (log scale)"), type="log", dtick=1),
        yaxis=axis(colours, _("learning rate"), range=[0, top]),
        hovermode="closest",
    )
    lines = [(rates.limit, "dash", "2/λ", 0, "left")]
    if rate < top:
        lines.append((rate, "dot", f"ε = {rate:g}", 1, "right"))
    for height, dash, text, x, side in lines:
        figure.mark(level(height, line={"width": 1, "dash": dash, "color": colours.text}))
        figure.annotate(
            text=text,
            x=x,
            xref="x domain",
            xanchor=side,
            y=height,
            yref="y",
            yanchor="bottom",
        )
    return figure


def stable_refused_figure(reason: str, theme: str) -> Figure:
    """Words where nothing can be drawn."""
    colours = THEMES[theme]
    figure = chart(
        [],
        colours,
        stable_refused(reason),
        margin=(62, 12, 10, 42),
        measures=MEASURES,
        columns=("low", "high"),
        xaxis=axis(colours, _("batch size (log scale)"), showticklabels=False, ticks=""),
        yaxis=axis(colours, _("learning rate"), showticklabels=False, ticks=""),
    )
    say_instead(figure, _("No largest stable rate is defined here"))
    return figure
