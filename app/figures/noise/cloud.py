"""Mini-batch gradients in gradient space, with the ellipses that should and do hold them."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures.arrays import short
from app.figures.figure import Figure, Part, scatter
from app.figures.layout import axis, chart
from app.figures.marks import GRADIENT
from app.figures.noise.cloud_view import (
    INSET,
    LEVEL,
    CloudView,
    cloud_view,
    inset_view,
    small_clouds,
)
from app.figures.plane import count_outside
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.science.arrays import FloatArray
from app.science.ellipse import ellipse
from app.science.noise.cloud import Cloud
from app.science.noise.point import PointNoise
from app.science.problems.surface import Surface
from app.words.noise_captions import cloud_caption
from app.words.numbers import batch_size_label


def cloud_figure(
    surface: Surface, noise: PointNoise, clouds: Sequence[Cloud], theme: str
) -> Figure:
    """Every draw a dot; its size's predicted (line) and measured (dots) 95 % ellipse about G.

    Both axes have one scale, so that an anisotropic cloud looks it. Clouds that are small beside
    the widest one are drawn once more, enlarged, in a corner that is free.
    """
    colours = THEMES[theme]
    ordered = sorted(clouds, key=lambda cloud: cloud.batch_size)
    small = small_clouds(clouds)
    view = cloud_view(noise, clouds, inset=bool(small))
    traces = [_draws(cloud, noise, theme) for cloud in ordered]
    traces += [trace for cloud in ordered for trace in _ellipses(cloud, noise, colours)]
    traces += [
        _mark("gradient", noise.gradient, "cross-thin", 12, _("G, the full gradient"), colours),
        _mark("zero", np.zeros(2), "circle-open", 8, _("no gradient"), colours),
    ]
    names = [_("∂ loss / ∂ {weight}", weight=name.split()[-1]) for name in surface.parameters]
    outside = sum(count_outside(cloud.gradients, view.ranges) for cloud in clouds)
    around, times = inset_view(noise, small, view) if small else ([], 1.0)
    (x_range, y_range), right, top = view.ranges, view.right, view.top
    held = {"constrain": "domain"}
    figure = chart(
        traces,
        colours,
        cloud_caption(noise, clouds, outside, [cloud.batch_size for cloud in small], times),
        margin=(56, 12, 10, 42),
        measures=GRADIENT,
        within=surface.domain,
        xaxis=axis(colours, names[0], range=x_range, constraintoward=_side(right), **held),
        yaxis=axis(
            colours,
            names[1],
            range=y_range,
            constraintoward=_end(top),
            scaleanchor="x",
            **held,
        ),
        hovermode="closest",
    )
    if small:
        _enlarge(figure, small, noise, theme, view, around, times)
    return figure


def _side(right: bool) -> str:
    return "right" if right else "left"


def _end(top: bool) -> str:
    return "top" if top else "bottom"


def _draws(cloud: Cloud, noise: PointNoise, theme: str, **more: Any) -> Part:
    colours = THEMES[theme]
    x, y = short(cloud.gradients.T)
    still = not np.any(cloud.covariance_measured)
    colour = colours.batch_size(cloud.batch_size, noise.examples, 1 if still else 0.4)
    return scatter(
        x=x[:1] if still else x,
        y=y[:1] if still else y,
        mode="markers",
        marker={"size": 9 if still else 4, "color": colour},
        hovertemplate="(%{x:.3f}, %{y:.3f})",
        **(
            {
                "name": batch_size_label(cloud.batch_size, noise.examples),
                "meta": {
                    "role": "draws",
                    "batch_size": cloud.batch_size,
                    "facts": {"kind": "gradient"},
                },
            }
            | more
        ),
    )


def _ellipses(
    cloud: Cloud, noise: PointNoise, theme: Theme, beside: str = "", **more: Any
) -> list[Part]:
    """Those of the predicted and of the measured covariance, where they are more than a dot."""
    traces = []
    for role, covariance, dash in (
        ("predicted", cloud.covariance_predicted, "solid"),
        ("measured", cloud.covariance_measured, "dot"),
    ):
        if np.any(covariance):
            x, y = ellipse(noise.gradient, covariance, LEVEL).T
            traces.append(
                scatter(
                    x=short(x),
                    y=short(y),
                    mode="lines",
                    line={
                        "width": 2,
                        "color": theme.batch_size(cloud.batch_size, noise.examples),
                        "dash": dash,
                    },
                    hoverinfo="skip",
                    meta={
                        "role": f"{role}{beside}",
                        "batch_size": cloud.batch_size,
                        "scenery": bool(beside),
                        "facts": {"kind": f"ellipse_{role}"},
                    },
                    **more,
                )
            )
    return traces


def _mark(
    role: str, at: FloatArray, symbol: str, size: int, name: str, theme: Theme, **more: Any
) -> Part:
    kind = "full_gradient" if role == "gradient" else role
    return scatter(
        x=[at[0]],
        y=[at[1]],
        mode="markers",
        marker={
            "symbol": symbol,
            "size": size,
            "color": theme.text,
            "line": {"width": 2, "color": theme.text},
        },
        name=name,
        hovertemplate="(%{x:.3f}, %{y:.3f})",
        meta={"role": role, "scenery": role == "enlarged", "facts": {"kind": kind}},
        **more,
    )


def _enlarge(
    figure: Figure,
    small: Sequence[Cloud],
    noise: PointNoise,
    theme: str,
    view: CloudView,
    around: list[list[float]],
    times: float,
) -> None:
    """Draw the small clouds once more, in a frame; a small frame around G says what it shows."""
    colours = THEMES[theme]
    on = {"xaxis": "x2", "yaxis": "y2"}
    for cloud in small:
        meta = {"role": "enlarged draws", "batch_size": cloud.batch_size, "scenery": True}
        label = batch_size_label(cloud.batch_size, noise.examples)
        name = _("{label}, enlarged", label=label)
        figure.data.append(_draws(cloud, noise, theme, meta=meta, name=name, **on))
    for cloud in small:
        figure.data += _ellipses(cloud, noise, colours, ", enlarged", **on)
    name = _("G, the full gradient")
    figure.data.append(_mark("enlarged", noise.gradient, "cross-thin", 12, name, colours, **on))
    frame = {"linecolor": colours.text, "linewidth": 1, "mirror": True, "showline": True}
    bare = frame | {"ticks": "", "showticklabels": False, "showgrid": False, "fixedrange": True}
    x_domain = [1 - INSET, 1] if view.right else [0, INSET]
    y_domain = [1 - INSET, 1] if view.top else [0, INSET]
    for which, along, domain, toward in (
        ("xaxis2", around[0], x_domain, _side(view.right)),
        ("yaxis2", around[1], y_domain, _end(view.top)),
    ):
        own = {"anchor": "y2"} if which == "xaxis2" else {"anchor": "x2", "scaleanchor": "x2"}
        held = {"range": along, "domain": domain, "constrain": "domain", "constraintoward": toward}
        figure.layout[which] = axis(colours, "", **(bare | held | own | {"automargin": False}))
    (x0, x1), (y0, y1) = around
    line = {"width": 1, "color": colours.text}
    figure.mark({"type": "rect", "x0": x0, "x1": x1, "y0": y0, "y1": y1, "line": line})
    figure.annotate(
        text=_("{times} times", times=f"{times:.2g}"),
        xref="x2",
        x=x0,
        xanchor="left",
        yref="y2",
        y=y1,
        yanchor="top",
        font={"size": 12},
    )
