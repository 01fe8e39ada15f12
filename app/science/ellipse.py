"""The ellipse that holds a given share of a two-dimensional Gaussian."""

import math

import numpy as np

from app.science.arrays import FloatArray
from app.science.errors import ParameterError


def ellipse(
    centre: FloatArray, covariance: FloatArray, level: float = 0.95, points: int = 121
) -> FloatArray:
    """The closed curve (x − c)ᵀ C⁻¹ (x − c) = −2 ln(1 − level), shape (points, 2).

    In two dimensions the left side is χ² with two degrees of freedom, whose quantiles are
    these logarithms. A covariance without rank 2 gives a line, or a dot.

    Args:
        centre: c, shape (2,).
        covariance: C, shape (2, 2), symmetric and positive semi-definite to rounding.
        level: share of the Gaussian inside, at least 0 and below 1.
        points: on the curve, the last one the first again.

    Raises:
        ParameterError: a level outside [0, 1).
    """
    if not 0 <= level < 1:
        raise ParameterError("level", level, "a number of at least 0 and below 1")
    variances, axes = np.linalg.eigh(covariance)
    radii = np.sqrt(-2 * math.log1p(-level) * np.maximum(variances, 0.0))
    turn = np.linspace(0, 2 * math.pi, points)
    circle = np.column_stack([np.cos(turn), np.sin(turn)])
    circle[-1] = circle[0]
    return np.asarray(centre + circle * radii @ axes.T)


def share_inside(
    points: FloatArray, centre: FloatArray, covariance: FloatArray, level: float = 0.95
) -> float:
    """Share of points, shape (K, 2), inside the `ellipse`; without rank 2, on its line or dot."""
    inverse = np.linalg.pinv(covariance, hermitian=True)
    away = points - centre
    distance = np.einsum("ki,ij,kj->k", away, inverse, away)
    return float(np.mean(distance <= -2 * math.log1p(-level)))
