"""Sweeps: the same result in any order and any process, tuned, refined, weighed beforehand."""

import pickle
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.science.errors import ParameterError
from app.science.optimizers import OPTIMIZERS
from app.science.problems import SURFACES
from app.science.problems.spec import ProblemSpec, SurfaceSpec
from app.science.tradeoff.passage import PATIENCE, quantiles
from app.science.tradeoff.sweep import (
    Sweep,
    Task,
    Trial,
    default_batch_sizes,
    default_rates,
    measure,
    refinement,
    run_task,
    tasks,
)
from app.science.tradeoff.tuned import Tuned, tune
from tests.science.tradeoff.sweeps import TypedBowl, sweep_of

ROOT = Path(__file__).parents[3]
SMALL: dict[str, Any] = {"examples": 90, "replicas": 6, "epochs": 10, "target": 0.02, "rates": 4}


def trials(sweep: Sweep) -> list[Trial]:
    found = []
    for task in tasks(sweep):
        trial = run_task(task)
        more = refinement(task, trial)
        found += [trial] + ([run_task(more)] if more else [])
    return found


def swept(**changes: Any) -> tuple[Tuned, ...]:
    sweep = sweep_of(**SMALL | changes)
    return tune(sweep, trials(sweep))


def assert_same(first: Sequence[Tuned], second: Sequence[Tuned]) -> None:
    assert len(first) == len(second)
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one.passages, other.passages)
        for name in ("batch_size", "tried", "best", "updates", "examples", "reason"):
            assert getattr(one, name) == getattr(other, name)


# Tasks.


def test_the_order_of_trials_does_not_matter() -> None:
    sweep = sweep_of(**SMALL)
    found = trials(sweep)
    expected = tune(sweep, found)
    rng = np.random.default_rng(0)
    for _ in range(5):
        assert_same(tune(sweep, [found[k] for k in rng.permutation(len(found))]), expected)


@pytest.mark.parametrize("surface", ["least-squares", "tanh-neuron", "two-wells"])
def test_a_batch_size_does_not_depend_on_the_others(surface: str) -> None:
    start = (3.0, 2.0) if surface == "two-wells" else None
    together = swept(surface=surface, batch_sizes=(1, 8, 90), start=start)
    for one in together:
        assert_same(swept(surface=surface, batch_sizes=(one.batch_size,), start=start), [one])


def test_other_processes_find_the_same() -> None:
    sweep = sweep_of(**SMALL | {"surface": "logistic", "batch_sizes": (2, 16, 90)})
    here = tasks(sweep)
    with ProcessPoolExecutor(2, get_context("forkserver")) as pool:
        there = list(pool.map(run_task, here[::-1]))
    assert_same(tune(sweep, there), tune(sweep, [run_task(task) for task in here]))


def measured_elsewhere(sent: Sequence[Task]) -> list[tuple[Trial, ...]]:
    """By an interpreter that knows nothing but the tasks."""
    program = (
        "import pickle, sys; from app.science.tradeoff.sweep import measure; "
        "sent = pickle.load(sys.stdin.buffer); "
        "sys.stdout.buffer.write(pickle.dumps([measure(task) for task in sent]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=ROOT,
        input=pickle.dumps(sent),
        capture_output=True,
        check=True,
    )
    found: list[tuple[Trial, ...]] = pickle.loads(done.stdout)  # noqa: S301 - our own
    return found


ASKED: dict[str, Any] = {
    "batch_sizes": (8,),
    "replicas": 6,
    "epochs": 10,
    "target": 0.02,
    "rates": 4,
}


def test_a_task_carries_all_that_it_needs() -> None:
    specs: list[ProblemSpec] = [
        TypedBowl(90, 2.0), SurfaceSpec("bowl", 90), SurfaceSpec("tanh-neuron", 90, 0.2)
    ]  # fmt: skip
    sent = [task for spec in specs for task in tasks(Sweep(spec=spec, **ASKED))]
    assert [task.sweep.spec for task in sent] == specs
    for task, there in zip(sent, measured_elsewhere(sent), strict=True):
        assert_same(tune(task.sweep, there), tune(task.sweep, measure(task)))


def test_what_is_in_no_registry_is_swept_as_what_is() -> None:
    """Their problems cannot be sent: the functions of a landscape are closures."""
    typed, known = (Sweep(spec=s, **ASKED) for s in (TypedBowl(90, 2.0), SurfaceSpec("bowl", 90)))
    assert typed.evaluations == known.evaluations
    assert_same(tune(typed, trials(typed)), tune(known, trials(known)))
    with pytest.raises((AttributeError, pickle.PicklingError)):
        pickle.dumps(typed.spec.build())


