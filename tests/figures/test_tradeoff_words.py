"""What is said of a sweep, held against its table: every surface, ten seeds, finished or not.

Each sentence has to be one that is known here, and what it claims is computed again from the rows
alone, not by what made the sentence.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pytest

from app.figures.tradeoff.captions import (
    examples_caption,
    pareto_caption,
    rates_caption,
    updates_caption,
)
from app.figures.tradeoff.words import tradeoff_summary
from app.science.problems import SURFACES
from app.science.problems.problem import Problem
from app.science.tradeoff.sweep import Sweep, Task, refinement, run_task, tasks
from app.science.tradeoff.swept import Swept, gather
from app.science.tradeoff.tuned import Tuned

SEEDS = range(10)
SMALL: dict[str, Any] = {
    "examples": 48, "batch_sizes": (1, 2, 4, 8, 16, 48), "replicas": 6, "epochs": 12,
    "target": 0.1, "rates": 4,
}  # fmt: skip
STARTS = {"two-wells": (3.0, 1.0)}  # its own is the bottom of a well
MORE = 1.25  # times the examples that still count as no more
SAVED = 20  # per cent of the updates


class Row(NamedTuple):
    """A batch size that arrives, as the table has it."""

    size: int
    updates: int
    examples: int
    rate: float
    scaling: str | None


class Table(NamedTuple):
    """A sweep as its table shows it."""

    swept: Swept
    rows: list[Row]
    late: list[int]

    def row(self, size: str) -> Row:
        return next(row for row in self.rows if row.size == whole(size))

    def between(self, first: int, last: int) -> list[Row]:
        """Those from one batch size to another, all of which have to be there."""
        assert not [size for size in self.late if first <= size <= last]
        return [row for row in self.rows if first <= row.size <= last]


def whole(text: str) -> int:
    return int(text.replace(",", ""))


def table(swept: Swept) -> Table:
    marks = swept.regimes
    rows = [
        Row(t.batch_size, t.updates[1], t.examples[1], t.learning_rate,
            marks.labels[t.batch_size] if marks else None)
        for t in swept.tuned
        if t.updates[1] and t.examples[1] and t.learning_rate
    ]  # fmt: skip
    return Table(swept, rows, [t.batch_size for t in swept.tuned if t.updates[1] is None])


@cache
def begun(surface: str) -> tuple[Problem, tuple[Task, ...]]:
    """A surface's tasks: all but the seed, which its target does not depend on."""
    sweep = Sweep(surface=surface, start=STARTS.get(surface), **SMALL)
    problem = sweep.problem()
    return problem, tasks(sweep, problem)


def swept(surface: str, seed: int, **changes: Any) -> Swept:
    return measure([
        replace(task, sweep=replace(task.sweep, seed=seed, **changes)) for task in begun(surface)[1]
    ])  # fmt: skip


def measure(asked: Sequence[Task]) -> Swept:
    trials = []
    for task in asked:
        trials.append(run_task(task))
        if more := refinement(task, trials[-1]):
            trials.append(run_task(more))
    return gather(asked[0].sweep, asked[0].goal, trials)


# What may be said, and what then holds.


def perfect(said: Table, low: str, high: str, until: str, factor: str, first: str) -> None:
    assert float(factor) == MORE
    assert whole(first) == said.rows[0].size
    level = said.between(whole(first), whole(until))
    assert len(level) > 1
    assert all(row.examples <= MORE * level[0].examples for row in level)
    assert all(row.scaling == "perfect" for row in level)
    if low:
        assert whole(low) <= whole(until) <= whole(high)
        assert whole(low) < whole(high)
    following = [t.batch_size for t in said.swept.tuned if t.batch_size > whole(until)]
    if following and following[0] not in said.late and following[0] <= said.rows[-1].size:
        assert said.row(str(following[0])).examples > MORE * level[0].examples


