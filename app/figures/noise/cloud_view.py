"""What part of the gradients' plane the cloud shows, and where a corner is free for an inset."""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.ellipse import ellipse
from app.science.noise.cloud import Cloud
from app.science.noise.point import PointNoise

LEVEL = 0.95  # share of Gaussian draws inside an ellipse
SHOWN = 0.995  # the axes reach to this quantile of the gradients
ROOM = 0.06  # beside what is shown, in parts of it
SMALL = 0.4  # a cloud less than so wide, in parts of the widest, is drawn enlarged too
INSET = 0.4  # the side of the inset, in parts of the picture's
GROWTH = 1.02  # the picture grows in such steps until a corner is free
MOST = 1.6  # and so far at most


class CloudView(NamedTuple):
    """A square of the plane.

    Attributes:
        ranges: of both axes, equally long.
        right, top: the corner of the inset.
    """

    ranges: list[list[float]]
    right: bool
    top: bool


def small_clouds(clouds: Sequence[Cloud]) -> list[Cloud]:
    """Those that are no dot and less than `SMALL` as wide as the widest."""
    widest = max(cloud.trace_predicted for cloud in clouds)
    return [cloud for cloud in clouds if 0 < cloud.trace_predicted < SMALL**2 * widest]


def cloud_view(noise: PointNoise, clouds: Sequence[Cloud], *, inset: bool) -> CloudView:
    """The square of the ellipses, G, zero and nearly all draws; with room for an inset if wanted.

    It grows away from its content towards each of the four corners until that lies free, and the
    corner that needs the least is taken.
    """
    shown = [np.zeros((1, 2)), noise.gradient[None]]
    for cloud in clouds:
        shown.append(np.quantile(cloud.gradients, (1 - SHOWN, SHOWN), axis=0))
        shown.append(ellipse(noise.gradient, cloud.covariance_predicted, LEVEL))
        shown.append(ellipse(noise.gradient, cloud.covariance_measured, LEVEL))
    values = np.concatenate(shown)
    low, high = values.min(axis=0), values.max(axis=0)
    side = float((high - low).max()) or 1.0
    low, high = low - ROOM * side, high + ROOM * side
    side = float((high - low).max())
    if not inset:
        ends = (low + high) / 2 + np.array([[-side], [side]]) / 2
        return CloudView(ends.T.tolist(), right=True, top=True)
    points = np.concatenate([*shown, *(cloud.gradients for cloud in clouds)])
    corners = itertools.product((True, False), repeat=2)
    found = [(*_free(points, low, high, side, right, top), right, top) for right, top in corners]
    _side, ranges, right, top = min(found, key=lambda corner: corner[0])
    return CloudView(ranges, right, top)


def _free(
    points: FloatArray, low: FloatArray, high: FloatArray, side: float, *towards: bool
) -> tuple[float, list[list[float]]]:
    """The side, and the ranges, of the smallest square with nothing in that corner."""
    least, most = side, MOST * side
    while True:
        ranges = [
            [lo, lo + side] if forward else [hi - side, hi]
            for lo, hi, forward in zip(low.tolist(), high.tolist(), towards, strict=True)
        ]
        inside = np.ones(len(points), dtype=bool)
        for along, (lo, hi), forward in zip(points.T, ranges, towards, strict=True):
            reach = INSET * side
            inside &= (
                (along > hi - reach) & (along < hi)
                if forward
                else ((along < lo + reach) & (along > lo))
            )
        if not inside.any() or side > most:
            return side + least * float(inside.sum()), ranges
        side *= GROWTH


def inset_view(
    noise: PointNoise, small: Sequence[Cloud], view: CloudView
) -> tuple[list[list[float]], float]:
    """The square around G with the small clouds, and how many times as large it is drawn."""
    reach = max(
        float(np.abs(ellipse(noise.gradient, covariance, LEVEL) - noise.gradient).max())
        for cloud in small
        for covariance in (cloud.covariance_predicted, cloud.covariance_measured)
    )
    reach *= 1 + 2 * ROOM
    (low, high), _ = view.ranges
    around = [[float(g - reach), float(g + reach)] for g in noise.gradient]
    return around, INSET * (high - low) / (2 * reach)
