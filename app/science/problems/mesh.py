"""Meshes: points given by their two axes, w0 as a row and w1 as a column.

That is what ``np.meshgrid(w0, w1, sparse=True)`` returns. What takes points of any shape takes them
too; on many surfaces much of the work is then done once for a value of an axis, not for a point.
"""

from collections.abc import Iterator
from typing import Protocol, TypeAlias

import numpy as np

from app.science.arrays import FloatArray, Values
from app.science.pauses import pause
from app.science.problems.covariance import Covariance

BLOCK = 1 << 16  # values at once: as much as stays in the processor's cache

Moments: TypeAlias = tuple[tuple[FloatArray, FloatArray], Covariance]


class Mesh(Protocol):
    """Exact means over all examples at the points of a mesh.

    Both take w0 of shape (1, n), w1 of shape (m, 1) and the examples' columns, each of shape (N,),
    and agree with the means of the surface's own loss and gradient to rounding; None where numbers
    on the way there could overflow.
    """

    def loss(
        self, w0: FloatArray, w1: FloatArray, columns: tuple[FloatArray, ...]
    ) -> FloatArray | None:
        """The mean loss, of shape (m, n)."""

    def moments(
        self, w0: FloatArray, w1: FloatArray, columns: tuple[FloatArray, ...]
    ) -> Moments | None:
        """The full gradient and the covariance, each entry of shape (m, n)."""


def is_mesh(w0: Values, w1: Values) -> bool:
    """Whether points are a mesh, and finite."""
    return (
        np.ndim(w0) == np.ndim(w1) == 2
        and len(w0) == np.shape(w1)[1] == 1
        and bool(np.isfinite(w0).all() and np.isfinite(w1).all())
    )


def laid_out(w0: Values, w1: Values) -> tuple[Values, Values]:
    """Points, each weight of the shape that both have together."""
    if np.shape(w0) == np.shape(w1):
        return w0, w1
    w0, w1 = np.broadcast_arrays(w0, w1)
    return w0, w1


def blocks(length: int, width: int) -> Iterator[slice]:
    """Slices of rows this wide, `BLOCK` values or a row at once, with a pause before each."""
    rows = max(1, BLOCK // width)
    for i in range(0, max(1, length), rows):
        pause()
        yield slice(i, i + rows)