def already(said: Table, second: str, times: str, first: str) -> None:
    assert [whole(first), whole(second)] == [row.size for row in said.rows[:2]]
    ratio = said.rows[1].examples / said.rows[0].examples
    assert ratio > MORE
    assert float(times) == pytest.approx(ratio, rel=0.006)
    assert said.rows[0].scaling != "perfect"
    assert said.rows[1].scaling != "perfect"


def yet(said: Table, high: str) -> None:
    assert said.row(high).size > said.rows[0].size


def plateau(said: Table, low: str, high: str, begins: str, saved: str) -> None:
    assert saved == f"{SAVED} %"
    level = said.between(whole(begins), said.rows[-1].size)
    assert len(level) > 1
    for k, row in enumerate(level):
        fewest = min(other.updates for other in level[k:])
        assert row.updates - fewest <= SAVED / 100 * row.updates + 1e-9
        assert row.scaling == ("perfect" if row.scaling == "perfect" and k == 0 else "plateau")
    if low:
        assert whole(low) <= whole(begins) <= whole(high)
        assert whole(low) < whole(high)


def perhaps_a_plateau(said: Table, low: str) -> None:
    assert said.row(low).size < said.rows[-1].size
    assert all(row.scaling != "plateau" for row in said.rows)


def missing(said: Table, sizes: str, epochs: str) -> None:
    assert [whole(size.removeprefix("B = ")) for size in sizes.split(", ")] == said.late
    assert said.rows
    assert whole(epochs) == said.swept.sweep.epochs


def nobody(said: Table, epochs: str) -> None:
    assert not said.rows
    assert whole(epochs) == said.swept.sweep.epochs


def alone(said: Table, size: str, updates: str, examples: str) -> None:
    assert [(row.size, row.updates, row.examples) for row in said.rows] == [
        (whole(size), whole(updates), whole(examples))
    ]


def critical(said: Table, share: str, size: str, low: str, high: str) -> None:
    """The hyperbola again, on a fine grid."""
    sizes, updates, examples = (np.array([row[k] for row in said.rows]) for k in range(3))
    shares = examples / updates  # a last batch of an epoch is smaller
    grid = np.geomspace(sizes[0], sizes[-1], 20_000)
    shortfall = np.log(updates) - np.log1p(grid[:, None] / shares)
    best = np.argmin(shortfall.var(axis=1))
    fewest = np.exp(shortfall[best].mean())
    apart = max(
        np.abs(100 * updates / (fewest * (1 + grid[best] / b)) - 100).max() for b in (sizes, shares)
    )
    assert apart - 0.1 <= float(share) <= apart + 1.1
    assert number(size) == pytest.approx(grid[best], rel=0.06)
    assert number(low) <= number(size) <= number(high)


def number(text: str) -> float:
    return float(text.replace(",", ""))


N = r"([\d,]+)"
Q = r"([\d,.]+)"
EPOCHS = rf"{N} epochs?"
BETWEEN = rf"(?:somewhere between B = {N} and {N}"
KNOWN: dict[str, Callable[..., None]] = {
    rf"Scaling is perfect up to {BETWEEN}, here up to )?(?:B = )?{N}: until there no batch size "
    rf"takes more than {Q} times the examples of B = {N}\.": perfect,
    rf"Already B = {N} takes {Q} times the examples of B = {N}\.": already,
    rf"Yet with other replicas scaling may be perfect up to B = {N}\.": yet,
    rf"From {BETWEEN} on, here from )?(?:B = )?{N},?(?: on)? larger batches save at most (\d+ %) "
    r"of the updates\.": plateau,
    rf"A plateau, if there is one, begins at B = {N} or above\.": perhaps_a_plateau,
    rf"No learning rate tried brings ((?:B = {N}(?:, )?)+) to the target within {EPOCHS}\.":
        lambda said, sizes, _, epochs: missing(said, sizes, epochs),
    rf"No batch size reaches the target within {EPOCHS} at any learning rate tried\.": nobody,
    rf"B = {N} reaches the target in {N} updates, {N} examples\.": alone,
    rf"A hyperbola within (\d+) % of every point puts the critical batch size at {Q} "
    rf"\({Q}–{Q}\)\.": critical,
}  # fmt: skip


