"""Where a loss is lowest with weight decay, against a grid, a slope of 0 and least squares."""

import numpy as np
import pytest

from app.science.problems import SURFACES
from app.science.problems.decayed import decayed_minima
from app.science.problems.problem import build_problem

DECAYS = (0.02, 0.5)


@pytest.mark.parametrize("surface", SURFACES)
def test_it_is_the_lowest_of_the_domain_or_a_minimum_of_the_loss(surface: str) -> None:
    problem = build_problem(SURFACES[surface], 60)
    (lo0, hi0), (lo1, hi1) = problem.surface.domain
    w0, w1 = np.meshgrid(np.linspace(lo0, hi0, 101), np.linspace(lo1, hi1, 101))
    for decay in DECAYS:
        found = decayed_minima(problem, decay)
        lowest = (problem.loss(w0, w1) + decay / 2 * (w0**2 + w1**2)).min()
        for at in found:
            there = float(problem.loss(*at)) + decay / 2 * (at[0] ** 2 + at[1] ** 2)
            assert there <= lowest + 1e-9 * max(1, abs(lowest))
            slope = np.array(problem.gradient(*at)) + decay * np.array(at)
            scale = 1 + np.abs(problem.gradient(lo0, lo1)).max()
            assert np.abs(slope).max() < 1e-7 * scale
            assert all(np.hypot(*np.subtract(at, each.point)) > 1e-9 for each in problem.minima)
        if not found:  # it is at 0, where the loss has a minimum of its own
            assert any(np.hypot(*each.point) < 1e-9 for each in problem.minima)


def test_of_least_squares_it_is_the_ridges() -> None:
    problem = build_problem(SURFACES["least-squares"])
    x, y = problem.columns
    design = np.stack([np.ones_like(x), x], axis=1)
    ridge = np.linalg.solve(design.T @ design / len(x) + 0.1 * np.eye(2), design.T @ y / len(x))
    (found,) = decayed_minima(problem, 0.1)
    assert found == pytest.approx(tuple(ridge), abs=1e-9)
    assert decayed_minima(build_problem(SURFACES["bowl"]), 0.1) == ()
