"""Local minima of a smooth function on a rectangle: a grid's valleys, polished by Newton."""

from collections.abc import Callable

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from app.science.arrays import FloatArray, Interval, Point, Values
from app.science.message import Message

RESOLUTION = 81
SOUGHT = Message(
    "Minima are sought from a grid of {points} × {points} points: a narrower well may be missed.",
    points=RESOLUTION,
)
NEWTON_STEPS = 50
MOST = 200  # candidates


def find_minima(
    loss: Callable[[Values, Values], FloatArray],
    gradient: Callable[[Values, Values], tuple[FloatArray, FloatArray]],
    domain: tuple[Interval, Interval],
) -> tuple[Point, ...]:
    """Points inside the domain where the gradient vanishes and the Hessian is positive definite.

    Candidates are the points of an 81×81 grid no higher than their eight neighbours; each is
    polished by Newton's method on the exact gradient, its Hessian by central differences.
    Minima nearer to each other than a grid cell are taken for one. Of very many candidates the
    lowest `MOST` are polished.
    """
    (lo0, hi0), (lo1, hi1) = domain
    grid0, grid1 = np.linspace(lo0, hi0, RESOLUTION), np.linspace(lo1, hi1, RESOLUTION)
    values = loss(*np.meshgrid(grid0, grid1, sparse=True))
    around = sliding_window_view(np.pad(values, 1, constant_values=np.inf), (3, 3))
    lowest = values <= around.min(axis=(2, 3))
    cell = np.array([grid0[1] - grid0[0], grid1[1] - grid1[0]])

    if np.count_nonzero(lowest) > MOST:
        lowest &= values <= np.sort(values[lowest])[MOST - 1]
    found: list[FloatArray] = []
    rows, columns = np.nonzero(lowest)
    for candidate in np.column_stack([grid0[columns], grid1[rows]]):
        point = _newton(gradient, candidate, cell)
        if point is None or not (lo0 <= point[0] <= hi0 and lo1 <= point[1] <= hi1):
            continue
        if all(np.any(np.abs(point - other) > cell) for other in found):
            found.append(point)
    return tuple((float(p[0]), float(p[1])) for p in found)


def _newton(
    gradient: Callable[[Values, Values], tuple[FloatArray, FloatArray]],
    start: FloatArray,
    cell: FloatArray,
) -> FloatArray | None:
    """Newton's method, steps limited to a cell; None if it does not end in a minimum."""
    point = start.copy()
    h = 1e-4 * cell
    offsets = np.array([[0.0, 0.0], [h[0], 0.0], [-h[0], 0.0], [0.0, h[1]], [0.0, -h[1]]])
    for _ in range(NEWTON_STEPS):
        g = np.array(gradient(*(point + offsets).T))  # (2, 5)
        hessian = np.column_stack(
            [(g[:, 1] - g[:, 2]) / (2 * h[0]), (g[:, 3] - g[:, 4]) / (2 * h[1])]
        )
        if not np.all(np.isfinite(hessian)):
            return None
        curvatures, axes = np.linalg.eigh((hessian + hessian.T) / 2)
        if not np.all(curvatures > 0):
            return None
        step = axes @ (axes.T @ g[:, 0] / curvatures)
        step = np.clip(step, -cell, cell)
        if np.all(np.abs(step) < 1e-12 * (1 + np.abs(point))):
            break  # the step is not made: a cusp on the grid (Ackley's) keeps its exact place
        point = point - step
    settled = bool(np.all(np.abs(step) < 1e-8 * cell))
    return point if settled and bool(np.all(np.abs(point - start) <= 3 * cell)) else None
