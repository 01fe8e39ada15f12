"""The directions that mini-batches would step in, at one point of the plane."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go

from app.figures.axes import plane_layout
from app.figures.marks import point
from app.figures.theme import THEMES
from app.figures.words import batch_size_label
from app.language.speech import gettext as _
from app.science.noise.cloud import Cloud
from app.science.noise.point import PointNoise
from app.science.problems.surface import FloatArray, Surface

ARROWS = 60  # drawn of each batch size
REACH = 0.3  # of the narrower side of the domain: how long the long arrows are
LONG = 0.9  # quantile of the arrows' lengths that is so long
HEAD = 8  # pixels


def directions_figure(
    surface: Surface, noise: PointNoise, clouds: Sequence[Cloud], theme: str
) -> go.Figure:
    """Arrows −g_B of the first mini-batches of each size around −G, all on one scale.

    Angles are true: both axes have the same scale. A trace's ``meta`` says what it shows
    (``role``: arrows, gradient or point) and the length drawn of a gradient of 1 (``scale``).
    """
    colours = THEMES[theme]
    factor = scale(surface, noise, clouds)
    traces = [
        _arrows(
            noise,
            -factor * cloud.gradients[:ARROWS],
            colours.batch_size(cloud.batch_size, noise.examples, 0.75),
            width=1.1,
            name=batch_size_label(cloud.batch_size, noise.examples),
            meta={"role": "arrows", "batch_size": cloud.batch_size, "scale": factor},
        )
        # The wide fans of small batches lie under the narrow ones of large batches.
        for cloud in sorted(clouds, key=lambda cloud: cloud.batch_size)
    ]
    if not noise.stationary:
        traces.append(
            _arrows(
                noise,
                -factor * noise.gradient[None],
                colours.text,
                width=3,
                name=_("−G, the full gradient"),
                meta={"role": "gradient", "scale": factor},
            )
        )
    traces.append(point(colours, noise.point))
    figure = go.Figure(traces, plane_layout(surface, colours))
    figure.update_xaxes(constrain="domain")
    figure.update_yaxes(constrain="domain", scaleanchor="x")
    return figure


def scale(surface: Surface, noise: PointNoise, clouds: Sequence[Cloud]) -> float:
    """Length drawn of a gradient of 1: the long arrows of the noisiest batch size reach `REACH`."""
    lengths = [float(np.quantile(np.hypot(*cloud.gradients.T), LONG)) for cloud in clouds]
    longest = max(noise.norm, *lengths)
    side = min(hi - lo for lo, hi in surface.domain)
    return REACH * side / longest if longest > 0 else 1.0


def _arrows(
    noise: PointNoise, steps: FloatArray, colour: str, *, width: float, name: str, meta: object
) -> go.Scatter:
    """Arrows from the point, each a line of two points with a head on the second."""
    x, y = (
        np.column_stack([np.full(len(steps), w), w + step, np.full(len(steps), np.nan)]).ravel()
        for w, step in zip(noise.point, steps.T, strict=True)
    )
    return go.Scatter(
        x=x.astype(np.float32),
        y=y.astype(np.float32),
        mode="lines+markers",
        line={"width": width, "color": colour},
        marker={
            "symbol": "arrow",
            "angleref": "previous",
            "size": np.tile([0, HEAD, 0], len(steps)),
            "color": colour,
            "opacity": 1,
            "line": {"width": 0},
        },
        name=name,
        hoverinfo="name",
        meta=meta,
    )
