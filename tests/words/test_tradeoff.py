"""What is said of a sweep, held against its table: every surface, ten tables, finished or not."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import chain
from typing import Any

import numpy as np
import pytest

from app.language.speech import speaking
from app.science.problems import SURFACES
from app.science.problems.problem import Problem
from app.science.tradeoff.sweep import Task, Trial, tasks
from app.science.tradeoff.sweep import measure as measured
from app.science.tradeoff.sweep_result import SweepResult, gather
from app.words.tradeoff import tradeoff_summary
from app.words.tradeoff_captions import (
    examples_caption,
    pareto_caption,
    rates_caption,
    updates_caption,
)
from tests.science.tradeoff.sweeps import sweep_of
from tests.words.sweep_claims import (
    KNOWN,
    alone,
    check_captions,
    hold,
    nobody,
    number,
    perfect,
    perfect_at_least,
    plateau,
    table,
    too_close,
)

SEEDS = range(4)
TABLES = 10
SMALL: dict[str, Any] = {
    "examples": 48, "batch_sizes": (1, 2, 4, 8, 16, 48), "replicas": 6, "epochs": 12,
    "target": 0.1, "rates": 4,
}  # fmt: skip
STARTS = {"two-wells": (3.0, 1.0)}  # its own is the bottom of a well


@cache
def begun(surface: str) -> tuple[Problem, tuple[Task, ...]]:
    """A surface's tasks: all but the seed, which its target does not depend on."""
    sweep = sweep_of(surface=surface, start=STARTS.get(surface), **SMALL)
    problem = sweep.spec.build()
    return problem, tasks(sweep, problem)


def swept(surface: str) -> Iterator[SweepResult]:
    """Some sweeps: those of `SEEDS`, and others in which their batch sizes are mixed.

    What a batch size shows depends on no other, so these are tables as another seed may leave them.
    """
    begun_tasks = begun(surface)[1]
    sweep, goal = begun_tasks[0].sweep, begun_tasks[0].goal
    found: list[list[tuple[Trial, ...]]] = [
        [measured(replace(task, sweep=replace(sweep, seed=seed))) for task in begun_tasks]
        for seed in SEEDS
    ]
    for table_seed in range(TABLES):
        rng = np.random.default_rng(table_seed)
        mixed = rng.integers(len(SEEDS), size=len(begun_tasks)).tolist()
        picked = [table_seed] * len(begun_tasks) if table_seed < len(SEEDS) else mixed
        trials = [found[seed][k] for k, seed in enumerate(picked)]
        yield gather(sweep, goal, list(chain.from_iterable(trials)))


def measure(asked: Sequence[Task]) -> SweepResult:
    trials = chain.from_iterable(measured(task) for task in asked)
    return gather(asked[0].sweep, asked[0].goal, list(trials))


@pytest.mark.parametrize("surface", SURFACES)
def test_every_sentence_is_what_the_table_shows(surface: str) -> None:
    for number_of, whole_sweep in enumerate(swept(surface)):
        said = table(whole_sweep)
        summary = tradeoff_summary([whole_sweep])
        assert summary
        hold(summary, said)
        check_captions(whole_sweep, said)
        # As it is while some batch sizes are still to come.
        known = np.random.default_rng(number_of).permutation(len(whole_sweep.tuned))[:3]
        part = replace(whole_sweep, tuned=tuple(whole_sweep.tuned[k] for k in sorted(known)))
        begin, found = tradeoff_summary([part]).split(": ", 1)
        assert begin == "So far, with 3 of 6 measured, and of these alone"
        hold(found, table(part))
        for caption in (updates_caption, examples_caption, pareto_caption, rates_caption):
            assert caption([part]).startswith(f"{begin}: ")


@pytest.mark.parametrize("surface", SURFACES)
def test_the_target_is_counted_from_the_minimum_it_names(surface: str) -> None:
    """The lowest of all, or that which a long full-batch descent really ends in."""
    problem, (task, *_) = begun(surface)
    goal = task.goal
    caption = updates_caption([SweepResult(task.sweep, goal, ())])
    level, share = re.findall(r"a loss of (−?[\d.,]+), leaves ([\d.]+) %", caption)[0]
    if named := re.search(r"above (−?[\d.]+), the minimum that full-batch descent", caption):
        w = np.array(task.sweep.start or problem.surface.start)
        for _ in range(4000):
            w = w - problem.surface.learning_rate * np.array(problem.gradient(*w)).ravel()
        base = float(problem.loss(*w))
        assert number(named[1]) == pytest.approx(base, rel=0.006)
        (deepest,) = re.findall(r"the lowest one is (−?[\d.]*\d)", caption)
        assert number(deepest) == pytest.approx(problem.minima[0].loss, rel=0.006, abs=1e-9)
        assert base > problem.minima[0].loss
    elif "no minimum" in caption:
        base = 0.0
        assert not problem.minima
    else:
        base = problem.minima[0].loss
        (lowest,) = re.findall(r"lowest loss, (−?[\d.]*\d)", caption)
        assert number(lowest) == pytest.approx(base, rel=0.006, abs=1e-9)
    height = goal.start - base
    assert number(level) == pytest.approx(base + number(share) / 100 * height, rel=0.006)


