"""Workers that average their weights, against a loop that steps each of them by itself."""

from typing import Any

import numpy as np
import pytest

from app.science.accumulation import Accumulation
from app.science.arrays import FloatArray
from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.errors import ParameterError
from app.science.local_descent import POINTS
from app.science.local_sgd import ALONE, Workers, check_alone
from app.science.optimizers import OPTIMIZERS, default_learning_rate, sgd
from app.science.plan import Plan
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem
from app.science.replay import replay
from app.science.restraint import Restraint
from tests.science.textbook import TEXTBOOK

N = 60
EXACT = ("bowl", "ravine")  # every example has the same curvature


def planned(workers: Workers, **more: Any) -> Plan:
    given: dict[str, Any] = {
        "examples": N,
        "batch_size": 12,
        "learning_rate": 0.05,
        "budget": Budget(epochs=5),
    }
    return make_plan(**given | more, workers=workers)


def descended(problem: Problem, plan: Plan, optimizer: str = "sgd", replicas: int = 2) -> Any:
    rngs = generators(3, replicas)
    return run(problem, plan, OPTIMIZERS[optimizer](), problem.surface.start, rngs)


def by_hand(problem: Problem, plan: Plan, name: str, replica: int) -> tuple[FloatArray, FloatArray]:
    """The mean of workers who step one by one, and each of them before it is averaged."""
    workers, restraint = plan.workers, plan.restraint
    batches = replay(plan, np.random.default_rng([3, replica]), range(1, plan.updates + 1))
    own = [np.array(problem.surface.start) for _ in range(workers.count)]
    steps = [TEXTBOOK[name]() for _ in own]
    means, before = [np.mean(own, axis=0)], []
    for k, batch in enumerate(batches):
        for j, part in enumerate(np.split(batch, workers.count)):
            g = plan.weights[k] * problem.batch_gradient(own[j], part)
            g = g + restraint.coupled * own[j]
            kept = (1 - plan.rates[k] * restraint.decoupled) * own[j]
            own[j] = kept + steps[j](g, plan.rates[k])
        before.append(np.array(own))
        means.append(np.mean(own, axis=0))
        if (k + 1) % workers.sync_every == 0:
            own = [means[-1].copy() for _ in own]
    return np.array(means), np.array(before)


