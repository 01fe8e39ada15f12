"""The mean loss read from a chart, where a sum over all examples at every update is too dear."""

from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, Interval
from app.science.problems.problem import Problem

CELLS = 64  # a side of the chart
BLOCK = 1 << 14  # points read at once: as many as stay in the processor's cache

# Takes value and slope at a cell's lower end, then at its upper end, to the cubic's coefficients.
HERMITE = np.array([[1, 0, 0, 0], [0, 0, 1, 0], [-3, 3, -2, -1], [2, -2, 1, 1]], dtype=np.float64)


@dataclass(frozen=True, eq=False)
class Chart:
    """The mean loss over a surface's domain, as a bicubic polynomial in each of 64×64 cells.

    At the cells' corners loss and gradient are exact; between them the loss of the data surfaces
    is met to about 10⁻⁶.

    Attributes:
        domain: what is charted.
        coefficients: of u^a v^b in each cell, u along w0 and v along w1 from 0 to 1, shape
            (4, 4, CELLS²).
    """

    domain: tuple[Interval, Interval]
    coefficients: FloatArray

    def read(self, w0: FloatArray, w1: FloatArray) -> FloatArray:
        """The loss at points of the domain; of others, finite or not, that of some point in it."""
        loss = np.empty(np.shape(w0))
        flat0, flat1, out = np.ravel(w0), np.ravel(w1), loss.reshape(-1)
        for i in range(0, len(out), BLOCK):
            out[i : i + BLOCK] = self._read(flat0[i : i + BLOCK], flat1[i : i + BLOCK])
        return loss

    def _read(self, w0: FloatArray, w1: FloatArray) -> FloatArray:
        u, v = (
            np.clip(np.nan_to_num((w - lo) * (CELLS / (hi - lo))), 0, np.nextafter(CELLS, 0))
            for w, (lo, hi) in zip((w0, w1), self.domain, strict=True)
        )
        i, j = u.astype(np.int64), v.astype(np.int64)
        cell = i * CELLS + j
        u -= i
        v -= j
        loss = np.zeros_like(u)
        for row in self.coefficients[::-1]:
            inner = row[3].take(cell)
            for coefficient in row[2::-1]:
                inner *= v
                inner += coefficient.take(cell)
            loss *= u
            loss += inner
        return loss


def chart(problem: Problem) -> Chart:
    """Chart a problem's loss over its surface's domain: 2·65² sums over all examples."""
    domain = problem.surface.domain
    axes = [np.linspace(lo, hi, CELLS + 1) for lo, hi in domain]
    width0, width1 = ((hi - lo) / CELLS for lo, hi in domain)
    at = np.meshgrid(*axes, sparse=True)
    slope0, slope1 = (
        slope.T * width
        for slope, width in zip(problem.gradient(*at), (width0, width1), strict=True)
    )
    # The mixed derivative is not known exactly: the mean of two differences stands for it.
    twist0 = np.gradient(slope0, axis=1, edge_order=2)
    twist1 = np.gradient(slope1, axis=0, edge_order=2)
    known = ((problem.loss(*at).T, slope1), (slope0, (twist0 + twist1) / 2))
    corners = np.array(
        [
            [known[a][b][i : i + CELLS, j : j + CELLS] for b in (0, 1) for j in (0, 1)]
            for a in (0, 1)
            for i in (0, 1)
        ]
    )
    coefficients = np.einsum("ap,bq,pqij->abij", HERMITE, HERMITE, corners)
    return Chart(domain, coefficients.reshape(4, 4, CELLS * CELLS))