def parts(text: str) -> Iterator[str]:
    yield from re.split(r"(?<=\.) (?=[A-Z])", text)


def hold(text: str, said: Table) -> list[str]:
    """Check every sentence; answer which kinds there were."""
    kinds = []
    for sentence in parts(text):
        ((pattern, check),) = [
            (p, c) for p, c in KNOWN.items() if re.fullmatch(p, sentence)
        ] or pytest.fail(f"an unknown sentence: {sentence}")
        match = re.fullmatch(pattern, sentence)
        assert match
        check(said, *match.groups())
        kinds.append(pattern)
    return kinds


def check_captions(one: Swept, said: Table) -> None:
    caption = updates_caption([one])
    assert ("no upper end is drawn" in caption) == any(t.updates[2] is None for t in one.reached)
    assert bool(said.late) == ("No learning rate tried brings" in caption)
    for share in re.findall(r"within (\d+) % of every batch size", caption):
        assert one.fit
        fitted = one.fit.updates_at(np.array([row.size for row in said.rows], float))
        apart = [abs(row.updates / f - 1) for row, f in zip(said.rows, fitted, strict=True)]
        assert max(apart) <= float(share) / 100
    caption = examples_caption([one])
    named = re.findall(rf"{N} at B = {N}", caption)
    assert {(whole(e), whole(b)) for e, b in named} <= {(r.examples, r.size) for r in said.rows}
    if said.rows:
        costs = sorted({row.examples for row in said.rows})
        assert [whole(e) for e, _ in named] == (
            [costs[0]] if len(said.rows) == 1 else [costs[0], costs[-1]]
        )
    else:
        assert caption == "No batch size arrives."
    caption = pareto_caption([one])
    assert ("Intervals are 95 %" in caption) == (one.fit is not None)
    caption = rates_caption([one])
    if found := re.search(rf"from ([\d.e-]+) at B = {N} to ([\d.e-]+) at B = {N}, ", caption):
        level = said.between(whole(found[2]), whole(found[4]))
        assert all(row.scaling == "perfect" for row in level)
        assert float(found[1]) == pytest.approx(said.row(found[2]).rate, rel=0.006)
        assert float(found[3]) == pytest.approx(said.row(found[4]).rate, rel=0.006)
        slope = np.polyfit(np.log([r.size for r in level]), np.log([r.rate for r in level]), 1)[0]
        assert f"to the power {slope:.2f}." in caption
    ends = [(min(rates), max(rates)) for rates in map(tried, one.reached)]
    edge = any(row.rate in at for row, at in zip(said.rows, ends, strict=True))
    assert edge == ("one beyond may be better" in caption)


def tried(tuned: Tuned) -> list[float]:
    return [rate.learning_rate for rate in tuned.tried]


@pytest.mark.parametrize("surface", SURFACES)
def test_every_sentence_is_what_the_table_shows(surface: str) -> None:
    for seed in SEEDS:
        whole_sweep = swept(surface, seed)
        said = table(whole_sweep)
        summary = tradeoff_summary([whole_sweep])
        assert summary
        hold(summary, said)
        check_captions(whole_sweep, said)
        # As it is while some batch sizes are still to come.
        known = np.random.default_rng(seed).permutation(len(whole_sweep.tuned))[:3]
        part = replace(whole_sweep, tuned=tuple(whole_sweep.tuned[k] for k in sorted(known)))
        begin, found = tradeoff_summary([part]).split(": ", 1)
        assert begin == "So far, with 3 of 6 measured"
        hold(found, table(part))
        for caption in (updates_caption, examples_caption, pareto_caption, rates_caption):
            assert caption([part]).startswith("So far, with 3 of 6 measured: ")


