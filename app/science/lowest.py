"""The lowest loss of a problem: where it lies, and how far above it other losses are."""

import numpy as np

from app.science.arrays import FloatArray
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.problems.curvature import FLAT, hessian
from app.science.problems.problem import Minimum, Problem

ROUNDING = 1e-12  # relative difference of losses that may be rounding alone
EQUAL = 1e-9  # relative difference of losses up to which minima are equally low


def lowest_loss(problem: Problem) -> float | None:
    """The loss at the lowest of the known minima, None where there is none."""
    return problem.minima[0].loss if problem.minima else None


def bottom(problem: Problem) -> float:
    """The loss that others are above: that of the lowest minimum, or 0 of data that have none.

    Raises:
        ParameterError: a function without a minimum, which may fall for ever.
    """
    lowest = lowest_loss(problem)
    if lowest is None and problem.surface.partial and problem.surface.family == "landscape":
        wanted = Message("one with a known minimum in its domain")
        raise ParameterError("surface", problem.surface.id, wanted)
    return lowest or 0.0


def lowest_minima(problem: Problem) -> tuple[Minimum, ...]:
    """All of the known minima that are equally low."""
    return tuple(m for m in problem.minima if m.loss - problem.minima[0].loss <= _unit(problem))


def distances(problem: Problem, points: FloatArray) -> FloatArray:
    """Euclidean distances of points to each of the M known minima, shape (..., 2) -> (..., M)."""
    at = np.array([minimum.point for minimum in problem.minima])
    apart = points[..., None, :] - at
    return np.asarray(np.hypot(apart[..., 0], apart[..., 1]))


def in_valley(problem: Problem) -> bool:
    """Whether the lowest minimum is one point of a curve of them: no curvature along it."""
    if not problem.minima:
        return False
    along, across = np.linalg.eigvalsh(hessian(problem, problem.minima[0].point))
    return bool(abs(along) <= FLAT * across)


def excess(problem: Problem, loss: FloatArray) -> FloatArray:
    """Losses above `lowest_loss`, NaN where there is none; what rounding makes of 0 is 0."""
    lowest = lowest_loss(problem)
    if lowest is None:
        return np.full_like(loss, np.nan)
    above = loss - lowest
    return np.where(np.abs(above) <= ROUNDING * max(1.0, abs(lowest)), 0.0, above)


def _unit(problem: Problem) -> float:
    return EQUAL * max(1.0, abs(problem.minima[0].loss))
