"""First passages against a plain loop that knows nothing of the engine, the chart or the race."""

import math
from collections.abc import Iterator
from functools import cache, partial
from typing import Any, NamedTuple

import numpy as np
import pytest
from numpy.typing import NDArray

from app.science import engine
from app.science.arrays import IntArray
from app.science.budget import Budget
from app.science.engine import generators
from app.science.optimizers import OPTIMIZERS
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem
from app.science.tradeoff.goal import Goal, make_goal
from app.science.tradeoff.passage import (
    PATIENCE,
    Passages,
    checks,
    passages,
    quantiles,
    soonest,
)

N, EPOCHS, REPLICAS, SEED = 60, 4, 3, 3


# What the race is checked against.


def orders(sampling: str, n: int, rng: np.random.Generator) -> Iterator[IntArray]:
    once = rng.permutation(n) if sampling == "shuffle-once" else np.arange(n)
    while True:
        match sampling:
            case "reshuffle":
                yield rng.permutation(n)
            case "with-replacement":
                yield rng.integers(n, size=n)
            case _:
                yield once


class Textbook:
    """SGD, heavy ball and Adam."""

    def __init__(self, name: str) -> None:
        self.name, self.t, self.m, self.s = name, 0, np.zeros(2), np.zeros(2)

    def step(self, g: NDArray[np.float64], rate: float) -> NDArray[np.float64]:
        self.t += 1
        match self.name:
            case "sgd":
                return -rate * g
            case "momentum":
                self.m = 0.9 * self.m + g
                return -rate * self.m
        self.m, self.s = 0.9 * self.m + 0.1 * g, 0.999 * self.s + 0.001 * g**2
        m, s = self.m / (1 - 0.9**self.t), self.s / (1 - 0.999**self.t)
        return -rate * m / (np.sqrt(s) + 1e-8)


