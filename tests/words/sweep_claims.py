"""What may be said of a sweep, and what its table then has to show.

What a sentence claims is computed again from the rows alone, not by what made the sentence.
"""

import re
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
import pytest

from app.science.tradeoff.sweep_result import SweepResult
from app.science.tradeoff.tuned import Tuned
from app.words.tradeoff_captions import (
    examples_caption,
    pareto_caption,
    rates_caption,
    updates_caption,
)

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

    swept: SweepResult
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


def table(swept: SweepResult) -> Table:
    marks = swept.regimes
    rows = [
        Row(t.batch_size, t.updates[1], t.examples[1], t.learning_rate,
            marks.labels[t.batch_size] if marks else None)
        for t in swept.tuned
        if t.updates[1] and t.examples[1] and t.learning_rate
    ]  # fmt: skip
    return Table(swept, rows, [t.batch_size for t in swept.tuned if t.updates[1] is None])


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


def perfect_at_least(said: Table, until: str, factor: str, first: str) -> None:
    perfect(said, "", "", until, factor, first)
    following = [t.batch_size for t in said.swept.tuned if t.batch_size > whole(until)]
    assert following[0] in said.late


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
    assert all(size < said.rows[-1].size for size in said.late)
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
    assert said.rows or len(said.swept.tuned) < len(said.swept.sweep.sizes)
    assert whole(epochs) == said.swept.sweep.epochs


def nobody(said: Table, epochs: str) -> None:
    assert not said.rows
    assert len(said.swept.tuned) == len(said.swept.sweep.sizes)
    assert whole(epochs) == said.swept.sweep.epochs


def alone(said: Table, size: str, updates: str, examples: str) -> None:
    assert [(row.size, row.updates, row.examples) for row in said.rows] == [
        (whole(size), whole(updates), whole(examples))
    ]


def too_close(said: Table) -> None:
    assert all(row.examples <= MORE * said.rows[0].examples for row in said.rows)
    for k, row in enumerate(said.rows):
        assert row.updates <= MORE * min(other.updates for other in said.rows[k:])
    assert {row.scaling for row in said.rows} == {None}


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
    return float(text.replace(",", "").replace("−", "-"))


N = r"([\d,]+)"
Q = r"([\d,.]+)"
EPOCHS = rf"{N} epochs?"
BETWEEN = rf"(?:somewhere between B = {N} and {N}"
KNOWN: dict[str, Callable[..., None]] = {
    rf"Scaling is perfect up to {BETWEEN}, here up to )?(?:B = )?{N}: until there no batch size "
    rf"takes more than {Q} times the examples of B = {N}\.": perfect,
    rf"Scaling is perfect at least up to B = {N}: until there no batch size takes more than {Q} "
    rf"times the examples of B = {N}, and the next one does not arrive\.": perfect_at_least,
    rf"Already B = {N} takes {Q} times the examples of B = {N}\.": already,
    rf"Yet with other replicas scaling may be perfect up to B = {N}\.": yet,
    rf"From {BETWEEN} on, here from )?(?:B = )?{N},?(?: on)? larger batches save at most (\d+ %) "
    r"of the updates\.": plateau,
    rf"A plateau, if there is one, begins at B = {N} or above\.": perhaps_a_plateau,
    rf"No learning rate tried brings ((?:B = {N}(?:, )?)+) to the target within {EPOCHS}\.":
        lambda said, sizes, _, epochs: missing(said, sizes, epochs),
    rf"No batch size reaches the target within {EPOCHS} at any learning rate tried\.": nobody,
    rf"B = {N} reaches the target in {N} updates, {N} examples\.": alone,
    r"The batch sizes that arrive are too close together to tell perfect scaling from a "
    r"plateau\.": too_close,
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


def check_captions(one: SweepResult, said: Table) -> None:
    caption = updates_caption([one])
    check_arrows(one, caption)
    assert bool(said.late) == ("No learning rate tried brings" in caption)
    for share in re.findall(r"within (\d+) % of every batch size", caption):
        assert one.fit
        fitted = one.fit.updates_at(np.array([row.size for row in said.rows], float))
        apart = [abs(row.updates / f - 1) for row, f in zip(said.rows, fitted, strict=True)]
        assert max(apart) <= float(share) / 100
    caption, *beyond = examples_caption([one]).split(" Arrows to the edge")
    check_arrows(one, "Arrows to the edge".join(["", *beyond]))
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


def check_arrows(one: SweepResult, caption: str) -> None:
    """Of each batch size without an upper end how many replicas came down."""
    late = [t for t in one.reached if sum(t.passages > 0) < 0.95 * len(t.passages)]
    found = re.search(
        r"Arrows to the edge: fewer than 95 % of the (\d+) .*?not known: ([^.]*)\.", caption
    )
    assert bool(found) == bool(late)
    if found:
        assert int(found[1]) == one.sweep.replicas
        counts = re.findall(rf"{N} at B = {N}", found[2])
        assert [(whole(n), whole(b)) for n, b in counts] == [
            (int(sum(t.passages > 0)), t.batch_size) for t in late
        ]


def tried(tuned: Tuned) -> list[float]:
    return [rate.learning_rate for rate in tuned.tried]
