"""The noise scale that an adaptive rule feels at a point, against batch size, beside the plain."""

from collections.abc import Sequence

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import POWERS, axis, chart
from app.figures.noise.ridges import say_instead
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.science.noise.preconditioned import FeltScales
from app.words.felt_noise import felt_caption


def felt_figure(felt: FeltScales, asked: Sequence[int], theme: str) -> Figure:
    """A line exact, dots with what draws measured; dashed the plain scale, dotted y = B."""
    colours = THEMES[theme]
    noise, sizes = felt.noise, felt.batch_sizes
    traces: list[Part] = []
    drawn = noise.noise_scale is not None and not noise.noiseless
    if drawn:
        ends = sizes[[0, -1]]
        for y, dash, role, name in (
            ([noise.noise_scale] * 2, "dash", "plain noise scale", _("plain noise scale")),
            (ends, "dot", "batch size", _("the batch size itself")),
        ):
            traces.append(
                scatter(
                    x=ends,
                    y=y,
                    mode="lines",
                    line={"width": 1.2, "dash": dash, "color": colours.text},
                    name=name,
                    hoverinfo="name",
                    meta={"role": role},
                )
            )
        traces.append(
            scatter(
                x=sizes,
                y=felt.scales,
                mode="lines",
                line={"width": 1.8, "color": colours.text},
                name=_("felt by RMSprop and Adam"),
                hovertemplate=_("B = %{x:,}<br>noise scale %{y:.3~s}"),
                meta={"role": "felt noise scale"},
            )
        )
        measured = felt.measured or {}
        traces.append(
            scatter(
                x=[*measured],
                y=[*measured.values()],
                mode="markers",
                marker={
                    "size": 9,
                    "color": [colours.batch_size(size, noise.examples) for size in measured],
                },
                name=_("measured"),
                hovertemplate=_("B = %{x:,}<br>measured %{y:.3~s}"),
                meta={"role": "measured felt noise scale"},
            )
        )
    figure = chart(
        traces,
        colours,
        felt_caption(felt, asked),
        margin=(62, 12, 10, 42),
        measures={"x": "batch_size", "y": "noise_scale"},
        xaxis=axis(colours, _("batch size (log scale)"), type="log", dtick=1),
        yaxis=axis(colours, _("noise scale, examples"), **POWERS),
        hovermode="closest",
    )
    if not drawn:
        said = (
            _("The full gradient is zero here")
            if noise.stationary
            else _("No variance: all examples have the same gradient here")
        )
        say_instead(figure, said)
    return figure
