"""Gradient noise along a run: how often it turns, and how noisy the places it passes are."""

from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray
from app.science.noise.directions import Directions, angles, summarise
from app.science.noise.point import size_at_start
from app.science.noise.scale import scale_of
from app.science.problems.problem import Problem

ROUNDING = 1e-12  # a step no longer than this part of the coordinates is made of rounding


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
    shortest = ROUNDING * np.abs(path).max(initial=0.0)
    steps = steps[np.hypot(steps[:, 0], steps[:, 1]) > shortest]
    return angles(steps[1:], steps[:-1])


def turning(points: FloatArray) -> Directions | None:
    """`turning_angles` summed up; None of fewer than two steps.

    Its ``uphill`` is the share of steps that turn back, by more than 90°.
    """
    return summarise(turning_angles(points))


@dataclass(frozen=True, eq=False)
class NoiseAlong:
    """The exact gradient noise at points of a run.

    Attributes:
        points: θ, shape (P, 2).
        loss: L, shape (P,).
        squared_norm: ‖G‖², exactly 0 where G is zero to rounding, shape (P,).
        trace: tr Σ, exactly 0 where every gradient is zero to rounding, shape (P,).
        noise_scale: tr Σ/‖G‖² in examples, shape (P,): infinite where G alone is zero to
            rounding, NaN where every gradient is.
    """

    points: FloatArray
    loss: FloatArray
    squared_norm: FloatArray
    trace: FloatArray
    noise_scale: FloatArray


def noise_along(problem: Problem, points: FloatArray) -> NoiseAlong:
    """Measure the noise at points, finite ones, shape (P, 2)."""
    w0, w1 = points.T
    (g0, g1), covariance = problem.gradient_and_covariance(w0, w1)
    squared_norm, trace = g0**2 + g1**2, covariance.trace
    scale = scale_of(squared_norm, trace, size_at_start(problem))
    squared_norm = np.where(np.isfinite(scale), squared_norm, 0.0)
    trace = np.where(np.isnan(scale), 0.0, trace)
    return NoiseAlong(points, problem.loss(w0, w1), squared_norm, trace, scale)
