"""The noise scale over the plane and along runs, and where it has no bound."""

from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, Point
from app.science.noise.point import (
    deviations,
    example_gradients,
    size_at_start,
    stationary,
)
from app.science.problems.problem import Problem

RINGS = (1e-6, 1e-4)  # their radii, in units of the domain's narrower side
AROUND = 16  # points on a ring
ALONE = 1e6  # tr Σ over a ‖G‖² that is zero to rounding, from which on Σ does not vanish with it
GROWTH = 100  # from the outer to the inner ring; it is 10⁴ where ‖G‖ is proportional to the radius


@dataclass(frozen=True, eq=False)
class NoiseAlong:
    """The exact gradient noise at points of a run.

    Attributes:
        points: θ, shape (P, 2).
        loss: L, shape (P,).
        squared_norm: ‖G‖², exactly 0 where G is zero to rounding, shape (P,).
        trace: tr Σ, exactly 0 where every gradient is zero to rounding, shape (P,).
        noise_scale: tr Σ/‖G‖² in examples, shape (P,): infinite where G alone is zero to
            rounding, NaN where every gradient is, or all vanish alike.
    """

    points: FloatArray
    loss: FloatArray
    squared_norm: FloatArray
    trace: FloatArray
    noise_scale: FloatArray


def noise_scales(problem: Problem, w0: FloatArray, w1: FloatArray) -> FloatArray:
    """tr Σ/‖G‖² at points; infinite at stationary ones, NaN where there is no noise either."""
    (g0, g1), covariance = problem.gradient_and_covariance(w0, w1)
    squared_norm, trace = g0**2 + g1**2, covariance.trace
    return _scale(squared_norm, trace, size_at_start(problem))


def noise_along(problem: Problem, points: FloatArray) -> NoiseAlong:
    """Measure the noise at points, finite ones, shape (P, 2).

    From every example's gradient: near a minimum that all examples share, moments of features are
    nothing but rounding, and gradients are not.
    """
    start_size = size_at_start(problem)
    squared_norm, trace = np.empty((2, len(points)))
    for k, (w0, w1) in enumerate(points.tolist()):
        gradients = example_gradients(problem, (w0, w1))
        squared_norm[k] = np.sum(gradients.mean(axis=1) ** 2)
        trace[k] = np.sum(deviations(gradients, start_size) ** 2) / problem.size
    scale = _scale(squared_norm, trace, start_size)
    squared_norm = np.where(np.isfinite(scale), squared_norm, 0.0)
    trace = np.where(np.isnan(scale), 0.0, trace)
    return NoiseAlong(points, problem.loss(*points.T), squared_norm, trace, scale)


def _scale(squared_norm: FloatArray, trace: FloatArray, start_size: float) -> FloatArray:
    """tr Σ/‖G‖² of exact moments, of any shape, infinite and NaN as `noise_scales`.

    Args:
        squared_norm: ‖G‖².
        trace: tr Σ.
        start_size: `size_at_start`.
    """
    still = stationary(squared_norm, trace, start_size)
    alone = ~stationary(trace, squared_norm, start_size) & (trace >= ALONE * squared_norm)
    there = np.where(alone, np.inf, np.nan)
    return np.where(still, there, trace / np.where(still, 1, squared_norm))


def unbounded(problem: Problem, point: Point) -> bool:
    """Whether the noise scale grows without bound towards a point, from all sides.

    It does where the gradient vanishes and the noise stays; not where the noise vanishes too, nor
    at a cusp, about which the gradient stays.
    """
    side = min(hi - lo for lo, hi in problem.surface.domain)
    turn = np.linspace(0, 2 * np.pi, AROUND, endpoint=False)
    inner, outer = (
        noise_scales(
            problem,
            point[0] + radius * side * np.cos(turn),
            point[1] + radius * side * np.sin(turn),
        )
        for radius in RINGS
    )
    return bool(np.all(np.isposinf(inner) | (inner > GROWTH * outer)))
