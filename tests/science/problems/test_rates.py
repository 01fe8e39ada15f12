"""The default learning rates of adaptive rules: at them, paths arrive and teach."""

from functools import cache

import numpy as np
import pytest

from app.science.arrays import FloatArray
from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.optimizers import OPTIMIZERS, default_learning_rate
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem

LEFT = 0.2  # of the way down to the bottom of the start's own basin
VISIBLE = 0.02  # of the domain's width
DESCENT = 4000  # updates of gradient descent, to that bottom

EVERY = [
    (surface, optimizer)
    for surface in SURFACES
    for optimizer, rule in OPTIMIZERS.items()
    if rule.adaptive
]


@cache
def defaults(surface: str) -> Problem:
    return build_problem(SURFACES[surface])


def points(
    surface: str, optimizer: str, batch_size: int, budget: Budget, replicas: int = 1
) -> FloatArray:
    """The start, a quarter of the budget and its last tenth: (2, updates, replicas)."""
    problem = defaults(surface)
    plan = make_plan(
        examples=problem.size,
        batch_size=batch_size,
        budget=budget,
        learning_rate=default_learning_rate(problem.surface, optimizer),
    )
    late = np.linspace(0.9, 1, 40) * plan.updates
    record = np.unique([0, plan.updates // 4, *late.round().astype(np.int64)])
    rngs = generators(0, replicas)
    made = run(problem, plan, OPTIMIZERS[optimizer](), problem.surface.start, rngs, record)
    return np.array([made.w0, made.w1])


@cache
def basin(surface: str) -> float:
    """The loss that gradient descent comes down to from the start."""
    problem = defaults(surface)
    end = points(surface, "sgd", problem.size, Budget(updates=DESCENT))[:, -1, 0]
    return float(problem.loss(*end))


@pytest.mark.parametrize(("surface", "optimizer"), EVERY)
def test_paths_arrive_and_batch_sizes_differ(surface: str, optimizer: str) -> None:
    problem = defaults(surface)
    budget = Budget(epochs=problem.surface.epochs)
    one, full = (points(surface, optimizer, b, budget) for b in (1, problem.size))
    some = points(surface, optimizer, 32, budget, replicas=3)
    width = max(high - low for low, high in problem.surface.domain)
    assert all(np.isfinite(path).all() for path in (one, some, full))

    height = float(problem.loss(*problem.surface.start)) - basin(surface)
    if surface == "two-wells":  # whose start is a bottom already, that of the well B = 1 leaves
        assert height < 1e-3
        far = np.hypot(*(full[:, -1, 0] - problem.surface.start))
        assert far < 0.05 * width
    else:
        for path in (some, full):
            left = np.median(problem.loss(*path[:, 2:]) - basin(surface)) / height
            assert left < LEFT

    # Late, single examples keep a path away from where batches of 32, as each was drawn, are.
    middle = some[:, 2:, :1].mean(axis=1, keepdims=True)
    assert np.sqrt(np.mean(np.sum((one[:, 2:] - middle) ** 2, axis=0))) > VISIBLE * width
    # And those are not where the full batch is, on the way or late; in one pit, they jitter.
    apart = np.hypot(*(some[:, [1, -1]] - full[:, [1, -1]]))
    assert apart.max() > VISIBLE / 4 * width
