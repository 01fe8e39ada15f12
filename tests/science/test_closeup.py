"""The closer look at a minimum: what it holds, over all surfaces and several seeds."""

from functools import cache

import numpy as np
import pytest

from app.science.budget import Budget
from app.science.closeup import CLOSEST, WIDEST, closeup
from app.science.comparison import Comparison
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem
from tests.comparing import compare

N = 60


@cache
def problem(surface: str) -> Problem:
    return build_problem(SURFACES[surface], N)


def comparison(surface: str, seed: int, replicas: int = 1, rate: float = 1.0) -> Comparison:
    made = problem(surface)
    plans = [
        make_plan(
            examples=N,
            batch_size=size,
            budget=Budget(epochs=8),
            learning_rate=rate * made.surface.learning_rate,
        )
        for size in (8, N)
    ]
    start = made.surface.start
    return compare(made, plans, sgd(), start, seed=seed, replicas=replicas)


@pytest.mark.parametrize("surface", SURFACES)
def test_it_holds_what_lies_by_the_nearest_of_the_lowest_minima(surface: str) -> None:
    for seed, replicas in ((0, 1), (1, 1), (2, 12)):
        made = comparison(surface, seed, replicas)
        part = closeup(made)
        if not problem(surface).minima:
            assert part is None
            continue
        assert part is not None
        (left, right), (low, high) = part
        domain = np.array(made.problem.surface.domain)
        shares = np.array([right - left, high - low]) / (domain[:, 1] - domain[:, 0])
        assert shares[0] == pytest.approx(shares[1])  # what is round stays round
        assert CLOSEST * (1 - 1e-9) <= shares[0] <= WIDEST * (1 + 1e-9)
        assert np.all(domain[:, 0] <= [left + 1e-9, low + 1e-9])
        assert np.all([right - 1e-9, high - 1e-9] <= domain[:, 1])
        at = np.array([minimum.point for minimum in made.problem.minima])
        losses = np.array([minimum.loss for minimum in made.problem.minima])
        firsts = np.array([[r.paths.w0[-1, 0], r.paths.w1[-1, 0]] for r in made.runs])
        firsts = firsts[np.isfinite(firsts[:, 0])]
        lowest = np.flatnonzero(losses <= losses.min() + 1e-9 * max(1.0, abs(losses.min())))
        away = np.linalg.norm(firsts[:, None] - at[lowest], axis=2)
        chosen = lowest[away.min(axis=0).argmin()]
        w0, w1 = at[chosen]
        assert left <= w0 <= right
        assert low <= w1 <= high
        if shares[0] < WIDEST * (1 - 1e-9):
            points = np.concatenate(
                [np.column_stack([r.paths.w0[-1], r.paths.w1[-1]]) for r in made.runs]
                + [held.curve for r in made.runs for held in r.regions]
            )
            points = points[np.isfinite(points[:, 0])]
            own = np.linalg.norm(points[:, None] - at, axis=2).argmin(axis=1) == chosen
            assert np.all((left < points[own, 0]) & (points[own, 0] < right))
            assert np.all((low < points[own, 1]) & (points[own, 1] < high))


def test_there_is_none_where_every_run_diverged() -> None:
    made = comparison("rosenbrock", 0, rate=1000)
    assert all(run.paths.diverged_at.all() for run in made.runs)
    assert closeup(made) is None
