"""The largest curvature at a minimum: what plain descent bears there, with all examples."""

import numpy as np
import pytest

from app.science.problems import SURFACES
from app.science.problems.curvature import sharpness
from app.science.problems.problem import Problem, build_problem
from app.science.problems.typed import typed

N = 40
BY_A_FACTOR = 100  # by which what leaves goes farther than what stays


def strayed(problem: Problem, share: float, updates: int = 1000) -> float:
    """How far descent at a share of 2/λ₁ has gone from the minimum, over where it began."""
    minimum = np.array(problem.minima[0].point)
    curvature = sharpness(problem, problem.minima[0].point)
    assert curvature
    begun = 1e-7 * np.ptp(problem.surface.domain[0])
    w = minimum + begun
    for _ in range(updates):
        w = w - share * 2 / curvature * np.array(problem.gradient(*w))
        if np.hypot(*(w - minimum)) > BY_A_FACTOR * begun:
            break
    return float(np.hypot(*(w - minimum)) / begun)


@pytest.mark.parametrize(
    "surface", [name for name, surface in SURFACES.items() if build_problem(surface, N).minima]
)
def test_descent_stays_below_two_over_it_and_leaves_above(surface: str) -> None:
    problem = build_problem(SURFACES[surface], N)
    if surface == "ackley":
        assert sharpness(problem, problem.minima[0].point) is None  # a cusp
        return
    assert strayed(problem, 0.97) < BY_A_FACTOR
    assert strayed(problem, 1.03) > BY_A_FACTOR


def test_it_is_that_of_a_narrow_well() -> None:
    """H of .1 r² − e^(−500 r²) at 0 is (.2 + 1000) I."""
    well = typed("0.1*(x^2+y^2) - exp(-500*(x^2+y^2))", ((-4.0, 4.0), (-4.0, 4.0)))
    problem = build_problem(well, N, noise=0)
    assert sharpness(problem, (0.0, 0.0)) == pytest.approx(1000.2, rel=1e-3)


@pytest.mark.parametrize("text", ["x^4 + y^4", "sqrt(x^2 + y^2)", "abs(x) + y^2"])
def test_there_is_none_where_it_is_flat_or_a_cusp(text: str) -> None:
    problem = build_problem(typed(text), N, noise=0)
    assert sharpness(problem, (0.0, 0.0)) is None
