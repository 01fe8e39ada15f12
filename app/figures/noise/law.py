"""How the noise of a gradient falls with batch size: measured draws over the laws."""

from collections.abc import Sequence

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import POWERS, axis, chart
from app.figures.marks import uneven_bars
from app.figures.noise.ridges import say_instead
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.science.noise.cloud import Cloud
from app.science.noise.law import NoiseLaw
from app.science.noise.point import PointNoise
from app.words.noise_captions import law_caption

# A variance that is a smaller share of a single example's cannot be told from rounding.
LEAST_SHARE = 1e-7


def law_figure(
    noise: PointNoise,
    laws: tuple[NoiseLaw, NoiseLaw],
    clouds: tuple[Sequence[Cloud], Sequence[Cloud]],
    theme: str,
) -> Figure:
    """Above, the total variance of g_B against B; below, the mean cosine to the full gradient.

    Each pair is without replacement (filled, solid) and with (open, dashed). Bars are the
    measured trace's 95 % interval, and the 5–95 % range of the cosines.
    """
    colours = THEMES[theme]
    traces: list[Part] = []
    for law, drawn, replacement in zip(laws, clouds, (False, True), strict=True):
        traces += _trace_law(noise, law, drawn, colours, replacement=replacement)
        if law.cosine is not None:
            traces += _cosine_law(noise, law, drawn, colours, replacement=replacement)
    figure = chart(
        traces,
        colours,
        law_caption(clouds),
        margin=(66, 12, 10, 42),
        measures={"x": "batch_size", "y": "variance", "y2": "cosine"},
        xaxis=axis(colours, _("batch size (log scale)"), type="log", anchor="y2", dtick=1),
        yaxis=axis(colours, _("variance"), domain=[0.46, 1], **POWERS),
        yaxis2=axis(colours, _("cosine"), domain=[0, 0.36], range=_cosines(clouds)),
        hovermode="closest",
    )
    if noise.noiseless:
        say_instead(figure, _("No variance: all examples have the same gradient here"), 0.73)
        figure.layout["yaxis"]["showticklabels"] = False
    if noise.stationary:
        say_instead(figure, _("The full gradient is zero here: there is no angle to it"), 0.15)
    return figure


def _cosines(clouds: tuple[Sequence[Cloud], Sequence[Cloud]]) -> list[float]:
    """From the lowest cosine drawn, or from 0, to a little above 1."""
    lowest = [c.directions.cosine.p05 for drawn in clouds for c in drawn if c.directions]
    return [min([0.0, *lowest]) - 0.05, 1.08]


def _trace_law(
    noise: PointNoise,
    law: NoiseLaw,
    drawn: Sequence[Cloud],
    theme: Theme,
    *,
    replacement: bool,
) -> list[Part]:
    way = _way(replacement=replacement)
    predicted = np.where(law.trace > LEAST_SHARE * noise.trace, law.trace, np.nan)
    seen = [c for c in drawn if c.trace_measured > LEAST_SHARE * noise.trace]
    intervals = [c.trace_interval or (c.trace_measured,) * 2 for c in seen]
    return [
        scatter(
            x=law.batch_sizes,
            y=predicted,
            mode="lines",
            line=_line(theme, replacement=replacement),
            name=_("theory, {way}", way=way),
            hoverinfo="name",
            meta={"role": "trace law", "replacement": replacement},
        ),
        scatter(
            x=[c.batch_size for c in seen],
            y=[c.trace_measured for c in seen],
            mode="markers",
            marker=_marker(noise, seen, theme, replacement=replacement),
            error_y=uneven_bars(
                [hi - c.trace_measured for c, (_, hi) in zip(seen, intervals, strict=True)],
                [c.trace_measured - lo for c, (lo, _) in zip(seen, intervals, strict=True)],
                theme.text,
            ),
            name=_("measured, {way}", way=way),
            customdata=[
                [c.trace_predicted, lo, hi] for c, (lo, hi) in zip(seen, intervals, strict=True)
            ],
            hovertemplate=_(
                "B = %{x:,}<br>measured %{y:.4g} (95 %: %{customdata[1]:.4g} to "
                "%{customdata[2]:.4g})<br>predicted %{customdata[0]:.4g}"
            ),
            meta={"role": "trace", "replacement": replacement},
        ),
    ]


def _cosine_law(
    noise: PointNoise,
    law: NoiseLaw,
    drawn: Sequence[Cloud],
    theme: Theme,
    *,
    replacement: bool,
) -> list[Part]:
    way = _way(replacement=replacement)
    seen = [c for c in drawn if c.directions]
    cosines = [c.directions.cosine for c in seen if c.directions]
    return [
        scatter(
            x=law.batch_sizes,
            y=law.cosine,
            yaxis="y2",
            mode="lines",
            line=_line(theme, replacement=replacement),
            name=_("theory for Gaussian noise, {way}", way=way),
            hoverinfo="name",
            meta={"role": "cosine law", "replacement": replacement},
        ),
        scatter(
            x=[c.batch_size for c in seen],
            y=[cosine.mean for cosine in cosines],
            yaxis="y2",
            mode="markers",
            marker=_marker(noise, seen, theme, replacement=replacement),
            error_y=uneven_bars(
                [cosine.p95 - cosine.mean for cosine in cosines],
                [cosine.mean - cosine.p05 for cosine in cosines],
                theme.faint,
                width=0,
            ),
            name=_("measured, {way}", way=way),
            customdata=[[cosine.p05, cosine.p95] for cosine in cosines],
            hovertemplate=_(
                "B = %{x:,}<br>mean cosine %{y:.3f}<br>"
                "5–95 %: %{customdata[0]:.3f} to %{customdata[1]:.3f}"
            ),
            meta={"role": "cosine", "replacement": replacement},
        ),
    ]


def _way(*, replacement: bool) -> str:
    return _("with replacement") if replacement else _("without replacement")


def _line(theme: Theme, *, replacement: bool) -> dict[str, object]:
    return {"width": 1.5, "color": theme.text, "dash": "dash" if replacement else "solid"}


def _marker(
    noise: PointNoise, seen: Sequence[Cloud], theme: Theme, *, replacement: bool
) -> dict[str, object]:
    colours = [theme.batch_size(c.batch_size, noise.examples) for c in seen]
    return {
        "size": 8,
        "symbol": "circle-open" if replacement else "circle",
        "line": {"width": 1.5, "color": colours},
        "color": colours,
    }
