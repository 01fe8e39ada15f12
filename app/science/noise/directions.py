"""Angles between vectors, and how a number of them are spread."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray

ROUNDING = 1e-10  # tangent of an angle that may be rounding alone
SHORTEST = 1e-12  # step over coordinates, at or below which the step may be rounding alone


class Spread(NamedTuple):
    """Mean and quantiles of a sample."""

    mean: float
    p05: float
    p50: float
    p95: float


@dataclass(frozen=True)
class Directions:
    """Angles to a reference direction, summed up.

    Attributes:
        angle_degrees: of the angle, from 0 to 180.
        cosine: of its cosine.
        uphill: share of the angles beyond 90°: steps along them go up a slope that the
            reference goes down.
        count: how many angles.
    """

    angle_degrees: Spread
    cosine: Spread
    uphill: float
    count: int


class BatchAngles(NamedTuple):
    """Angles in degrees, of one batch size."""

    batch_size: int
    degrees: FloatArray


def angles(vectors: FloatArray, references: FloatArray) -> FloatArray:
    """Angle between two vectors, in degrees from 0 to 180; shapes (..., 2) -> (...).

    By the arctangent of cross and dot product, which keeps small angles that an arccosine
    would round away; only where it is no more than a cancelling sum's rounding (`ROUNDING`) the
    vectors are along one line, at exactly 0 or 180. Neither vector may be 0.
    """
    dot = np.sum(vectors * references, axis=-1)
    cross = vectors[..., 0] * references[..., 1] - vectors[..., 1] * references[..., 0]
    cross = np.where(np.abs(cross) <= ROUNDING * np.abs(dot), 0.0, np.abs(cross))
    return np.asarray(np.degrees(np.arctan2(cross, dot)))


def turning_angles(points: FloatArray) -> FloatArray:
    """Angles between the successive steps of a path, in degrees from 0 to 180.

    Steps of no length, or of nothing but rounding (10⁻¹² of the path's largest coordinate), have
    no direction: they are left out, and their neighbours compared.

    Args:
        points: every point of a path, none thinned out, shape (P, 2); those not finite, after a
            divergence, are left out.
    """
    path = points[np.all(np.isfinite(points), axis=1)]
    steps = np.diff(path, axis=0)
    shortest = SHORTEST * np.abs(path).max(initial=0.0)
    steps = steps[np.hypot(steps[:, 0], steps[:, 1]) > shortest]
    return angles(steps[1:], steps[:-1])


def summarise(degrees: FloatArray) -> Directions | None:
    """Sum up angles in degrees, shape (K,); None of none."""
    if not len(degrees):
        return None
    return Directions(
        angle_degrees=_spread(degrees),
        cosine=_spread(np.cos(np.radians(degrees))),
        uphill=float(np.mean(degrees > 90)),
        count=len(degrees),
    )


def _spread(values: FloatArray) -> Spread:
    return Spread(float(values.mean()), *np.quantile(values, (0.05, 0.5, 0.95)).tolist())
