"""Losses in which w0 and w1 meet only in products of what depends on either."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, Values
from app.science.problems.covariance import covariance
from app.science.problems.mesh import Mesh, Moments, blocks

FEATURES = 8  # about as many arrays of a block are there at once


@dataclass(frozen=True, kw_only=True)
class Separable(Mesh):
    """``l_i(θ) = Σ_k a_k(w1) φ_k(w0, i)``, and its gradient likewise with factors of its own.

    So their means are those of the features φ, and the covariance is that of the features: taken at
    the values of w0, not at the points.

    Attributes:
        features: φ from w0 and columns, elementwise.
        loss_factors: the loss's a_k from w1.
        gradient_factors: those of its two partial derivatives.
    """

    features: Callable[..., tuple[Values, ...]]
    loss_factors: Callable[[Values], tuple[Values, ...]]
    gradient_factors: Callable[[Values], tuple[tuple[Values, ...], tuple[Values, ...]]]

    def loss(self, w0: FloatArray, w1: FloatArray, columns: tuple[FloatArray, ...]) -> FloatArray:
        """As `Mesh.loss`."""
        means = [values.mean(axis=-1) for values in self._features(w0, columns)]
        return _product(_factors(self.loss_factors(w1)), np.concatenate(means).T)

    def moments(self, w0: FloatArray, w1: FloatArray, columns: tuple[FloatArray, ...]) -> Moments:
        """As `Mesh.moments`."""
        means, spreads = [], []
        for values in self._features(w0, columns):
            mean = values.mean(axis=-1)
            values -= mean[..., None]
            means.append(mean)
            spreads.append(values @ values.swapaxes(1, 2) / values.shape[-1])
        mean, spread = np.concatenate(means).T, np.concatenate(spreads).reshape(w0.size, -1).T
        a0, a1 = (_factors(each) for each in self.gradient_factors(w1))

        def entry(a: FloatArray, b: FloatArray) -> FloatArray:
            return _product((a[:, :, None] * b[:, None]).reshape(w1.size, -1), spread)

        entries = entry(a0, a0), entry(a0, a1), entry(a1, a1)
        return (_product(a0, mean), _product(a1, mean)), covariance(*entries)

    def _features(self, w0: FloatArray, columns: tuple[FloatArray, ...]) -> Iterator[FloatArray]:
        """φ of some values of w0 after others, of shape (values, k, N)."""
        for some in blocks(w0.size, FEATURES * len(columns[0])):
            features = self.features(w0.reshape(-1, 1)[some], *columns)
            yield np.stack(np.broadcast_arrays(*features), axis=1)


def _factors(factors: tuple[Values, ...]) -> FloatArray:
    """Factors from w1 of shape (m, 1), as a matrix of shape (m, k)."""
    return np.concatenate(np.broadcast_arrays(*factors), axis=1)


def _product(a: FloatArray, b: FloatArray) -> FloatArray:
    """a @ b, in parts so small that BLAS starts no threads: where cores are busy, they wait."""
    return np.concatenate([a[some] @ b for some in blocks(len(a), b.size)])
