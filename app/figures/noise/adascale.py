"""AdaScale's gain at a point: how many updates S batches in one stand for."""

from collections.abc import Sequence

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import axis, chart
from app.figures.marks import uneven_bars
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.science.noise.adascale import SizeGains
from app.science.noise.point import PointNoise
from app.science.replicas import CONFIDENCE
from app.words.felt_noise import gain_caption
from app.words.numbers import batch_size_label


def adascale_figure(
    noise: PointNoise, gains: Sequence[SizeGains], draws: int, theme: str
) -> Figure:
    """A line a batch size, exact; dots with 95 % intervals are measured; dashed is S itself."""
    colours = THEMES[theme]
    batches = gains[0].batches
    traces: list[Part] = [
        scatter(
            x=batches,
            y=batches,
            mode="lines",
            line={"width": 1.2, "dash": "dash", "color": colours.text},
            name=_("as many as batches"),
            hoverinfo="name",
            meta={"role": "batches", "scenery": True},
        )
    ]
    for each in gains:
        colour = colours.batch_size(each.batch_size, noise.examples)
        label = batch_size_label(each.batch_size, noise.examples)
        meta = {"batch_size": each.batch_size}
        traces.append(
            scatter(
                x=each.batches,
                y=each.gains,
                mode="lines",
                line={"width": 1.8, "color": colour},
                name=label,
                hovertemplate=_("S = %{x:,}<br>gain %{y:.4~g}"),
                meta=meta | {"role": "adascale"},
            )
        )
        if each.measured:
            reach = [CONFIDENCE * one.error for one in each.measured]
            low = [min(r, 0.9 * one.value) for r, one in zip(reach, each.measured, strict=True)]
            traces.append(
                scatter(
                    x=[one.batches for one in each.measured],
                    y=[one.value for one in each.measured],
                    mode="markers",
                    marker={"size": 8, "color": colour},
                    error_y=uneven_bars(reach, low, colours.text),
                    name=_("{label}, measured", label=label),
                    hovertemplate=_("S = %{x:,}<br>measured %{y:.4~g}"),
                    meta=meta | {"role": "measured gain"},
                )
            )
    powers = {"type": "log", "dtick": 1}
    return chart(
        traces,
        colours,
        gain_caption(noise, gains, draws),
        margin=(62, 12, 10, 42),
        measures={"x": "batches", "y": "gain"},
        xaxis=axis(colours, _("S, batches for one (log scale)"), **powers),
        yaxis=axis(colours, _("gain, updates of one batch"), **powers),
        hovermode="closest",
    )
