"""Means of the logistic loss on a mesh: e^(w0 z0 + w1 z1) is a product of one factor an axis."""

import numpy as np

from app.science.arrays import FloatArray
from app.science.problems.covariance import covariance_of_moments
from app.science.problems.mesh import Mesh, Moments, blocks

LARGEST = 700.0  # e to this power, or to minus it, is a float of full precision


class LogisticMesh(Mesh):
    """As `Mesh`, for log(1 + e^(-m)) with the margin m = label (w0 x0 + w1 x1)."""

    def loss(
        self, w0: FloatArray, w1: FloatArray, columns: tuple[FloatArray, ...]
    ) -> FloatArray | None:
        """As `Mesh.loss`: a logarithm of the product of as many 1 + e^(-m) as a float holds."""
        x0, x1, label = columns
        z0, z1 = -label * x0, -label * x1
        highest = _highest(w0, w1, columns)
        if 2 * highest.max() > LARGEST:
            return None
        parts = [_losses(w0, w1[some], z0, z1, highest) for some in blocks(len(w1), w0.size)]
        return np.concatenate(parts) / len(label)

    def moments(
        self, w0: FloatArray, w1: FloatArray, columns: tuple[FloatArray, ...]
    ) -> Moments | None:
        """As `Mesh.moments`: sums of slopes -label / (1 + e^m) times inputs."""
        x0, x1, label = columns
        z0, z1 = label * x0, label * x1
        if _highest(w0, w1, columns).max() > LARGEST:
            return None
        firsts, seconds = np.array([-z0, -z1]), np.array([x0 * x0, x0 * x1, x1 * x1])
        sums = np.zeros((5, w1.size, w0.size))
        for some in blocks(len(label), w0.size):
            across, up = _powers(z0[some], w0), _powers(z1[some], w1)
            slope = np.empty_like(across)
            for j in range(w1.size):
                np.multiply(across, up[:, j, None], out=slope)
                slope += 1
                np.divide(1, slope, out=slope)
                sums[:2, j] += firsts[:, some] @ slope
                slope *= slope
                sums[2:, j] += seconds[:, some] @ slope
        g0, g1, s00, s01, s11 = sums / len(label)
        return (g0, g1), covariance_of_moments(g0, g1, s00, s01, s11)


def _highest(w0: FloatArray, w1: FloatArray, columns: tuple[FloatArray, ...]) -> FloatArray:
    """No less than log(1 + e^|m|) of each example anywhere on the mesh."""
    x0, x1, _ = np.abs(columns)
    return np.asarray(x0 * np.abs(w0).max() + x1 * np.abs(w1).max() + np.log(2))


def _powers(z: FloatArray, w: FloatArray) -> FloatArray:
    """e^(w z), a row an example."""
    return np.exp(np.multiply.outer(z, w.ravel()))


def _pairs(powers: FloatArray) -> FloatArray:
    """a, b and ab of every two rows, what (1 + a)(1 + b) adds to 1; b is 0 where there is none."""
    if len(powers) % 2:
        powers = np.vstack([powers, np.zeros_like(powers[:1])])
    a, b = powers[::2], powers[1::2]
    return np.stack([a, b, a * b], axis=1)


def _losses(
    w0: FloatArray, w1: FloatArray, z0: FloatArray, z1: FloatArray, highest: FloatArray
) -> FloatArray:
    """Sums over the examples of log(1 + e), e = e^(w0 z0 + w1 z1)."""
    # What a product of 1 + e has more than 1 is kept, so that no digit is lost where it is little.
    total, more, factor, ahead = np.zeros((4, w1.size, w0.size))
    room = LARGEST
    for some in blocks(len(z0), w0.size + w1.size):
        across, up = _pairs(_powers(z0[some], w0)), _pairs(_powers(z1[some], w1))
        pairs = np.add.reduceat(highest[some], range(0, len(highest[some]), 2))
        for a, b, high in zip(across, up, pairs, strict=True):
            if high > room:
                total += np.log1p(more)
                more[:] = 0
                room = LARGEST
            room -= high
            np.matmul(b.T, a, out=factor)
            np.add(more, 1, out=ahead)
            factor *= ahead
            more += factor
    return np.asarray(total + np.log1p(more))
