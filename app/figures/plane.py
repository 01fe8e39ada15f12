"""The plane of (w0, w1), laid out alike for every figure that lies in it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.figures.layout import axis, layout
from app.figures.levels import ticks
from app.figures.theme import Theme
from app.language.speech import gettext as _
from app.language.speech import translated
from app.science.problems.surface import Surface
from app.science.relief import Levels

BAR, LETTER = 20, 6.5  # pixels, the width of the colour bar and of a letter beside it
# Margins are fixed, so that one figure can be laid over another to the pixel.
MARGIN = {"l": 46, "r": 50, "t": 10, "b": 42, "autoexpand": False}


def view_layout(surface: Surface, levels: Levels, theme: Theme, view: str) -> dict[str, Any]:
    """Layout of a figure seen from above (``contour``) or in three dimensions (``3d``)."""
    if view == "3d":
        return _space(surface, levels, theme)
    longest = max(map(len, ticks(levels)[1]))
    right = max(MARGIN["r"], BAR + LETTER * longest)
    return {**plane_layout(surface, theme), "margin": {**MARGIN, "r": right}}


def plane_layout(surface: Surface, theme: Theme) -> dict[str, Any]:
    """Layout of a figure in the plane of the two parameters.

    Of one unit they are drawn at one scale: the axes keep their ranges, and one of them takes
    less than the room there is, beside the colour bar.
    """
    (x, y), (x_range, y_range) = map(translated, surface.parameters), surface.domain
    alike = {"constrain": "domain"} if surface.one_unit else {}
    beside = {**alike, "constraintoward": "right"} if alike else {}
    tied = {**alike, "constraintoward": "top", "scaleanchor": "x"} if alike else {}
    return layout(
        theme,
        surface.domain,
        margin=MARGIN,
        xaxis=axis(theme, x, range=list(x_range), showgrid=False, **beside),
        yaxis=axis(theme, y, range=list(y_range), showgrid=False, **tied),
        hovermode="closest",
    )


def count_outside(points: NDArray[np.floating[Any]], ranges: Sequence[Sequence[float]]) -> int:
    """How many points, of shape (P, 2), lie beyond the ranges of a figure's two axes.

    The ranges are taken to be as precise as the points.
    """
    low, high = np.array(ranges, dtype=points.dtype).T
    return int(np.sum(np.any((points < low) | (points > high), axis=1)))


def _space(surface: Surface, levels: Levels, theme: Theme) -> dict[str, Any]:
    heights, labels = ticks(levels)
    quiet = {"gridcolor": theme.faint, "backgroundcolor": "rgba(0,0,0,0)", "zeroline": False}
    (x, y), (x_range, y_range) = map(translated, surface.parameters), surface.domain
    wide, deep = (hi - lo if surface.one_unit else 1.0 for lo, hi in surface.domain)
    longest = max(wide, deep)
    return layout(
        theme,
        surface.domain,
        margin={"l": 0, "r": 0, "t": 0, "b": 0},
        scene={
            "xaxis": {"title": {"text": x}, "range": list(x_range), **quiet},
            "yaxis": {"title": {"text": y}, "range": list(y_range), **quiet},
            "zaxis": {
                "title": {"text": _("loss")},
                # Where the box stands on its corner, the last tick of another axis has its label.
                "tickvals": heights[1:],
                "ticktext": labels[1:],
                "range": [0, heights[-1]],
                **quiet,
            },
            "aspectratio": {"x": wide / longest, "y": deep / longest, "z": 0.65},
            "camera": {
                "eye": {"x": -1.5, "y": -1.5, "z": 2.0},
                # The box stands right of the middle: so its titles at the left fit a small picture.
                "center": {"x": -0.14, "y": 0.14, "z": -0.1},
            },
        },
    )