def test_what_is_asked_is_a_key() -> None:
    """Whatever decides a result tells two sweeps apart; equal ones are one."""
    assert len({sweep_of(**SMALL), sweep_of(**SMALL)}) == 1
    changes: list[dict[str, Any]] = [
        {}, {"noise": 0.2}, {"data_seed": 1}, {"examples": 91}, {"surface": "bowl"},
        {"seed": 1}, {"optimizer": "momentum"}, {"hyperparameters": {"momentum": 0.5}},
        {"start": (0.0, 1.0)}, {"learning_rates": (0.1,)}, {"batch_sizes": (9,)},
    ]  # fmt: skip
    assert len({sweep_of(**SMALL | each) for each in changes}) == len(changes)


def test_tasks_are_small_enough_to_send() -> None:
    for surface in ("least-squares", "logistic"):
        made = tasks(sweep_of(surface=surface))
        assert len(pickle.dumps(made[0])) < 1_000_000
        assert [task.batch_size for task in made] == [2**k for k in range(10)] + [1050]


def test_a_problem_at_hand_is_used() -> None:
    sweep = sweep_of(**SMALL)
    given, found = tasks(sweep, sweep.spec.build()), tasks(sweep)
    assert [t.learning_rates for t in given] == [t.learning_rates for t in found]
    assert given[0].goal.level == found[0].goal.level


# Learning rates.


@pytest.mark.parametrize("surface", SURFACES)
def test_the_default_rates_reach_beyond_stability(surface: str) -> None:
    sweep = sweep_of(surface=surface, examples=60)
    problem = sweep.spec.build()
    point = problem.minima[0].point if problem.minima else problem.surface.start
    for optimizer in OPTIMIZERS:
        rates = default_rates(problem, optimizer, point, 8)
        np.testing.assert_allclose(np.array(rates[:-1]) / rates[1:], 3.0)
        assert 0 < rates[-1] < rates[0] < np.inf
    least_squares = sweep_of().spec.build()
    largest = default_rates(least_squares, "sgd", least_squares.minima[0].point, 8)[0]
    assert largest == pytest.approx(4.0)


def first_task(rates: tuple[float, ...], count: int = 8) -> Task:
    sweep = sweep_of(**SMALL | {"learning_rates": rates, "rates": count, "batch_sizes": (9,)})
    return tasks(sweep)[0]


def test_a_refinement_lies_between_the_best_rate_s_neighbours() -> None:
    task = first_task((3.0, 1.0, 1 / 3, 1 / 9))
    trial = run_task(task)
    more = refinement(task, trial)
    assert more
    assert 1.0 in more.learning_rates
    np.testing.assert_allclose(more.learning_rates, 3.0 ** (np.arange(4, -5, -1) / 5), rtol=1e-12)
    assert (more.batch_size, more.goal) == (task.batch_size, task.goal)
    # Late replicas are waited for, within the budget.
    assert more.updates == PATIENCE * quantiles(trial.passages.updates)[1, 1]
    assert refinement(more, run_task(more)) is None
    short = replace(task, sweep=replace(task.sweep, epochs=1))
    again = refinement(short, run_task(short))
    assert again
    assert again.updates == short.sweep.updates(9) == 10


@pytest.mark.parametrize(
    ("rates", "expected"),
    [
        ((0.5, 0.1, 0.02), 0.5 * 5.0 ** np.array([0.5, 0, -0.5])),
        ((20.0, 10.0, 0.5), 0.5 * 20.0 ** np.array([0.5, 0, -0.5])),
        ((0.5,), [0.5]),
    ],
)
def test_a_refinement_at_an_end_goes_as_far_beyond(
    rates: tuple[float, ...], expected: Sequence[float]
) -> None:
    task = first_task(rates, 3)
    more = refinement(task, run_task(task))
    assert more
    np.testing.assert_allclose(more.learning_rates, expected, rtol=1e-12)


def test_without_a_best_there_is_no_refinement() -> None:
    task = first_task((1e-6, 1e-5))
    assert refinement(task, run_task(task)) is None


def test_a_rate_tried_twice_is_told_once() -> None:
    task = first_task((3.0, 1.0, 1 / 3))
    first = run_task(task)
    more = refinement(task, first)
    assert more
    second = run_task(more)
    (found,) = tune(task.sweep, [first, second])
    rates = [rate.learning_rate for rate in found.tried]
    assert rates == sorted(set(task.learning_rates) | set(more.learning_rates))


