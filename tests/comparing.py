"""Runs compared in one call."""

from collections.abc import Sequence

from app.science.arrays import Point
from app.science.comparison import Comparison, compared, trajectories
from app.science.plan import Plan
from app.science.problems.problem import Problem
from app.science.rule import Optimizer


def compare(
    problem: Problem,
    plans: Sequence[Plan],
    optimizer: Optimizer,
    start: Point,
    *,
    max_points: int | None = None,
    **draws: int,
) -> Comparison:
    """Run every plan from the same start with the same seeds, and compare; as `trajectories`."""
    paths = trajectories(problem, plans, optimizer, start, max_points=max_points, **draws)
    return compared(problem, plans, start, paths, max_points)
