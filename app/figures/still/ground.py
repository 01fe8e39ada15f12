"""The surface's coloured steps and the contour lines between them."""

from itertools import pairwise
from typing import Any

import numpy as np
from contourpy import contour_generator
from numpy.typing import NDArray

from app.figures.still.shapes import SIZE, polyline, units
from app.science.relief import Relief

BEYOND = 9  # units past the edge, where a step's outline is not seen
Ring = NDArray[np.float64]


def steps(relief: Relief, count: int) -> list[str]:
    """Path data of all that is as high as each of ``count`` heights, evenly from the lowest.

    Drawn one over another, each with a line around it, they are filled contours.
    """
    return [
        "".join(polyline(ring, closed=True) for ring in rings) for rings in outlines(relief, count)
    ]


def outlines(relief: Relief, count: int) -> list[list[Ring]]:
    """The outlines, and the holes turned the other way, of the same, in units of the plane."""
    z = relief.levels.height(relief.loss)
    x = units(relief.w0, (relief.w0[0], relief.w0[-1]))
    y = units(relief.w1, (relief.w1[-1], relief.w1[0]))
    found = contour_generator(x, y, z, name="serial", fill_type="OuterOffset")
    heights = np.linspace(0, float(z.max()), count, endpoint=False)[1:]
    drawn = (map(_ring, _rings(found.filled(height, np.inf))) for height in heights)
    return [[ring for ring in rings if len(ring) > 2] for rings in drawn]


def _rings(filled: Any) -> list[Ring]:
    """Outlines and holes, of contourpy's points with the places where each ring begins."""
    return [
        points[first:last]
        for points, ends in zip(*filled, strict=True)
        for first, last in pairwise(ends.tolist())
    ]


def _ring(points: Ring) -> Ring:
    """A ring, whose parts along the edge of the plane lie outside: they are no contour lines."""
    points = points[:-1]  # which is the first again
    low, high = np.asarray(points <= 0), np.asarray(points >= SIZE)
    outside = low | high
    edge = np.asarray(outside.any(axis=1))
    before, after = np.roll(edge, 1), np.roll(edge, -1)
    out = points + BEYOND * (high * 1.0 - low * 1.0)
    corner = np.asarray(outside.all(axis=1))
    kept: list[NDArray[np.float64]] = []
    for i in range(len(points)):
        if not edge[i]:
            kept.append(points[i])
        elif corner[i]:
            kept.append(out[i])
        elif not before[i] or not after[i]:  # where a line comes to the edge, or leaves it
            kept += [points[i]] if not before[i] else []
            kept.append(out[i])
            kept += [points[i]] if not after[i] else []
    return np.array(kept)