def plain_losses(
    problem: Problem,
    rate: float,
    replica: int,
    *,
    batch_size: int,
    optimizer: str = "sgd",
    sampling: str = "reshuffle",
    remainder: str = "keep",
) -> tuple[list[float], int]:
    """The capped loss after each update, until the budget or divergence; and when it diverged."""
    (lo0, hi0), (lo1, hi1) = problem.surface.domain
    w, rule = np.array(problem.surface.start), Textbook(optimizer)
    top = float(problem.loss(w[0], w[1]))
    # The full batch is what it is, in whatever order; bit for bit in the stored one.
    whole = batch_size == N and sampling != "with-replacement"
    sampled = orders("sequential" if whole else sampling, N, np.random.default_rng([SEED, replica]))
    losses: list[float] = []
    for _ in range(EPOCHS):
        order = next(sampled)
        for i in range(0, N // batch_size * batch_size if remainder == "drop" else N, batch_size):
            batch = order[i : i + batch_size]
            columns = [column[batch] for column in problem.columns]
            g = np.array([np.mean(p) for p in problem.surface.loss.gradient(w[0], w[1], columns)])
            weight = len(batch) / batch_size if remainder == "weight" else 1.0
            w = w + rule.step(g, rate * weight)
            if not (
                abs(w[0] - (lo0 + hi0) / 2) <= 5 * (hi0 - lo0)
                and abs(w[1] - (lo1 + hi1) / 2) <= 5 * (hi1 - lo1)
            ):
                return losses, len(losses) + 1
            inside = lo0 <= w[0] <= hi0 and lo1 <= w[1] <= hi1
            loss = float(np.mean(problem.surface.loss(w[0], w[1], problem.columns)))
            losses.append(min(loss, top) if inside else top)
    return losses, 0


def plain_checks(updates: int) -> list[int]:
    found, x = [], 1.0
    while math.ceil(x) < updates:
        if math.ceil(x) not in found:
            found.append(math.ceil(x))
        x *= 1.02
    return [*found, updates]


def plain_passage(losses: list[float], level: float, updates: int) -> int:
    """The first check at which the mean since the last check in the first 3/4 is low enough."""
    judged = [0, *plain_checks(updates)]
    for t in judged[1:]:
        if t > len(losses):
            return 0
        since = max(check for check in judged if check <= 0.75 * t)
        if np.mean(losses[since:t]) <= level:
            return t
    return 0


# The race.


class Race(NamedTuple):
    problem: Problem
    goal: Goal
    rates: tuple[float, ...]
    made: Passages


@cache
def set_up(surface: str) -> tuple[Problem, Goal]:
    problem = build_problem(SURFACES[surface], N)
    return problem, make_goal(problem, problem.surface.start, 0.02)


def race(surface: str, *, batch_size: int, optimizer: str = "sgd", **options: Any) -> Race:
    problem, goal = set_up(surface)
    defaults = 0.1 if optimizer == "adam" else problem.surface.learning_rate
    defaults *= 0.2 if optimizer == "momentum" else 1
    rates = (30 * defaults, defaults, 3 * defaults, defaults / 3)
    plan = make_plan(
        examples=N, batch_size=batch_size, budget=Budget(epochs=EPOCHS), learning_rate=1.0,
        **options,
    )  # fmt: skip
    made = passages(
        problem,
        plan,
        OPTIMIZERS[optimizer](),
        problem.surface.start,
        generators(SEED, REPLICAS),
        np.array(rates),
        partial(goal.excess, problem),
        checks(plan.updates),
    )
    return Race(problem, goal, rates, made)


CASES: list[dict[str, Any]] = [
    *({"surface": s} for s in ("least-squares", "least-squares-raw", "logistic", "rosenbrock")),
    *({"surface": s} for s in ("tanh-neuron", "bowl", "logistic-separable", "himmelblau")),
    *({"surface": "least-squares", "optimizer": o} for o in ("momentum", "adam")),
    {"surface": "tanh-neuron", "optimizer": "adam"},
    *({"surface": "ravine", "sampling": s} for s in ("shuffle-once", "sequential")),
    {"surface": "least-squares-raw", "sampling": "with-replacement"},
    *({"surface": "least-squares", "remainder": r} for r in ("drop", "weight")),
    {"surface": "logistic", "remainder": "weight", "optimizer": "momentum"},
]


@pytest.mark.parametrize(
    ("batch_size", "case"),
    # Every third with single examples, whose plain loops are long.
    [*((1, case) for case in CASES[::3]), *((b, case) for b in (16, N) for case in CASES)],
    ids=lambda value: ",".join(value.values()) if isinstance(value, dict) else str(value),
)
def test_passages_are_those_of_the_plain_loop(case: dict[str, Any], batch_size: int) -> None:
    problem, goal, rates, made = race(**case, batch_size=batch_size)
    options = {k: v for k, v in case.items() if k != "surface"}
    remainder = options.get("remainder", "keep")
    plan = make_plan(
        examples=N, batch_size=batch_size, budget=Budget(epochs=EPOCHS), learning_rate=1.0,
        remainder=remainder,
    )  # fmt: skip
    arrivals = np.zeros((len(rates), REPLICAS), dtype=np.int64)
    for f, rate in enumerate(rates):
        for r in range(REPLICAS):
            losses, diverged_at = plain_losses(problem, rate, r, batch_size=batch_size, **options)
            arrival = plain_passage(losses, goal.level, plan.updates)
            arrivals[f, r] = arrival
            assert made.updates[f, r] == (arrival if arrival <= made.until else 0)
            before = 0 < diverged_at <= made.until and not 0 < arrival < diverged_at
            assert made.diverged[f, r] == before
    # The race is over once it is decided: as if all had run to the end.
    assert soonest(rates, made.updates) == soonest(rates, arrivals)
    best = soonest(rates, arrivals)
    if best is None:
        ended = (made.updates > 0) | made.diverged
        assert made.until == plan.updates or ended.all()
        return
    median = quantiles(arrivals)[1, best]
    assert quantiles(made.updates)[1, best] == median
    late = quantiles(arrivals)[2, best]
    assert made.until >= min(late, PATIENCE * median, plan.updates) or np.all(
        (made.updates[best] > 0) | made.diverged[best]
    )


def test_the_cases_reach_the_target_fail_and_diverge() -> None:
    made = [race(**case, batch_size=16).made for case in CASES]
    assert sum(bool(np.any(m.updates > 0)) for m in made) > len(made) / 2
    assert any(np.all(m.updates == 0) for m in made)
    assert any(m.diverged.any() for m in made)


@pytest.mark.parametrize("surface", ["least-squares", "tanh-neuron"])
def test_blocks_do_not_show(surface: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BLOCK", 1 << 30)
    at_once = race(surface, batch_size=8).made
    monkeypatch.setattr(engine, "BLOCK", 1)
    by_epochs = race(surface, batch_size=8).made
    assert by_epochs.until <= at_once.until
    by_then = np.where(at_once.updates <= by_epochs.until, at_once.updates, 0)
    np.testing.assert_array_equal(by_epochs.updates, by_then)


def test_a_block_may_hold_no_check() -> None:
    problem = build_problem(SURFACES["ravine"], N)
    goal = make_goal(problem, problem.surface.start, 0.01)
    plan = make_plan(examples=N, batch_size=N, budget=Budget(epochs=400), learning_rate=1.0)
    judged = checks(400)
    race = partial(
        passages, problem, plan, OPTIMIZERS["sgd"](), problem.surface.start, generators(0, 2)
    )
    excess = partial(goal.excess, problem)
    made = race(np.array([0.25]), excess, judged)
    path, losses = np.array(problem.surface.start), []
    for _ in range(400):
        path = path - 0.25 * np.array(problem.gradient(*path))
        losses.append(float(problem.loss(*path)))
    assert made.updates.tolist() == [[plain_passage(losses, goal.level, 400)] * 2]
    assert made.updates.min() > 100


def test_replicas_of_the_full_batch_are_one() -> None:
    made = race("least-squares", batch_size=N).made
    assert made.updates.shape == made.diverged.shape == (4, REPLICAS)
    np.testing.assert_array_equal(made.updates, made.updates[:, :1].repeat(REPLICAS, axis=1))


# What is judged, and how.


@pytest.mark.parametrize("updates", [1, 2, 3, 49, 50, 51, 52, 1000, 52_500])
def test_checks(updates: int) -> None:
    found = checks(updates)
    assert found.tolist() == plain_checks(updates)
    assert set(range(1, min(updates, 50) + 1)) <= set(found.tolist())
    assert np.all(np.diff(found)[50:] <= 0.02 * found[50:-1] + 1)


def test_quantiles() -> None:
    arrived = np.array([[7, 3, 0, 5], [1, 2, 3, 4], [0, 0, 0, 9]])
    np.testing.assert_array_equal(quantiles(arrived)[1], [5, 2, np.inf])
    np.testing.assert_array_equal(quantiles(arrived)[0], [3, 1, 9])
    np.testing.assert_array_equal(quantiles(arrived)[2], [np.inf, 4, np.inf])


def test_the_soonest_rate() -> None:
    assert soonest([1.0, 2.0], np.array([[0, 0, 0], [0, 0, 9]])) is None
    # Half of the replicas are enough; more than half must fail for a rate not to count.
    assert soonest([1.0, 2.0], np.array([[5, 0, 0, 5], [9, 9, 9, 9]])) == 0
    assert soonest([1.0, 2.0], np.array([[5, 0, 0, 0], [9, 9, 9, 9]])) == 1
    # Of equals the middle rate, in whatever order they come.
    equals = np.array([[4, 4], [4, 4], [4, 4], [8, 8]])
    assert soonest([4.0, 1.0, 2.0, 3.0], equals) == 2
    assert soonest([1.0, 4.0, 2.0, 3.0], equals) == 2