@pytest.mark.parametrize(
    ("more", "restraint"),
    [
        ({}, Restraint()),
        ({"lr_schedule": "cosine", "batch_size": "full"}, Restraint(0.2, "coupled")),
        ({"remainder": "weight", "batch_size": 16}, Restraint(0.2, "decoupled")),
    ],
    ids=["plain", "decayed", "weighted"],
)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_paths_are_the_loops(
    optimizer: str, more: dict[str, Any], restraint: Restraint, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.science.engine.BLOCK", 3 * N * 2 * 4 * 2)  # some epochs at once
    more = {**more, "batch_size": N} if more.get("batch_size") == "full" else more
    for name in ("least-squares", "tanh-neuron", "himmelblau"):
        problem = build_problem(SURFACES[name], N)
        rate = default_learning_rate(problem.surface, optimizer) / 3
        workers = Workers(4, sync_every=3)
        plan = planned(workers, learning_rate=rate, restraint=restraint, **more)
        made = descended(problem, plan, optimizer)
        assert made.apart is not None
        for r in range(2):
            means, before = by_hand(problem, plan, optimizer, r)
            np.testing.assert_allclose(made.theta[..., r].T, means, rtol=1e-9, atol=1e-9)
            away = before - before.mean(axis=1, keepdims=True)
            late = [u for u in range(1, plan.updates + 1) if u % 3 == 0 and u > plan.updates / 2]
            drift = np.sqrt((away[np.array(late) - 1] ** 2).sum(axis=2).mean())
            assert made.apart.drift[r] == pytest.approx(drift, rel=1e-9)
            if r == 0:
                own = made.apart.theta.transpose(1, 2, 0)
                np.testing.assert_allclose(own, before, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", SURFACES)
def test_averaged_after_each_update_linear_rules_are_one_batch(name: str) -> None:
    problem = build_problem(SURFACES[name], N)
    for optimizer, rule in OPTIMIZERS.items():
        rate = default_learning_rate(problem.surface, optimizer) / 3
        one, several = (
            descended(problem, planned(w, learning_rate=rate), optimizer)
            for w in (ALONE, Workers(4))
        )
        same = np.allclose(one.theta, several.theta, rtol=1e-9, atol=1e-9)
        assert same is not rule.adaptive, optimizer


@pytest.mark.parametrize("name", SURFACES)
def test_where_every_example_curves_alike_averaging_seldom_changes_nothing(name: str) -> None:
    problem = build_problem(SURFACES[name], N)
    given: dict[str, Any] = {"learning_rate": problem.surface.learning_rate / 3}
    one, several = (descended(problem, planned(w, **given)) for w in (ALONE, Workers(4, 7)))
    same = np.allclose(one.theta, several.theta, rtol=1e-9, atol=1e-9)
    assert same is (name in EXACT)


def test_workers_part_with_the_root_of_independent_steps() -> None:
    problem = build_problem(SURFACES["ravine"], N)
    rate, replicas = 1e-3, 200  # so small that nothing is forgotten, with replacement
    found = {}
    for every in (1, 4, 16):
        plan = planned(
            Workers(4, every),
            learning_rate=rate,
            sampling="with-replacement",
            budget=Budget(updates=16),
        )
        made = descended(problem, plan, replicas=replicas)
        assert made.apart is not None
        squares = made.apart.drift**2
        found[every] = squares.mean(), squares.std(ddof=1) / replicas**0.5
        trace = problem.covariance(*np.reshape(problem.surface.start, (2, 1))).trace
        # W workers of m examples: (1 − 1/W) of the variance ε² h tr Σ/m of each.
        expected = (1 - 1 / 4) * rate**2 * every * float(trace[0]) / 3
        mean, error = found[every]
        assert abs(mean - expected) < 5 * error + 0.01 * expected, every


def test_lines_go_from_means_to_where_workers_were() -> None:
    problem = build_problem(SURFACES["himmelblau"], N)
    workers = Workers(2, 3)
    made = descended(problem, planned(workers, learning_rate=0.005, budget=Budget(updates=7)))
    start, apart = problem.surface.start, made.apart
    assert apart is not None
    means = made.theta[..., 0]

    def line(worker: int, mean: int, last: int) -> list[FloatArray]:
        return [means[:, mean], *apart.theta[:, mean:last, worker].T, np.full(2, np.nan)]

    whole = [*line(0, 0, 3), *line(1, 0, 3), *line(0, 3, 6), *line(1, 3, 6)]
    whole += [*line(0, 6, 7), *line(1, 6, 7)]
    lines, when = apart.lines(start, workers, 0, 7)
    np.testing.assert_allclose(lines.T, whole, atol=1e-12)
    assert when.tolist() == [*2 * [0, 1, 2, 3, 3], *2 * [3, 4, 5, 6, 6], *2 * [6, 7, 7]]
    part = [*apart.theta[:, 3:5, 0].T, np.full(2, np.nan), *apart.theta[:, 3:5, 1].T]
    np.testing.assert_allclose(apart.lines(start, workers, 4, 5)[0].T[:-1], part, atol=1e-12)
    assert apart.lines(start, workers, 3, 3)[0].shape == (2, 0)


def test_what_is_kept_is_bounded_and_measured_late() -> None:
    problem = build_problem(SURFACES["bowl"], N)
    made = descended(problem, planned(Workers(2, 5), budget=Budget(updates=POINTS)))
    assert made.apart is not None
    assert made.apart.theta.shape == (2, POINTS // 2, 2)
    assert Workers(2, 5).measured(POINTS).tolist() == list(range(3605, 4001, 5))
    assert Workers(2, 5).measured(3).tolist() == [3]
    # Fixed parts of all examples are no chance.
    for sampling, alike in (("sequential", True), ("reshuffle", False)):
        plan = planned(Workers(2, 5), batch_size=N, sampling=sampling)
        assert plan.deterministic is alike
        made = descended(problem, plan)
        assert np.allclose(*made.apart.drift) is alike


def test_a_worker_that_diverges_takes_the_mean_with_it() -> None:
    problem = build_problem(SURFACES["bowl"], N)
    made = descended(problem, planned(Workers(3, 4), learning_rate=9.0))
    assert np.all(made.diverged_at > 0)
    assert made.apart is not None
    assert np.all(np.isnan(made.apart.drift))


@pytest.mark.parametrize(
    ("more", "says"),
    [
        ({"batch_size": 10}, "one of 1, 2, 5, 10: .* one is of 10"),
        ({"batch_size": 16}, "one of 1, 2, 4: .* last one is of 12"),
        ({"sampling": "poisson"}, "no equal parts"),
        ({"accumulation": Accumulation(2)}, "at once"),
        ({"restraint": Restraint(clip=1.0)}, "clipped of whole batches"),
    ],
)
def test_what_has_no_equal_parts_is_refused(more: dict[str, Any], says: str) -> None:
    with pytest.raises(ParameterError, match=says) as refused:
        planned(Workers(8 if more.get("batch_size") == 16 else 4), **more)
    assert refused.value.parameter == "workers"


def test_bad_values_are_refused() -> None:
    for name, values in (("workers", (0, 1)), ("sync_every", (2, 0))):
        with pytest.raises(ParameterError, match="at least 1") as refused:
            Workers(*values)
        assert refused.value.parameter == name
    check_alone(1)
    with pytest.raises(ParameterError, match="1 here"):
        check_alone(2)


def test_nothing_is_apart_of_one_worker() -> None:
    problem = build_problem(SURFACES["bowl"], N)
    plan = make_plan(examples=N, batch_size=N, budget=Budget(epochs=2), learning_rate=0.1)
    assert run(problem, plan, sgd(), problem.surface.start, generators(0, 2)).apart is None
