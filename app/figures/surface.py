"""The loss surface: contour or relief, with its minima."""

from dataclasses import replace
from typing import Any

import numpy as np

from app.figures.figure import Figure, Part, contour, scatter, scatter3d, surface
from app.figures.levels import over, ticks
from app.figures.plane import view_layout
from app.figures.theme import THEMES, Theme, between
from app.language.speech import gettext as _
from app.science.arrays import FloatArray
from app.science.lowest import lowest_minima
from app.science.problems.problem import Problem
from app.science.relief import Relief
from app.words.surface import drawn_loss

LINES = 18  # contour lines
STOPS = 21  # of the scale of colours
STAR = 17  # pixels: its points are seen around an end that lies on it


def surface_figure(problem: Problem, relief: Relief, theme: str, view: str) -> Figure:
    """The surface seen from above (``contour``) or in three dimensions (``3d``)."""
    colours = THEMES[theme]
    w0, w1 = relief.w0.tolist(), relief.w1.tolist()
    drawn = replace(problem.surface, domain=((w0[0], w0[-1]), (w1[0], w1[-1])))
    drawn_relief = _relief(relief, colours) if view == "3d" else ground(relief, colours)
    return Figure(
        [drawn_relief, *_minima(problem, relief, colours, view)],
        view_layout(drawn, relief.levels, colours, view),
    )


def colour_scale(z: FloatArray, theme: Theme) -> list[list[object]]:
    """Colours of heights from 0 to the highest: half by height, half by how much lies below.

    By height alone the ground between the ripples of a funnel, or a plain, would have one colour.
    """
    shares = np.linspace(0, 1, STOPS)
    below = np.searchsorted(np.sort(z, axis=None), shares * z.max(), "right") / z.size
    below = (below - below[0]) / (below[-1] - below[0] or 1.0)
    return [
        [share, between(theme.low, theme.high, (share + place) / 2)]
        for share, place in zip(shares.tolist(), below.tolist(), strict=True)
    ]


def ground(relief: Relief, theme: Theme) -> Part:
    """The losses seen from above: filled contours, with a bar of colours."""
    heights, labels = ticks(relief.levels)
    z = relief.levels.height(relief.loss)
    return contour(
        x=relief.w0,
        y=relief.w1,
        z=z.astype(np.float32),
        customdata=relief.loss.astype(np.float32),
        hovertemplate=_("(%{x:.3f}, %{y:.3f})<br>loss %{customdata:.4g}") + "<extra></extra>",
        colorscale=colour_scale(z, theme),
        meta={"role": "surface", "z": "loss"},
        contours={"start": 0, "end": heights[-1], "size": heights[-1] / LINES},
        line={"width": 0.7, "color": theme.contour, "smoothing": 0.8},
        colorbar={
            "thickness": 8,
            "outlinewidth": 0,
            "x": 1.01,
            "xpad": 2,
            "tickvals": heights,
            "ticktext": labels,
            "tickfont": {"size": 11},
            "title": {"text": _("loss"), "font": {"size": 11}},
        },
    )


def _relief(relief: Relief, theme: Theme) -> Part:
    """The relief, whose highest parts and edges are told apart from the page behind it."""
    z = relief.levels.height(relief.loss)
    deep = replace(theme, high=theme.deep_high, low=theme.deep_low)
    top = float(z.max())
    return surface(
        x=relief.w0,
        y=relief.w1,
        z=z.astype(np.float32),
        customdata=relief.loss.astype(np.float32),
        hovertemplate=_("(%{x:.3f}, %{y:.3f})<br>loss %{customdata:.4g}") + "<extra></extra>",
        colorscale=colour_scale(z, deep),
        meta={"role": "surface", "z": "loss"},
        showscale=False,
        lighting={"ambient": 0.65, "diffuse": 0.55, "specular": 0.03, "roughness": 0.9},
        lightposition={"x": -1e4, "y": 1e4, "z": 3e4},
        contours={
            "x": _edges(relief.w0, theme),
            "y": _edges(relief.w1, theme),
            "z": {
                "show": True,
                "color": theme.contour,
                "width": 1,
                "start": 0,
                "end": top,
                "size": top / LINES,
            },
        },
    )


def _edges(along: FloatArray, theme: Theme) -> dict[str, Any]:
    """Lines along two edges of the relief, as near to them as Plotly draws any."""
    low, high = float(along[0]), float(along[-1])
    near = 1e-3 * (high - low)
    ends = {"start": low + near, "end": high - near, "size": high - low - 2 * near}
    return {"show": True, "color": theme.contour, "width": 1, **ends}


def _minima(problem: Problem, relief: Relief, theme: Theme, view: str) -> list[Part]:
    minima = problem.minima
    if not minima:
        return []
    equally = len(lowest_minima(problem))
    lowest = [i < equally for i in range(len(minima))]
    losses = np.array([drawn_loss(m.loss) for m in minima])
    x, y = (np.array([m.point[i] for m in minima]) for i in (0, 1))
    common = {
        "x": x,
        "y": y,
        "mode": "markers",
        "name": _("minima"),
        "customdata": losses,
        "hovertemplate": _("minimum (%{x:.3f}, %{y:.3f})<br>loss %{customdata:.4g}")
        + "<extra></extra>",
        "meta": {"role": "minima", "facts": {"kind": "minimum", "loss": losses}},
    }
    if view == "3d":
        z = over(relief.levels, losses)
        return [scatter3d(**common, z=z, marker={"size": 3, "color": theme.text})]
    return [
        scatter(
            **common,
            marker={
                "symbol": ["star" if low else "circle" for low in lowest],
                "size": [STAR if low else 6 for low in lowest],
                "color": theme.text,
                "line": {"width": 1, "color": theme.paper},
            },
        )
    ]
