"""The curvature of the mean loss at a point."""

import numpy as np

from app.science.problems.problem import Problem
from app.science.problems.surface import FloatArray, Point

STEP = 1e-5  # of the central differences, in widths of the domain


def hessian(problem: Problem, point: Point, step: float = STEP) -> FloatArray:
    """The Hessian H of L by central differences of its exact gradient, shape (2, 2).

    Args:
        problem: the finite sum.
        point: θ.
        step: in widths of the domain; the error is of its square, and 0 on quadratics but for
            rounding. A wide one sees the curvature of a cusp as a step of that length does.
    """
    reach = step * np.diff(problem.surface.domain, axis=1)[:, 0]
    ahead, behind = (np.array(problem.gradient(*(point + s * np.diag(reach)).T)) for s in (1, -1))
    slopes = (ahead - behind) / (2 * reach)
    return np.asarray((slopes + slopes.T) / 2)
