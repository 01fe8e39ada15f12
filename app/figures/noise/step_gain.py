"""By how much one step lowers the loss on average, against batch size."""

from collections.abc import Sequence

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import axis, chart
from app.figures.marks import level, uneven_bars
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.science.arrays import FloatArray, IntArray
from app.science.replicas import CONFIDENCE
from app.science.steps.gain import Gain, StepGains
from app.words.noise_steps import gain_caption

DEEPEST = 1.5  # how far below 0 the picture reaches, in parts of the largest gain


def gain_figure(
    gains: StepGains, batch_sizes: IntArray, asked: Sequence[int], theme: str
) -> Figure:
    """Dots measured, lines by theory; filled and solid at ε, open and dashed at the best rate.

    Args:
        gains: what was measured.
        batch_sizes: through which theory is drawn.
        asked: batch sizes that the caption speaks of.
        theme: one of `THEMES`.
    """
    colours = THEMES[theme]
    traces: list[Part] = []
    if theory := gains.theory:
        sizes = batch_sizes.tolist()
        at_rate = np.array([theory.gain(gains.rate, size) for size in sizes])
        best = np.array([theory.best_gain(size) for size in sizes])
        traces += [
            _line(batch_sizes, best, "dash", _("theory, at the best rate"), "best law", colours),
            _line(batch_sizes, at_rate, "solid", _("theory, at ε"), "gain law", colours),
        ]
    if gains.best:
        name = _("measured, at the best rate")
        traces.append(_dots(gains, gains.best, "circle-open", name, "best gain", colours))
    traces.append(_dots(gains, gains.fixed, "circle", _("measured, at ε"), "gain", colours))
    low, high = _range(gains)
    drawn = [*gains.fixed, *(gains.best or ())]
    outside = sum(gain.mean < low for gain in drawn)
    figure = chart(
        traces,
        colours,
        gain_caption(gains, list(asked), outside),
        margin=(66, 12, 10, 42),
        measures={"x": "batch_size", "y": "fall_of_loss"},
        xaxis=axis(colours, _("batch size (log scale)"), type="log", dtick=1),
        yaxis=axis(
            colours, _("fall of the loss in one step"), range=[low, high], exponentformat="power"
        ),
        hovermode="closest",
    )
    zero = {"width": 1, "color": colours.text}
    figure.mark(level(0, line=zero, layer="below"))
    return figure


def _range(gains: StepGains) -> tuple[float, float]:
    """From the lowest mean, or not so deep, to a little above the highest."""
    means = np.array([gain.mean for gain in (*gains.fixed, *(gains.best or ()))])
    high, low = max(float(means.max()), 0.0), min(float(means.min()), 0.0)
    low = max(low, -DEEPEST * high) if high > 0 else low
    room = 0.08 * (high - low) or 1.0
    return low - room, high + room


def _line(
    batch_sizes: IntArray, gains: FloatArray, dash: str, name: str, role: str, theme: Theme
) -> Part:
    return scatter(
        x=batch_sizes,
        y=gains,
        mode="lines",
        line={"width": 1.5, "color": theme.text, "dash": dash},
        name=name,
        hoverinfo="name",
        meta={"role": role},
    )


def _dots(
    gains: StepGains, measured: Sequence[Gain], symbol: str, name: str, role: str, theme: Theme
) -> Part:
    colours = [theme.batch_size(size, gains.examples) for size in gains.batch_sizes]
    reach = [CONFIDENCE * gain.error for gain in measured]
    facts = {"learning_rate": [gain.rate for gain in measured]}
    return scatter(
        x=gains.batch_sizes,
        y=[gain.mean for gain in measured],
        mode="markers",
        marker={
            "size": 9,
            "symbol": symbol,
            "line": {"width": 1.8, "color": colours},
            "color": colours,
        },
        error_y=uneven_bars(reach, reach, theme.text),
        name=name,
        customdata=[[gain.rate, *gain.interval] for gain in measured],
        hovertemplate=_(
            "B = %{x:,}, ε = %{customdata[0]:.3g}<br>lowers the loss by %{y:.4g} "
            "(95 %: %{customdata[1]:.4g} to %{customdata[2]:.4g})"
        ),
        meta={"role": role, "facts": facts},
    )
