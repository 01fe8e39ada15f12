"""The noise at one point: every example's gradient there, their mean and their covariance."""

from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, IntArray, Point, Values
from app.science.cached_property import cached_property
from app.science.errors import ParameterError
from app.science.problems.problem import Problem

STATIONARY = 1e-10  # ‖G‖ over the size of the gradients, at or below which G counts as 0
GRID = 9  # points along each axis of the domain, for a median over it
ALL = slice(None)
ROUNDING = 4 * np.finfo(np.float64).eps


@dataclass(frozen=True, eq=False)
class PointNoise:
    """Per-example gradients g_i at θ: the finite population that mini-batches are drawn from.

    Attributes:
        point: θ.
        loss: L(θ).
        gradients: g_i, shape (2, N).
        size_at_start: `size_at_start` of the problem.
    """

    point: Point
    loss: float
    gradients: FloatArray
    size_at_start: float

    @property
    def examples(self) -> int:
        """N."""
        return int(self.gradients.shape[1])

    @cached_property
    def gradient(self) -> FloatArray:
        """G = 1/N Σ g_i, the full gradient, shape (2,)."""
        return np.asarray(self.gradients.mean(axis=1))

    @cached_property
    def deviations(self) -> FloatArray:
        """g_i − G, shape (2, N); exactly 0 where it is no more than rounding, or all g_i are."""
        return deviations(self.gradients, self.size_at_start)

    @cached_property
    def covariance(self) -> FloatArray:
        """Σ = 1/N Σ (g_i − G)(g_i − G)ᵀ, shape (2, 2)."""
        return self.deviations @ self.deviations.T / self.examples

    @cached_property
    def second_moment(self) -> FloatArray:
        """Σ + GGᵀ = 1/N Σ g_i g_iᵀ, shape (2, 2): the noise of batches whose size is drawn."""
        return self.covariance + np.outer(self.gradient, self.gradient)

    @property
    def trace(self) -> float:
        """tr Σ, the total variance of a single example's gradient."""
        return float(np.trace(self.covariance))

    @property
    def norm(self) -> float:
        """‖G‖."""
        return float(np.hypot(*self.gradient))

    @property
    def stationary(self) -> bool:
        """Whether G is zero to rounding, so that its direction means nothing: `stationary`."""
        return bool(stationary(self.norm**2, self.trace, self.size_at_start))

    @property
    def noiseless(self) -> bool:
        """Whether all g_i are the same to rounding."""
        return not self.deviations.any()

    @property
    def noise_scale(self) -> float | None:
        """tr Σ/‖G‖², in examples (McCandlish et al. 2018, arXiv:1812.06162).

        None at a stationary point: infinite, or 0/0 where it is `noiseless`.
        """
        return None if self.stationary else self.trace / self.norm**2


def noise_at(problem: Problem, point: Point) -> PointNoise:
    """Every example's gradient at a point, and what follows from it.

    Raises:
        ParameterError: a point at which the loss, a gradient or its square is not finite.
    """
    with np.errstate(over="ignore", invalid="ignore"):
        gradients = example_gradients(problem, point)
        loss = float(problem.loss(*point))
        finite = np.isfinite(np.sum(gradients**2)) and np.isfinite(loss)
    if not finite:
        raise ParameterError(
            "at", point, "two numbers at which the loss and the gradients are finite"
        )
    return PointNoise(point, loss, gradients, size_at_start(problem))


def size_at_start(problem: Problem) -> float:
    """√(1/N Σ ‖g_i‖²) at the surface's start: how large its gradients are there."""
    gradients = example_gradients(problem, problem.surface.start)
    return float(np.sqrt(np.mean(np.sum(gradients**2, axis=0))))


def typical_size(problem: Problem) -> float:
    """√(1/N Σ ‖g_i‖²) in the median over the domain, or at the surface's start if that is less."""
    (g0, g1), covariance = problem.gradient_and_covariance(
        *np.meshgrid(*[np.linspace(lo, hi, GRID) for lo, hi in problem.surface.domain], sparse=True)
    )
    median = float(np.median(np.sqrt(g0**2 + g1**2 + covariance.trace)))
    return min(median, size_at_start(problem))


def stationary(squared_norm: Values, trace: Values, start_size: float) -> Values:
    """Whether full gradients are zero to rounding, relative to the gradients' own size.

    The one rule: ‖G‖ is at most 10⁻¹⁰ of the root mean square of the ‖g_i‖, taken at the point
    (where its square is ‖G‖² + tr Σ) or at the surface's start, whichever is larger.

    Args:
        squared_norm: ‖G‖², of any shape.
        trace: tr Σ.
        start_size: `size_at_start`.
    """
    size = np.maximum(squared_norm + trace, start_size**2)
    return squared_norm <= STATIONARY**2 * size


def deviations(gradients: FloatArray, start_size: float) -> FloatArray:
    """g_i less their mean, (2, n) -> (2, n); exactly 0 where it is no more than rounding.

    So it is of a component whose values differ by no more than their own rounding, and where all
    g_i are zero to rounding, 10⁻¹⁰ of the ``start_size`` or less.
    """
    if np.mean(np.sum(gradients**2, axis=0)) <= (STATIONARY * start_size) ** 2:
        return np.zeros_like(gradients)
    d = gradients - gradients.mean(axis=1, keepdims=True)
    largest = np.abs(gradients).max(axis=1, keepdims=True)
    return np.where(np.abs(d) > ROUNDING * largest, d, 0.0)


def example_gradients(
    problem: Problem, point: Point, examples: IntArray | slice = ALL
) -> FloatArray:
    """g_i(θ) of all examples, or of those of some indices, shape (2, examples)."""
    columns = [column[examples] for column in problem.columns]
    return np.array(np.broadcast_arrays(*problem.surface.loss.gradient(*point, columns)))
