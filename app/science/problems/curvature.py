"""The curvature of the mean loss at a point."""

import numpy as np

from app.science.arrays import FloatArray, Point
from app.science.problems.problem import Problem

STEP = 1e-5  # of the central differences, over the width of the domain
FARTHER = 1e-4  # the same, to see whether there is a curvature
ALIKE = 0.01  # share by which both differ where there is
WIDE = 0.01  # the same as `STEP`, for the curvature that limits the learning rate
FLAT = 1e-6  # share of the largest curvature, at or below which a curvature counts as 0
FOUND = 1e-9  # how near to a true minimum a found one is, in widths of the domain


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


def overshoot(problem: Problem) -> float:
    """How far the lowest known minimum's loss is above that of the true one, about: ½ GᵀH⁺G.

    0 where Newton's step −H⁺G from there is longer than what a search leaves, as at a cusp.
    """
    point = problem.minima[0].point
    gradient = np.array(problem.gradient(*point))
    step = np.linalg.pinv(hessian(problem, point), rcond=FLAT, hermitian=True) @ gradient
    there = np.all(np.abs(step) <= FOUND * np.diff(problem.surface.domain, axis=1)[:, 0])
    return float(gradient @ step) / 2 if there else 0.0


def limiting(problem: Problem, point: Point) -> float:
    """The largest curvature |λ| at a point, which limits the learning rate; as a cusp has it.

    Where there is none, as on a plane, it is one over the surface's own learning rate.
    """
    curved = hessian(problem, point, WIDE)
    found = np.abs(np.linalg.eigvalsh(curved)).max() if np.all(np.isfinite(curved)) else 0.0
    return float(found) or 1 / problem.surface.learning_rate


def sharpness(problem: Problem, point: Point) -> float | None:
    """λ₁, the largest curvature of the loss at a minimum.

    None where the loss has none: at a cusp, whose slopes jump, and where it is flat to second
    order. There what is read as curvature is another one over another distance.
    """
    near, far = (float(np.linalg.eigvalsh(hessian(problem, point, s))[-1]) for s in (STEP, FARTHER))
    return near if np.isclose(near, far, rtol=ALIKE, atol=0) else None


def memory(
    problem: Problem, learning_rates: FloatArray, scales: tuple[float, float] = (1.0, 1.0)
) -> float:
    """The share of the squared distance to the lowest minimum left by updates of SGD, at most.

    To second order, along the flattest axis there: Π (1 − ελ)², 0 from ελ = 1 on, where no step
    is too short. It is 1 in a valley of minima.

    Args:
        problem: the finite sum.
        learning_rates: ε of each update.
        scales: by which each weight's step is multiplied.
    """
    steps = np.clip(learning_rates * flattest(problem, scales), 0.0, 1.0)
    return float(np.prod(1 - steps) ** 2)


def flattest(problem: Problem, scales: tuple[float, float] = (1.0, 1.0)) -> float:
    """The least curvature λ at the lowest minimum, in weights so scaled."""
    roots = np.sqrt(scales)
    curved = roots[:, None] * hessian(problem, problem.minima[0].point) * roots
    return float(np.linalg.eigvalsh(curved)[0])
