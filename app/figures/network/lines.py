"""The lines between classes, of what a network answers over a frame."""

from collections.abc import Iterator

import numpy as np
from contourpy import contour_generator

from app.science.arrays import FloatArray
from app.science.networks.frame import Frame

GAP = np.full((1, 2), np.nan)  # between two lines of a trace


def boundary_lines(preferred: FloatArray, frame: Frame) -> FloatArray:
    """Points along all of them, not a number between two, (C, H, W) -> (points, 2).

    Class c meets the best class before it where its own answer is as high; where a class after c
    is higher still, there is no boundary. So each line is there once.

    Args:
        preferred: of one network, as `answers` gives them.
        frame: where.
    """
    found = list(_lines(preferred, frame))
    if not found:
        return np.empty((0, 2))
    return np.concatenate([part for line in found for part in (line, GAP)])[:-1]


def _lines(preferred: FloatArray, frame: Frame) -> Iterator[FloatArray]:
    if len(preferred) == 1:
        yield from _zeros(preferred[0], frame)
        return
    for c in range(1, len(preferred)):
        before = preferred[:c].max(axis=0)
        lines = _zeros(preferred[c] - before, frame)
        if c == len(preferred) - 1:
            yield from lines
            continue
        over = np.maximum(preferred[c], before) - preferred[c + 1 :].max(axis=0)
        for line in lines:
            there = line.copy()
            there[_between(over, frame, line) < 0] = np.nan
            if np.isfinite(there).any():
                yield there


def _zeros(values: FloatArray, frame: Frame) -> list[FloatArray]:
    """Where values on the grid are 0."""
    generator = contour_generator(frame.x, frame.y, values, line_type="Separate")
    return [np.asarray(line) for line in generator.lines(0.0)]


def _between(values: FloatArray, frame: Frame, points: FloatArray) -> FloatArray:
    """Values between the grid's points, linear along each axis, at points (n, 2) -> (n,)."""
    at, share = [], []
    for points_along, grid in zip(points.T, (frame.x, frame.y), strict=True):
        place = np.clip((points_along - grid[0]) / (grid[1] - grid[0]), 0, len(grid) - 1.000001)
        at.append(place.astype(np.int64))
        share.append(place - at[-1])
    (i, j), (u, v) = at, share
    low = values[j, i] * (1 - u) + values[j, i + 1] * u
    high = values[j + 1, i] * (1 - u) + values[j + 1, i + 1] * u
    return np.asarray(low * (1 - v) + high * v)
