"""The steps that mini-batches would make, at one point of the plane."""

from collections.abc import Sequence

import numpy as np

from app.figures.arrays import short
from app.figures.figure import Figure, Part, scatter
from app.figures.marks import point
from app.figures.plane import count_outside, plane_layout
from app.figures.ranges import round_down
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.science.arrays import FloatArray
from app.science.noise.cloud import Cloud
from app.science.noise.point import PointNoise
from app.science.problems.surface import Surface
from app.words.caption import caption_words
from app.words.noise import arrows_caption
from app.words.numbers import batch_size_label, exactly

ARROWS = 60  # drawn for each batch size, at most
REACH = 0.25  # the length of a typical arrow, at most, in narrower sides of the domain
BAR = 0.15  # the length of the scale bar, at most, in narrower sides
HEAD = 8  # pixels, the size of an arrow's head
WHOLE_HEAD = 0.04  # narrower sides: shorter arrows have smaller heads


def directions_figure(
    surface: Surface,
    noise: PointNoise,
    clouds: Sequence[Cloud],
    rate: float,
    gradient: float,
    theme: str,
) -> Figure:
    """Arrows −ε g_B of the first mini-batches of each size around −ε G, on one `arrow_scale`.

    Angles are true: both axes have the same scale. A trace's ``meta`` says what it shows
    (``role``: arrows, gradient, point or scale bar); that of arrows has ``scale`` and
    ``learning_rate`` too.

    Args:
        surface: whose plane it is.
        noise: the point's.
        clouds: draws there.
        rate: ε.
        gradient: how large a gradient typically is on the surface.
        theme: one of `THEMES`.
    """
    colours, scale = THEMES[theme], arrow_scale(surface, gradient)
    size = {"scale": scale, "learning_rate": rate}
    head = WHOLE_HEAD * _side(surface)
    # The wide fans of small batches lie under the narrow ones of large batches.
    ordered = sorted(clouds, key=lambda cloud: cloud.batch_size)
    steps = [-scale * rate * cloud.gradients[:ARROWS] for cloud in ordered]
    traces = [
        _arrows(
            noise,
            drawn,
            colours.batch_size(cloud.batch_size, noise.examples, 0.75),
            head=head,
            width=1.1,
            name=batch_size_label(cloud.batch_size, noise.examples),
            meta={
                "role": "arrows",
                "batch_size": cloud.batch_size,
                **size,
                "facts": _facts("step", drawn / scale),
            },
        )
        for cloud, drawn in zip(ordered, steps, strict=True)
    ]
    if not noise.stationary:
        traces.append(
            _arrows(
                noise,
                -scale * rate * noise.gradient[None],
                colours.text,
                head=head,
                width=3,
                name=_("−G, the full gradient"),
                meta={
                    "role": "gradient",
                    "batch_size": noise.examples,
                    **size,
                    "facts": _facts("full_step", -rate * noise.gradient[None]),
                },
            )
        )
    traces += [_scale_bar(surface, scale, colours), point(colours, noise.point)]
    ends = short(np.add(noise.point, np.concatenate(steps)))  # as they are drawn
    outside = count_outside(ends, surface.domain)
    caption = arrows_caption(noise, clouds, ARROWS, rate, scale, outside)
    layout = plane_layout(surface, colours)
    layout["xaxis"] |= {"constrain": "domain"}
    layout["yaxis"] |= {"constrain": "domain", "scaleanchor": "x"}
    return Figure(traces, layout | {"meta": caption_words(caption)})


def _facts(kind: str, steps: FloatArray) -> dict[str, object]:
    """The steps themselves, which are drawn larger and from the point."""
    x, y = steps.T
    return {"kind": kind, "x": x, "y": y, "x_name": "step_w0", "y_name": "step_w1"}


def arrow_scale(surface: Surface, gradient: float) -> float:
    """How many times as long as the step an arrow is: 1, 2 or 5 times a power of ten.

    One factor for all of a surface, the same at every point, with which the step of a typical
    ``gradient`` at the surface's learning rate is readable: at most `REACH`.
    """
    return round_down(REACH * _side(surface) / (surface.learning_rate * gradient))


def _side(surface: Surface) -> float:
    """The narrower side of the domain."""
    return min(hi - lo for lo, hi in surface.domain)


def _arrows(
    noise: PointNoise,
    steps: FloatArray,
    colour: str,
    *,
    head: float,
    width: float,
    name: str,
    meta: object,
) -> Part:
    """Arrows from the point, each a line of two points with a head on the second."""
    x, y = (
        np.column_stack([np.full(len(steps), w), w + step, np.full(len(steps), np.nan)]).ravel()
        for w, step in zip(noise.point, steps.T, strict=True)
    )
    heads = HEAD * np.minimum(1, np.hypot(*steps.T) / head)
    nothing = np.zeros_like(heads)
    return scatter(
        x=short(x),
        y=short(y),
        mode="lines+markers",
        line={"width": width, "color": colour},
        marker={
            "symbol": "arrow",
            "angleref": "previous",
            "size": np.column_stack([nothing, heads, nothing]).ravel().astype(np.float32),
            "color": colour,
            "opacity": 1,
            "line": {"width": 0},
        },
        name=name,
        hoverinfo="name",
        meta=meta,
    )


def _scale_bar(surface: Surface, scale: float, theme: Theme) -> Part:
    """How long a round step is drawn, in the lower left corner."""
    side = _side(surface)
    (left, _right), (bottom, _top) = surface.domain
    step = round_down(BAR * side / scale)
    x, y = left + 0.04 * side, bottom + 0.04 * side
    return scatter(
        x=[x, x + scale * step],
        y=[y, y],
        mode="lines+markers+text",
        line={"width": 2, "color": theme.text},
        marker={"symbol": "line-ns", "size": 8, "line": {"width": 2, "color": theme.text}},
        text=["", _("a step of {length}", length=exactly(step))],
        textposition="middle right",
        name=_("a step of {length}", length=exactly(step)),
        hoverinfo="skip",
        meta={"role": "scale bar", "scenery": True, "step": step, "scale": scale},
    )
