"""What is printed is what ten lines of numpy print, and the exponential mean lags as it says."""

import numpy as np
import pytest

from app.science.accumulation import Accumulation
from app.science.budget import Budget
from app.science.comparison import Run
from app.science.errors import ParameterError
from app.science.optimizers import sgd
from app.science.plan import Plan
from app.science.planning import make_plan
from app.science.printed import exponential_mean, lag, printed_losses
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from tests.comparing import compare


def ran(plan: Plan, surface: str = "least-squares", seed: int = 0) -> Run:
    problem = build_problem(SURFACES[surface], plan.examples)
    (run,) = compare(problem, [plan], sgd(), problem.surface.start, seed=seed).runs
    return run


def laid_out(size: int, rate: float = 0.1, **more: int) -> Plan:
    return make_plan(
        examples=1050, batch_size=size, budget=Budget(**more or {"epochs": 3}), learning_rate=rate
    )


def test_ten_lines_of_numpy() -> None:
    problem = build_problem(SURFACES["least-squares"])
    x, y = problem.columns
    printed = printed_losses(ran(laid_out(100), seed=5), 5)
    rng, theta = np.random.default_rng([5, 0]), np.array(problem.surface.start)
    for epoch in printed.epochs:
        losses, sizes, true = [], [], []
        for batch in np.split(rng.permutation(1050), range(100, 1050, 100)):
            residual = theta[0] + theta[1] * x[batch] - y[batch]
            losses.append((residual**2).mean() / 2)
            sizes.append(len(batch))
            true.append(((theta[0] + theta[1] * x - y) ** 2).mean() / 2)
            theta = theta - 0.1 * np.array([residual.mean(), (residual * x[batch]).mean()])
        assert epoch.weighted == pytest.approx(np.dot(losses, sizes) / 1050, abs=1e-9)
        assert epoch.unweighted == pytest.approx(np.mean(losses), abs=1e-9)
        assert epoch.on_the_way == pytest.approx(np.dot(true, sizes) / 1050, abs=1e-9)
        assert epoch.end == pytest.approx(((theta[0] + theta[1] * x - y) ** 2).mean() / 2, abs=1e-9)
        assert epoch.drawn == pytest.approx(np.std(np.subtract(losses, true)), abs=1e-9)
        assert epoch.moved == pytest.approx(np.std(true), abs=1e-9)
        assert epoch.last_counts == 2


def test_a_case_that_came_with_numbers() -> None:
    first = printed_losses(ran(laid_out(100)), 0).epochs[0]
    assert [first.unweighted, first.weighted, first.end] == pytest.approx(
        [4.426, 4.548, 1.420], abs=5e-4
    )


@pytest.mark.parametrize(("kind", "pieces"), [("size", 4), ("means", 4), ("means", 7)])
def test_a_loop_that_accumulates_prints_what_it_takes_the_gradient_of(
    kind: str, pieces: int
) -> None:
    accumulation = Accumulation(pieces, kind)
    plan = make_plan(
        examples=1057, batch_size=128, budget=Budget(epochs=2), learning_rate=0.1,
        accumulation=accumulation,
    )  # fmt: skip
    printed = printed_losses(ran(plan, seed=3), 3)
    problem = build_problem(SURFACES["least-squares"], 1057)
    x, y = problem.columns
    rng, theta = np.random.default_rng([3, 0]), np.array(problem.surface.start)
    m = -(-128 // pieces)
    for epoch in printed.epochs:
        updates, keras = [], []
        for batch in np.split(rng.permutation(1057), range(128, 1057, 128)):
            parts = [batch[i : i + m] for i in range(0, len(batch), m)]
            divided = [1 / len(parts) if kind == "means" else len(p) / len(batch) for p in parts]
            loss, gradient = 0.0, np.zeros(2)
            for part, share in zip(parts, divided, strict=True):
                residual = theta[0] + theta[1] * x[part] - y[part]
                loss += share * (residual**2).mean() / 2
                gradient += share * np.array([residual.mean(), (residual * x[part]).mean()])
                keras.append((residual**2).sum() / 2)
            updates.append(loss)
            theta = theta - 0.1 * gradient
        assert epoch.unweighted == pytest.approx(np.mean(updates), abs=1e-9)
        assert epoch.weighted == pytest.approx(np.sum(keras) / 1057, abs=1e-9)
        # 1,057 = 8 × 128 + 33; 33 = 32 + 1 = 19 + 14, and 128 = 6 × 19 + 14.
        assert epoch.last_counts == pytest.approx(
            {("size", 4): 128 / 33, ("means", 4): 64, ("means", 7): 7 * 19 / (2 * 14)}[kind, pieces]
        )


@pytest.mark.parametrize(("size", "updates", "whole"), [(100, 10, 0), (100, 25, 2), (1050, 2, 2)])
def test_only_whole_epochs_are_printed(size: int, updates: int, whole: int) -> None:
    printed = printed_losses(ran(laid_out(size, updates=updates)), 0)
    assert len(printed.epochs) == whole
    assert len(printed.losses) == len(printed.running) == updates
    assert all(epoch.drawn == pytest.approx(0, abs=1e-12) for epoch in printed.epochs) == (
        size == 1050 or not whole
    )


def test_a_run_that_diverges_is_printed_as_far_as_it_came() -> None:
    run = ran(laid_out(100, rate=50.0, epochs=5))
    printed = printed_losses(run, 0)
    assert len(printed.losses) == run.paths.diverged_at[0] > 0
    assert len(printed.epochs) == (len(printed.losses) - 1) // 11


@pytest.mark.parametrize("weight", [0.0, 0.5, 0.9, 0.99])
def test_an_exponential_mean_of_what_falls_evenly_is_behind_by_its_lag(weight: float) -> None:
    values = np.arange(5000.0)
    mean = exponential_mean(values, weight)
    assert values[-1] - mean[-1] == pytest.approx(lag(weight), abs=1e-6)
    assert exponential_mean(np.full(9, 3.0), weight) == pytest.approx(np.full(9, 3.0))
    with pytest.raises(ParameterError):
        exponential_mean(values, 1.0)
