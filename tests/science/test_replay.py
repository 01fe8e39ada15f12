"""Replayed batches: a plain loop over them walks the engine's path."""

from typing import Any

import numpy as np
import pytest

from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.epoch_plan import REMAINDERS
from app.science.errors import ParameterError
from app.science.growth import Growth
from app.science.optimizers import sgd
from app.science.plan import Plan
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.replay import replay
from app.science.sampling import SAMPLINGS

N, SEED = 70, 3


def plan_of(batch_size: int = 32, **options: Any) -> Plan:
    defaults: dict[str, Any] = {"budget": Budget(epochs=3), "learning_rate": 0.05}
    return make_plan(examples=N, batch_size=batch_size, **defaults | options)


@pytest.mark.parametrize("surface", ["least-squares", "tanh-neuron"])
@pytest.mark.parametrize(
    "options",
    [
        *(
            {"sampling": sampling, "remainder": remainder}
            for sampling in SAMPLINGS
            if sampling != "poisson"
            for remainder in REMAINDERS
        ),
        {"budget": Budget(updates=5)},
        {"budget": Budget(examples_seen=150), "remainder": "drop"},
        {"growth": Growth(factor=3, epochs=1), "budget": Budget(epochs=4)},
        {"growth": Growth(factor=2, epochs=2), "remainder": "drop", "lr_schedule": "cosine"},
    ],
    ids=lambda options: ",".join(f"{value}" for value in options.values()),
)
def test_a_plain_loop_over_the_batches_is_the_engine_s_path(
    surface: str, options: dict[str, Any]
) -> None:
    problem = build_problem(SURFACES[surface], N)
    for batch_size in (1, 32, N):
        plan = plan_of(batch_size, **options)
        start = problem.surface.start
        paths = run(problem, plan, sgd(), start, generators(SEED, 2))
        for replica, rng in enumerate(generators(SEED, 2)):
            path = [np.array(start)]
            batches = replay(plan, rng, range(1, plan.updates + 1), problem.labels)
            for k, batch in enumerate(batches):
                columns = [column[batch] for column in problem.columns]
                gradient = [
                    part.mean()
                    for part in problem.surface.loss.gradient(path[k][0], path[k][1], columns)
                ]
                step = plan.rates[k] * plan.weights[k] * np.array(gradient)
                path.append(path[k] - step)
            made = np.column_stack([paths.w0[:, replica], paths.w1[:, replica]])
            np.testing.assert_allclose(path, made, rtol=1e-9, atol=1e-9)
            assert [len(batch) for batch in batches] == plan.sizes.tolist()


@pytest.mark.parametrize("surface", ["least-squares", "tanh-neuron"])
@pytest.mark.parametrize("batch_size", [1, 8, 32])
def test_poisson_batches_and_what_they_have_seen(surface: str, batch_size: int) -> None:
    problem = build_problem(SURFACES[surface], N)
    plan = plan_of(batch_size, sampling="poisson")
    start = problem.surface.start
    paths = run(problem, plan, sgd(), start, generators(SEED, 3))
    assert paths.seen is not None
    sizes = []
    for replica, rng in enumerate(generators(SEED, 3)):
        point, seen = np.array(start), 0
        batches = replay(plan, rng, range(1, plan.updates + 1), problem.labels)
        for k, batch in enumerate(batches):
            assert list(batch) == sorted(set(batch.tolist()))
            columns = [column[batch] for column in problem.columns]
            each = problem.surface.loss.gradient(point[0], point[1], columns)
            point = point - plan.rates[k] * np.array([np.sum(part) for part in each]) / batch_size
            seen += len(batch)
            made = paths.w0[k + 1, replica], paths.w1[k + 1, replica]
            np.testing.assert_allclose(made, point, rtol=1e-9, atol=1e-9)
            assert paths.seen[k + 1, replica] == seen
        sizes += [len(batch) for batch in batches]
    error = (batch_size * (1 - batch_size / N) / len(sizes)) ** 0.5
    assert abs(np.mean(sizes) - batch_size) < 5 * error
    assert (0 in sizes) == (batch_size == 1)  # as (1 − 1/N)^N = 37 % of them are


def test_some_updates_are_some_of_all() -> None:
    plan = plan_of(8)
    everything = replay(plan, np.random.default_rng(SEED), np.arange(1, plan.updates + 1))
    chosen = [2, 9, 10, 11, 26, plan.updates]
    for number, batch in zip(
        chosen, replay(plan, np.random.default_rng(SEED), chosen), strict=True
    ):
        np.testing.assert_array_equal(batch, everything[number - 1])
    assert replay(plan, np.random.default_rng(SEED), []) == []


@pytest.mark.parametrize("sampling", ["reshuffle", "shuffle-once", "sequential"])
def test_the_full_batch_takes_the_stored_order(sampling: str) -> None:
    (batch,) = replay(plan_of(N, sampling=sampling), np.random.default_rng(SEED), [2])
    assert batch.tolist() == list(range(N))


@pytest.mark.parametrize("updates", [[0], [1, 1], [3, 2], [10]])
def test_updates_that_are_not_the_run_s(updates: list[int]) -> None:
    with pytest.raises(ParameterError, match=r"^updates is .* from 1 to 9"):
        replay(plan_of(), np.random.default_rng(SEED), updates)