def test_the_lowest_loss_of_the_camel_is_not_its_target_s() -> None:
    _, (task, *_) = begun("six-hump-camel")
    caption = updates_caption([SweepResult(task.sweep, task.goal, ())])
    assert (
        "−0.215, the minimum that full-batch descent comes to; the lowest one is −1.03" in caption
    )


def test_level_examples_are_perfect_scaling() -> None:
    """Examples to the target are about level from B = 1 to 256, and so it is said."""
    bowl = measure(tasks(sweep_of(surface="bowl", seed=1)))
    said = table(bowl)
    level = said.between(1, 256)
    assert (level[0].examples, level[-1].examples) == (1130, 1024)
    assert {row.scaling for row in level} == {"perfect"}
    kinds = hold(tradeoff_summary([bowl]), said)
    assert [KNOWN[kind] for kind in kinds[:2]] == [perfect, plateau]
    assert "here up to 256" in tradeoff_summary([bowl])


def test_a_batch_size_that_does_not_arrive_is_named() -> None:
    wells = measure(tasks(sweep_of(
        surface="two-wells", start=(3.0, 1.0), examples=128, replicas=12, epochs=20
    )))  # fmt: skip
    said = table(wells)
    assert said.late == [8]
    kinds = hold(tradeoff_summary([wells]), said)
    assert perfect_at_least in [KNOWN[kind] for kind in kinds]
    assert "brings B = 8 to the target" in tradeoff_summary([wells])


def test_what_lies_beyond_a_gap_is_not_compared_with_what_is_before_it() -> None:
    """The second one that arrives takes fewer examples than the first: no scaling ends there."""
    gap = measure(tasks(sweep_of(
        surface="sine-fit", optimizer="adam", rates=1, replicas=7, epochs=12, target=0.003, seed=73,
        examples=101, batch_sizes=(2, 19, 24, 33, 45, 60, 65), remainder="drop",
    )))  # fmt: skip
    said = table(gap)
    assert 33 in said.late
    assert said.rows[1].examples < said.rows[0].examples
    hold(tradeoff_summary([gap]), said)


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"batch_sizes": (8,), "epochs": 40}, alone),
        ({"batch_sizes": (24, 26), "epochs": 40, "learning_rates": (0.1,)}, too_close),
        ({"batch_sizes": (48,), "epochs": 1, "learning_rates": (0.01, 0.02)}, nobody),
    ],
)
def test_what_cannot_be_compared_is_not(changes: dict[str, Any], kind: Any) -> None:
    one = measure(tasks(sweep_of(**SMALL | changes)))
    (found,) = hold(tradeoff_summary([one]), table(one))
    assert KNOWN[found] is kind
    check_captions(one, table(one))


def test_each_optimizer_speaks_for_itself() -> None:
    several = [
        measure(tasks(sweep_of(optimizer=name, **SMALL))) for name in ("sgd", "momentum", "adam")
    ]
    summary = tradeoff_summary(several)
    found = re.split(r" ?With (\w+): ", summary)
    assert found[1::2] == ["sgd", "momentum", "adam"]
    for one, said in zip(several, found[2::2], strict=True):
        hold(said, table(one))
    # Nothing is said of one that has not begun.
    waiting = replace(several[2], tuned=())
    assert "adam" not in tradeoff_summary([*several[:2], waiting])
    so_far = "So far, with 12 of 18 measured, and of these alone: "
    assert tradeoff_summary([*several[:2], waiting]).startswith(so_far)


def test_of_sizes_to_come_nothing_is_said() -> None:
    """The smallest arrives, whichever is measured first."""
    found = measure(tasks(sweep_of(**SMALL)))
    none = [
        replace(tuned, best=None, passages=tuned.passages[:0], updates=(None,) * 3)
        for tuned in found.tuned
    ]
    part = replace(found, tuned=tuple(none[2:4]))
    assert not part.reached
    sizes = "No learning rate tried brings B = 4, B = 8 to the target within 12 epochs."
    so_far = "So far, with 2 of 6 measured, and of these alone: "
    assert tradeoff_summary([part]) == examples_caption([part]) == so_far + sizes
    named = examples_caption([part, replace(part, sweep=replace(part.sweep, optimizer="adam"))])
    assert f"With adam: {sizes}" in named
    with speaking("ja"):
        assert "バッチサイズはない" not in tradeoff_summary([part])
    begun_alone = replace(found, tuned=())
    assert tradeoff_summary([begun_alone]) == examples_caption([begun_alone]) == "Not measured yet."
    whole = replace(found, tuned=tuple(none))
    assert tradeoff_summary([whole]).startswith("No batch size reaches the target within 12 epochs")
    assert examples_caption([whole]) == "No batch size arrives."
