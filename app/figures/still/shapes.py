"""Shapes of an SVG: a drawing of `SIZE` units a side, stretched over the plane, and marks on it."""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from app.science.arrays import Interval

SIZE = 1000  # units across the plane, and down: about a pixel each
STAR = (1.4 * 0.225, 1.4 * 0.951, 1.4 * 0.363, 1.4 * 0.588)  # of a radius: Plotly's star
STAR_DOWN = (-1.4, -1.4 * 0.309, 1.4 * 0.118, 1.4 * 0.809, 1.4 * 0.382)
# A cross' sides, from its lower notch on: north-east, south-east and so on.
NE, SE, SW, NW = (1, -1), (1, 1), (-1, 1), (-1, -1)
CROSS = (NE, SE, SW, SE, SW, NW, SW, NW, NE, NW, NE)
Whole = NDArray[np.int64]


def units(values: Any, interval: Interval) -> NDArray[np.float64]:
    """Places on an axis, from 0 at the interval's first end to `SIZE` at its other."""
    first, last = interval
    return SIZE * (np.asarray(values, np.float64) - first) / (last - first)


def polyline(points: Sequence[Sequence[float]] | NDArray[Any], closed: bool = False) -> str:
    """Path data of points in whole units; those that fall together are one, NaN is a gap.

    >>> polyline([(0, 0), (1, 1), (np.nan, np.nan), (5, 5), (6, 5)])
    'M0 0l1 1M5 5l1 0'
    >>> polyline([(0, 0), (10.2, 4), (10.4, 4), (7, -2)], closed=True)
    'M0 0l10 4-3-6z'
    """
    array = np.asarray(points, np.float64)
    gaps = np.flatnonzero(np.isnan(array).any(axis=1))
    if len(gaps):
        ends = zip([0, *(gaps + 1)], [*gaps, len(array)], strict=True)
        return "".join(polyline(array[a:b], closed) for a, b in ends if b > a)
    whole: Whole = np.rint(array).astype(np.int64)
    steps = np.diff(whole, axis=0)
    steps = steps[np.any(steps != 0, axis=1)]
    # A line of no length is a dot where its ends are round.
    moves = _numbers(steps.ravel().tolist()) if len(steps) else "0 0"
    x, y = whole[0].tolist()
    return f"M{x} {y}l{moves}{'z' if closed else ''}"


def dots(points: Sequence[Sequence[float]] | NDArray[Any]) -> str:
    """Path data of dots, for a stroke with round ends."""
    whole: Whole = np.rint(np.asarray(points, np.float64)).astype(np.int64)
    return "".join(f"M{x} {y}h0" for x, y in whole.tolist())


def percent(place: float) -> str:
    """A place as a share of the plane."""
    return f"{100 * place / SIZE:.2f}".rstrip("0").rstrip(".") + "%"


def star(radius: float) -> str:
    """Path data of a star about the origin."""
    corners = (f"{round(x, 2):g} {round(y, 2):g}" for x, y in star_corners(radius))
    return f"M{'L'.join(corners)}z"


def star_corners(radius: float) -> list[tuple[float, float]]:
    """The ten corners of a star about the origin."""
    (a, b, c, d), (top, arm, side, foot, low) = STAR, STAR_DOWN
    turns = [(0, top), (a, arm), (b, arm), (c, side), (d, foot), (0, low)]
    left = [(-x, y) for x, y in reversed(turns[1:-1])]
    return [(x * radius, y * radius) for x, y in [*turns, *left]]


def cross(radius: float) -> str:
    """Path data of a thick oblique cross about the origin."""
    arm = f"{_arm(radius):.2f}"
    moves = "".join(f"l{'-' * (x < 0)}{arm} {'-' * (y < 0)}{arm}" for x, y in CROSS)
    return f"M0 {arm}{moves}z"


def cross_corners(radius: float) -> list[tuple[float, float]]:
    """The twelve corners of a thick oblique cross about the origin."""
    arm = _arm(radius)
    x, y = np.cumsum([(0, 1), *CROSS], axis=0).T * arm
    return list(zip(x.tolist(), y.tolist(), strict=True))


def _arm(radius: float) -> float:
    return radius * 0.8 / math.sqrt(2)


def _numbers(values: Iterable[int]) -> str:
    return " ".join(map(str, values)).replace(" -", "-")
