"""Fields over the plane, each from exact moments of all N examples."""

from collections.abc import Callable
from typing import Literal, TypeAlias

import numpy as np

from app.science.arrays import FloatArray
from app.science.noise.scale import noise_scales
from app.science.problems.problem import Problem

FieldName: TypeAlias = Literal["loss", "gradient_norm", "noise_trace", "noise_scale"]


def gradient_norm(problem: Problem, w0: FloatArray, w1: FloatArray) -> FloatArray:
    """‖G‖, the norm of the full gradient."""
    g0, g1 = problem.gradient(w0, w1)
    return np.asarray(np.sqrt(g0**2 + g1**2))


def noise_trace(problem: Problem, w0: FloatArray, w1: FloatArray) -> FloatArray:
    """tr Σ, the total variance of a single example's gradient."""
    return problem.covariance(w0, w1).trace


def bounded_noise_scale(problem: Problem, w0: FloatArray, w1: FloatArray) -> FloatArray:
    """tr Σ/‖G‖², NaN where it is infinite: where G = 0."""
    scale = noise_scales(problem, w0, w1)
    return np.where(np.isfinite(scale), scale, np.nan)


FIELDS: dict[FieldName, Callable[[Problem, FloatArray, FloatArray], FloatArray]] = {
    "loss": Problem.loss,
    "gradient_norm": gradient_norm,
    "noise_trace": noise_trace,
    "noise_scale": bounded_noise_scale,
}