@pytest.mark.parametrize("surface", SURFACES)
def test_the_target_is_counted_from_the_minimum_it_names(surface: str) -> None:
    """The lowest of all, or that which a long full-batch descent really ends in."""
    problem, (task, *_) = begun(surface)
    goal = task.goal
    caption = updates_caption([Swept(task.sweep, goal, ())])
    level, share = re.findall(r"a mean loss of (-?[\d.,]+), leaves ([\d.]+) %", caption)[0]
    if named := re.search(r"above (-?[\d.]+), the minimum that full-batch descent", caption):
        w = np.array(task.sweep.start or problem.surface.start)
        for _ in range(4000):
            w = w - problem.surface.learning_rate * np.array(problem.gradient(*w)).ravel()
        base = float(problem.loss(*w))
        assert number(named[1]) == pytest.approx(base, rel=0.006)
        (deepest,) = re.findall(r"the lowest one is (-?[\d.]*\d)", caption)
        assert number(deepest) == pytest.approx(problem.minima[0].loss, rel=0.006, abs=1e-9)
        assert base > problem.minima[0].loss
    elif "no minimum" in caption:
        base = 0.0
        assert not problem.minima
    else:
        base = problem.minima[0].loss
        (lowest,) = re.findall(r"lowest loss, (-?[\d.]*\d)", caption)
        assert number(lowest) == pytest.approx(base, rel=0.006, abs=1e-9)
    height = goal.start - base
    assert number(level) == pytest.approx(base + number(share) / 100 * height, rel=0.006)


def test_the_lowest_loss_of_the_camel_is_not_its_target_s() -> None:
    _, (task, *_) = begun("six-hump-camel")
    caption = updates_caption([Swept(task.sweep, task.goal, ())])
    assert (
        "-0.215, the minimum that full-batch descent comes to; the lowest one is -1.03" in caption
    )


def test_level_examples_are_perfect_scaling() -> None:
    """Examples to the target are about level from B = 1 to 256, and so it is said."""
    bowl = measure(tasks(Sweep(surface="bowl", seed=1)))
    said = table(bowl)
    level = said.between(1, 256)
    assert (level[0].examples, level[-1].examples) == (1130, 1024)
    assert {row.scaling for row in level} == {"perfect"}
    kinds = hold(tradeoff_summary([bowl]), said)
    assert [KNOWN[kind] for kind in kinds[:2]] == [perfect, plateau]
    assert "here up to 256" in tradeoff_summary([bowl])


def test_a_batch_size_that_does_not_arrive_is_named() -> None:
    wells = measure(tasks(Sweep(
        surface="two-wells", start=(3.0, 1.0), examples=128, replicas=12, epochs=20
    )))  # fmt: skip
    said = table(wells)
    assert said.late == [8]
    kinds = hold(tradeoff_summary([wells]), said)
    assert perfect in [KNOWN[kind] for kind in kinds]
    assert "brings B = 8 to the target" in tradeoff_summary([wells])


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"batch_sizes": (8,), "epochs": 40}, alone),
        ({"batch_sizes": (48,), "epochs": 1, "learning_rates": (0.01, 0.02)}, nobody),
    ],
)
def test_one_batch_size_is_compared_with_none(changes: dict[str, Any], kind: Any) -> None:
    one = measure(tasks(Sweep(**SMALL | changes)))
    (found,) = hold(tradeoff_summary([one]), table(one))
    assert KNOWN[found] is kind
    check_captions(one, table(one))


def test_each_optimizer_speaks_for_itself() -> None:
    several = [
        measure(tasks(Sweep(optimizer=name, **SMALL))) for name in ("sgd", "momentum", "adam")
    ]
    summary = tradeoff_summary(several)
    found = re.split(r" ?With (\w+): ", summary)
    assert found[1::2] == ["sgd", "momentum", "adam"]
    for one, said in zip(several, found[2::2], strict=True):
        hold(said, table(one))
    # Nothing is said of one that has not begun.
    waiting = replace(several[2], tuned=())
    assert "adam" not in tradeoff_summary([*several[:2], waiting])
    assert tradeoff_summary([*several[:2], waiting]).startswith("So far, with 12 of 18 measured: ")
