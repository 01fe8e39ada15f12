"""Batches in which every class weighs the same, written again as a plain loop."""

import numpy as np
import pytest

from app.science.budget import Budget
from app.science.engine import run
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem

N, FEW, EPOCHS = 60, 6, 3
RARE = build_problem(SURFACES["logistic"], N, rare_share=0.1)


@pytest.mark.parametrize(("remainder", "size"), [("keep", 1), ("keep", N), ("weight", 8)])
def test_a_plain_loop(remainder: str, size: int) -> None:
    x0, x1, label = RARE.columns
    assert [int(np.count_nonzero(label == side)) for side in (1, -1)] == [FEW, N - FEW]
    plan = make_plan(
        examples=N,
        batch_size=size,
        budget=Budget(epochs=EPOCHS),
        learning_rate=0.7,
        sampling="balanced",
        remainder=remainder,
    )
    start = RARE.surface.start
    paths = run(RARE, plan, sgd(), start, [np.random.default_rng([5, r]) for r in range(2)])
    for replica in range(2):
        rng, w = np.random.default_rng([5, replica]), np.array(start)
        made = [w]
        for _ in range(EPOCHS):
            order = rng.choice(N, N, p=np.where(label > 0, 1 / 2 / FEW, 1 / 2 / (N - FEW)))
            for first in range(0, N, size):
                some = order[first : first + size]
                x = np.stack([x0[some], x1[some]])
                pull = -label[some] / (1 + np.exp(label[some] * (w @ x)))
                weight = len(some) / size if remainder == "weight" else 1
                w = w - 0.7 * weight * (x * pull).mean(axis=1)
                made.append(w)
        points = np.column_stack([paths.w0[:, replica], paths.w1[:, replica]])
        np.testing.assert_allclose(points, made, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_the_expected_gradient_is_of_the_mean_of_the_classes_losses(share: float) -> None:
    problem = build_problem(SURFACES["logistic"], N, rare_share=share)
    plan = make_plan(
        examples=N,
        batch_size=8,
        budget=Budget(epochs=1),
        learning_rate=1.0,
        sampling="balanced",
    )
    label, at = problem.columns[2], np.array([0.5, -0.3])
    each = np.array(problem.surface.loss.gradient(at[0], at[1], list(problem.columns)))
    alike = (each[:, label > 0].mean(axis=1) + each[:, label < 0].mean(axis=1)) / 2
    orders = plan.orders(np.random.default_rng(2), label)
    means = np.array([each[:, next(orders)].mean(axis=1) for _ in range(1000)])
    error = means.std(axis=0) / np.sqrt(len(means))
    assert np.all(np.abs(means.mean(axis=0) - alike) < 5 * error)
    full = each.mean(axis=1)
    assert bool(np.all(np.abs(full - alike) < 1e-12)) == (share == 0.5)
