"""The covariance of the examples' gradients, and how it comes of features'."""

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

import numpy as np

from app.science.arrays import FloatArray, Values

GradientOfFeatures: TypeAlias = Callable[[Values, Values, FloatArray], tuple[Values, Values]]


ROUNDING = 1e-12  # share of a mean square that is no variance: a difference of two may be so large


class Covariance(NamedTuple):
    """Per-example gradient covariance Σ (divisor N) at each point, its three distinct entries."""

    c00: FloatArray
    c01: FloatArray
    c11: FloatArray

    @property
    def trace(self) -> FloatArray:
        """tr Σ, the total variance of a single example's gradient."""
        return self.c00 + self.c11


def covariance_of_moments(
    g0: FloatArray, g1: FloatArray, s00: FloatArray, s01: FloatArray, s11: FloatArray
) -> Covariance:
    """Σ from the means of the gradients and of their products; what is their rounding is 0."""
    c00, c11 = s00 - g0 * g0, s11 - g1 * g1
    none0, none1 = c00 <= ROUNDING * s00, c11 <= ROUNDING * s11
    return covariance(
        np.where(none0, 0.0, c00),
        np.where(none0 | none1, 0.0, s01 - g0 * g1),
        np.where(none1, 0.0, c11),
    )


def covariance_of_features(
    gradient: GradientOfFeatures, spread: FloatArray, w0: Values, w1: Values
) -> Covariance:
    """J Cov(φ) Jᵀ, where an example's gradient is c(θ) + J(θ) φ.

    Args:
        gradient: affine in the features φ.
        spread: their covariance, of shape (k, k).
        w0, w1: points of any shape.
    """
    k = len(spread)
    constant = gradient(w0, w1, np.zeros(k))
    # The columns of J are the gradient's responses to one unit of one feature.
    jacobian = np.empty((2, k, *np.broadcast(w0, w1).shape))
    for j, unit in enumerate(np.eye(k)):
        response = gradient(w0, w1, unit)
        jacobian[0, j] = response[0] - constant[0]
        jacobian[1, j] = response[1] - constant[1]
    spread_jacobian = np.einsum("kl,bl...->bk...", spread, jacobian)
    c = np.einsum("ak...,bk...->ab...", jacobian, spread_jacobian)
    return covariance(c[0, 0], c[0, 1], c[1, 1])


def covariance(c00: FloatArray, c01: FloatArray, c11: FloatArray) -> Covariance:
    """Of its entries, whose diagonal rounding may have made negative."""
    return Covariance(np.maximum(c00, 0.0), c01, np.maximum(c11, 0.0))
