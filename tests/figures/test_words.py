"""The words: each number in them measured again."""

import re

import numpy as np
import pytest

from app.figures.words import summary
from app.science.comparison import Comparison, compare
from app.science.optimizers import sgd
from app.science.plan import Budget, make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem

N = 100


def comparison(
    sizes: tuple[int, ...] = (1, 16, N),
    replicas: int = 1,
    rate: float = 0.1,
    surface: str = "least-squares",
    budget: Budget | None = None,
) -> Comparison:
    problem = build_problem(SURFACES[surface], N)
    length = budget or Budget(epochs=10)
    plans = [
        make_plan(examples=N, batch_size=size, budget=length, learning_rate=rate) for size in sizes
    ]
    return compare(problem, plans, sgd(), problem.surface.start, replicas=replicas)


def clauses(words: str) -> list[str]:
    """One a run, without the budget before them."""
    assert words.endswith(".")
    return words[:-1].split(": ", 1)[1].split("; ")


def number(text: str, pattern: str) -> float:
    found = re.search(pattern, text)
    assert found, text
    return float(found[1].replace(",", ""))


@pytest.mark.parametrize("replicas", [1, 6])
def test_every_number_is_measured(replicas: int) -> None:
    made = comparison(replicas=replicas)
    words = summary(made)
    names = ("batch size 1 ", "batch size 16 ", "full batch ")
    for clause, name, run in zip(clauses(words), names, made.runs, strict=True):
        assert clause.startswith(name)
        updates = run.plan.updates
        assert number(clause, r"made ([\d,]+) updates") == updates
        tail = run.paths.updates >= 0.9 * updates
        w0, w1 = run.paths.w0[tail], run.paths.w1[tail]
        above = np.median(made.problem.loss(w0, w1)) - made.problem.minima[0].loss
        assert number(clause, r"ended ([\d.]+) above the lowest loss") == pytest.approx(
            above, rel=0.06
        )
        spread = np.median(np.hypot(w0.std(axis=0), w1.std(axis=0)))
        assert number(clause, r"moving by ±([\d.]+)") == pytest.approx(spread, rel=0.1)
    assert ("(medians of 6 replicas)" in words) == (replicas == 6)


@pytest.mark.parametrize(
    ("budget", "sizes", "begins"),
    [
        (Budget(epochs=10), (1, 16), "After the same 10 epochs:"),
        (Budget(epochs=1), (1,), "After 1 epoch:"),
        (Budget(updates=30), (1, 16), "After the same 30 updates:"),
        (Budget(updates=1), (4, 5), "After the same 1 update:"),
        (Budget(examples_seen=1630), (1, N), "After about 1,630 examples each:"),
        (Budget(epochs=12), (1, 2), "After the same 12 epochs:"),
    ],
)
def test_the_budget(budget: Budget, sizes: tuple[int, ...], begins: str) -> None:
    assert summary(comparison(sizes, budget=budget)).startswith(begins)


def test_at_rest_only_where_nothing_moves() -> None:
    still = summary(comparison((N,), budget=Budget(updates=2000)))
    assert "ended at the lowest loss, at rest" in still
    # A few updates: the tail is short, and still the path moves.
    for updates in (1, 2, 5, 9):
        words = summary(comparison((N, 10), budget=Budget(updates=updates)))
        assert "at rest" not in words
        assert words.count("still moving by ±") == 2


def test_where_there_is_no_minimum() -> None:
    made = comparison((N,), surface="logistic-separable", rate=1.0)
    (clause,) = clauses(summary(made))
    last = made.runs[0].path(0)[2]
    assert "above" not in clause
    assert number(clause, r"ended at a loss of ([\d.]+)") == pytest.approx(last[9:].mean(), rel=0.1)


def test_diverged_runs_are_named() -> None:
    made = comparison((1, N), rate=2.05)
    first, full = clauses(summary(made))
    at = [int(run.paths.diverged_at[0]) for run in made.runs]
    assert at[0] > 0
    assert first == f"batch size 1 diverged at update {at[0]}"
    if at[1]:
        assert full == f"full batch diverged at update {at[1]}"


@pytest.mark.parametrize("replicas", [1, 3])
def test_all_diverged(replicas: int) -> None:
    made = comparison(rate=5.0, replicas=replicas)
    for clause, run in zip(clauses(summary(made)), made.runs, strict=True):
        assert clause.endswith(f"diverged at update {run.paths.diverged_at.min()}")
    assert "nan" not in summary(made)


def test_some_diverged() -> None:
    """Of many replicas a few: how many, and the rest's median."""
    for rate in np.linspace(0.3, 1.5, 25):
        made = comparison((2,), replicas=20, rate=float(rate), budget=Budget(epochs=2))
        run = made.runs[0]
        lost = np.count_nonzero(run.paths.diverged_at)
        if 0 < lost < 20:
            break
    words = summary(made)
    assert 0 < lost < 20
    assert f"({lost} of them diverged)" in words
    alive = run.paths.diverged_at == 0
    tail = run.paths.updates >= 0.9 * run.plan.updates
    losses = made.problem.loss(run.paths.w0[tail][:, alive], run.paths.w1[tail][:, alive])
    above = np.median(losses) - made.problem.minima[0].loss
    assert number(words, r"ended ([\d.,]+) above") == pytest.approx(above, rel=0.06)


def test_no_exponents() -> None:
    for surface in SURFACES:
        made = comparison(
            (7,), surface=surface, rate=SURFACES[surface].learning_rate, budget=Budget(updates=3)
        )
        assert not re.search(r"\de[+-]?\d", summary(made))
