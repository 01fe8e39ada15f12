"""Mini-batch gradients in gradient space, with the ellipses that should and do hold them."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from app.figures.layout import axis, chart
from app.figures.plane import count_outside
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.science.ellipse import ellipse
from app.science.noise.cloud import Cloud
from app.science.noise.point import PointNoise
from app.science.problems.surface import Surface
from app.words.noise_captions import cloud_caption
from app.words.numbers import batch_size_label

LEVEL = 0.95  # share of Gaussian draws inside an ellipse
SHOWN = 0.995  # the axes reach to this quantile of the gradients


def cloud_figure(
    surface: Surface, noise: PointNoise, clouds: Sequence[Cloud], theme: str
) -> go.Figure:
    """Every draw a dot; its size's predicted (line) and measured (dots) 95 % ellipse about G.

    Both axes have one scale, so that an anisotropic cloud looks it.
    """
    colours = THEMES[theme]
    traces = []
    ordered = sorted(clouds, key=lambda cloud: cloud.batch_size)
    for cloud in ordered:
        colour = colours.batch_size(cloud.batch_size, noise.examples)
        label = batch_size_label(cloud.batch_size, noise.examples)
        x, y = cloud.gradients.T.astype(np.float32)
        still = not np.any(cloud.covariance_measured)
        traces.append(
            go.Scatter(
                x=x[:1] if still else x,
                y=y[:1] if still else y,
                mode="markers",
                marker={
                    "size": 9 if still else 4,
                    "color": colour if still else _pale(theme, cloud, noise),
                },
                name=label,
                hovertemplate="(%{x:.3f}, %{y:.3f})",
                meta={"role": "draws", "batch_size": cloud.batch_size},
            )
        )
    for cloud in ordered:
        colour = colours.batch_size(cloud.batch_size, noise.examples)
        for role, covariance, dash in (
            ("predicted", cloud.covariance_predicted, "solid"),
            ("measured", cloud.covariance_measured, "dot"),
        ):
            if not np.any(covariance):
                continue
            x, y = ellipse(noise.gradient, covariance, LEVEL).T
            traces.append(
                go.Scatter(
                    x=x.astype(np.float32),
                    y=y.astype(np.float32),
                    mode="lines",
                    line={"width": 2, "color": colour, "dash": dash},
                    hoverinfo="skip",
                    meta={"role": role, "batch_size": cloud.batch_size},
                )
            )
    for role, (x, y), symbol, size, name in (
        ("gradient", noise.gradient, "cross-thin", 12, _("G, the full gradient")),
        ("zero", (0.0, 0.0), "circle-open", 8, _("no gradient")),
    ):
        traces.append(
            go.Scatter(
                x=[x],
                y=[y],
                mode="markers",
                marker={
                    "symbol": symbol,
                    "size": size,
                    "color": colours.text,
                    "line": {"width": 2, "color": colours.text},
                },
                name=name,
                hovertemplate="(%{x:.3f}, %{y:.3f})",
                meta={"role": role},
            )
        )
    names = [_("∂ loss / ∂ {weight}", weight=name.split()[-1]) for name in surface.parameters]
    x_range, y_range = ranges = _ranges(noise, clouds)
    outside = sum(count_outside(cloud.gradients, ranges) for cloud in clouds)
    return chart(
        traces,
        colours,
        cloud_caption(noise, clouds, outside),
        margin=(56, 12, 10, 42),
        within=surface.domain,
        xaxis=axis(colours, names[0], range=x_range, constrain="domain"),
        yaxis=axis(colours, names[1], range=y_range, constrain="domain", scaleanchor="x"),
        hovermode="closest",
    )


def _pale(theme: str, cloud: Cloud, noise: PointNoise) -> str:
    return THEMES[theme].batch_size(cloud.batch_size, noise.examples, 0.4)


def _ranges(noise: PointNoise, clouds: Sequence[Cloud]) -> list[list[float]]:
    """Ranges of both axes: the ellipses, G, zero and nearly all draws; a few may lie outside."""
    shown = [np.zeros((1, 2)), noise.gradient[None]]
    for cloud in clouds:
        shown.append(np.quantile(cloud.gradients, (1 - SHOWN, SHOWN), axis=0))
        shown.append(ellipse(noise.gradient, cloud.covariance_predicted, LEVEL))
        shown.append(ellipse(noise.gradient, cloud.covariance_measured, LEVEL))
    values = np.concatenate(shown)
    low, high = values.min(axis=0), values.max(axis=0)
    room = np.where(high > low, 0.06 * (high - low), 1.0)
    ranges: list[list[float]] = np.column_stack([low - room, high + room]).tolist()
    return ranges