# Results.


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"surface": "logistic", "optimizer": "momentum", "hyperparameters": {"momentum": 0.5}},
        {"surface": "rosenbrock", "epochs": 40, "sampling": "with-replacement"},
        {"surface": "tanh-neuron", "remainder": "drop", "batch_sizes": (40, 1)},
        {"surface": "least-squares", "optimizer": "adam", "start": (0.0, 0.0), "seed": 4},
    ],
    ids=str,
)
def test_results_add_up(changes: dict[str, Any]) -> None:
    found = swept(**changes)
    sweep = sweep_of(**SMALL | changes)
    assert [one.batch_size for one in found] == list(sweep.sizes)
    assert any(one.best is not None for one in found)
    for one in found:
        rates = [rate.learning_rate for rate in one.tried]
        assert rates == sorted(rates)
        medians = [rate.updates for rate in one.tried if rate.updates is not None]
        if one.best is None:
            assert one.reason
            assert not medians
            assert (one.learning_rate, one.at_edge) == (None, False)
            continue
        assert one.reason is None
        best = one.tried[one.best]
        assert one.learning_rate == best.learning_rate
        assert one.updates[1] == best.updates == min(medians)
        assert one.updates[1] == np.sort(one.passages[one.passages > 0])[2]
        seen = sweep.plan(one.batch_size).examples_seen
        for updates, examples in zip(one.updates, one.examples, strict=True):
            assert examples == (None if updates is None else seen[updates])
        assert best.arrived == np.sum(one.passages > 0)
        assert one.at_edge == (one.best in (0, len(rates) - 1))


def test_where_no_rate_is_good_enough_it_says_so() -> None:
    (slow,) = swept(learning_rates=(1e-6,), batch_sizes=(9,))
    assert slow.best is None
    assert slow.reason
    assert "half of the 6 replicas" in slow.reason
    assert "with 0 of 1 rates all diverge" in slow.reason
    (wild,) = swept(learning_rates=(50.0, 100.0), batch_sizes=(9,))
    assert wild.reason
    assert "with 2 of 2 rates all diverge" in wild.reason
    (few,) = swept(learning_rates=(0.2,), batch_sizes=(1,), target=0.002, epochs=1)
    assert few.reason
    assert ": 0.2 brings 1" in few.reason


def test_the_seed_matters_and_not_for_the_full_batch() -> None:
    first, other = swept(batch_sizes=(4, 90)), swept(batch_sizes=(4, 90), seed=1)
    assert not np.array_equal(first[0].passages, other[0].passages)
    np.testing.assert_array_equal(first[1].passages, other[1].passages)


def test_more_replicas_leave_the_first_ones_as_they_were() -> None:
    few, many = (
        swept(batch_sizes=(9,), replicas=r, learning_rates=(0.3,))[0].passages for r in (4, 12)
    )
    np.testing.assert_array_equal(few, many[:4])


# What is asked.


def test_default_batch_sizes() -> None:
    assert default_batch_sizes(1050) == (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1050)
    assert default_batch_sizes(1024)[-2:] == (512, 1024)
    assert default_batch_sizes(2) == (1, 2)
    assert sweep_of(batch_sizes=(8, 1, 8)).sizes == (1, 8)


@pytest.mark.parametrize(
    ("changes", "parameter"),
    [
        ({"surface": "nowhere"}, "surface"),
        ({"optimizer": "lion"}, "optimizer"),
        ({"replicas": 0}, "replicas"),
        ({"rates": 0}, "rates"),
        ({"epochs": 0}, "epochs"),
        ({"learning_rates": (0.1, -1.0)}, "learning_rates"),
        ({"learning_rates": (float("nan"),)}, "learning_rates"),
        ({"batch_sizes": (91,)}, "batch_size"),
        ({"batch_sizes": (0,)}, "batch_size"),
        ({"remainder": "eat"}, "remainder"),
        ({"sampling": "lottery"}, "sampling"),
        ({"target": 0.0}, "target"),
        ({"start": (1e9, 0.0)}, "start"),
        ({"optimizer": "momentum", "hyperparameters": {"momentum": 1.0}}, "momentum"),
        ({"noise": -1.0}, "noise"),
        ({"examples": 1}, "examples"),
    ],
    ids=str,
)
def test_refusals(changes: dict[str, Any], parameter: str) -> None:
    with pytest.raises(ParameterError) as raised:
        tasks(sweep_of(**SMALL | changes))
    assert raised.value.parameter == parameter


def test_work_is_weighed_beforehand() -> None:
    sweep = sweep_of()
    updates = 50 * sum(-(-1050 // b) for b in sweep.sizes)
    assert sweep.evaluations == 2 * updates * (8 + 9) * 32
    assert sweep_of(surface="logistic").evaluations > sweep.evaluations
    sweep.check_work(sweep.evaluations)
    with pytest.raises(ParameterError, match="epochs is 50, which is not at most 49"):
        sweep.check_work(sweep.evaluations - 1)
    with pytest.raises(ParameterError, match="examples"):
        sweep.check_work(1000)


@pytest.mark.parametrize("surface", ["least-squares", "logistic"])
def test_no_sweep_does_more_than_it_was_weighed_for(surface: str) -> None:
    sweep = sweep_of(**SMALL | {"surface": surface, "target": 1e-3})
    found = trials(sweep)
    done = sum(
        t.passages.updates.size * t.passages.until * (1 if surface == "least-squares" else 2)
        for t in found
    )
    assert done <= sweep.evaluations
