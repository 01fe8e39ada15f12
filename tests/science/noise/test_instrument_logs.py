"""Instruments along whole runs: from the very batches of the run."""

import numpy as np
import pytest

from app.science.budget import Budget
from app.science.noise.instrument_logs import READINGS, read_logs
from app.science.noise.instruments import INSTRUMENTS
from app.science.noise.point import example_gradients
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from tests.comparing import compare

N, SIZE, SEED = 60, 7, 4


def test_the_norm_test_by_hand() -> None:
    problem = build_problem(SURFACES["logistic"], N)
    plan = make_plan(examples=N, batch_size=SIZE, budget=Budget(epochs=2), learning_rate=0.3)
    (run,) = compare(problem, [plan], sgd(), problem.surface.start, seed=SEED).runs
    (log,) = read_logs([run], "sgd", SEED)
    assert set(log.readings) == set(INSTRUMENTS)
    np.testing.assert_array_equal(log.updates, np.arange(1, plan.updates + 1))
    rng = np.random.default_rng([SEED, 0])
    values = iter(log.readings["norm-test"].values)
    update = 0
    for _ in range(2):
        order = rng.permutation(N)
        for first in range(0, N, SIZE):
            batch = order[first : first + SIZE]
            point = (float(run.paths.w0[update, 0]), float(run.paths.w1[update, 0]))
            g = example_gradients(problem, point, batch)
            variance = g.var(axis=1, ddof=1).sum() * (1 / len(batch) - 1 / N)
            assert next(values) == pytest.approx(np.sqrt(variance) / np.hypot(*g.mean(axis=1)))
            update += 1


def test_a_long_run_is_read_here_and_there() -> None:
    problem = build_problem(SURFACES["bowl"], N)
    plan = make_plan(examples=N, batch_size=2, budget=Budget(epochs=20), learning_rate=0.1)
    (run,) = compare(problem, [plan], sgd(), problem.surface.start, seed=SEED).runs
    (log,) = read_logs([run], "sgd", SEED)
    assert len(log.updates) == len(set(log.updates.tolist())) == READINGS
    assert 1 <= log.updates[0] < log.updates[-1] <= plan.updates
    np.testing.assert_allclose(log.epoch, (log.updates - 1) / (N / 2))


def test_readings_are_from_every_place_of_an_epoch_at_any_time() -> None:
    """Evenly apart they are all of one batch of the epoch for half of such a run."""
    problem = build_problem(SURFACES["bowl"], N)
    plan = make_plan(examples=N, batch_size=50, budget=Budget(epochs=READINGS), learning_rate=0.1)
    (run,) = compare(problem, [plan], sgd(), problem.surface.start, seed=SEED).runs
    (log,) = read_logs([run], "sgd", SEED)
    np.testing.assert_array_equal(log.left_over, log.updates % 2 == 0)
    np.testing.assert_array_equal(log.sizes, np.where(log.left_over, 10, 50))
    for half in (log.left_over[: READINGS // 2], log.left_over[READINGS // 2 :]):
        assert abs(half.mean() - 0.5) < 5 * 0.5 / np.sqrt(len(half))


def test_a_run_that_diverged_is_read_before() -> None:
    problem = build_problem(SURFACES["least-squares"], N)
    plan = make_plan(examples=N, batch_size=2, budget=Budget(epochs=20), learning_rate=4.0)
    (run,) = compare(problem, [plan], sgd(), problem.surface.start, seed=SEED).runs
    (log,) = read_logs([run], "sgd", SEED)
    assert log.updates[-1] < run.paths.diverged_at[0]
