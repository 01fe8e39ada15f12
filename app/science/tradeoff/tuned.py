"""A batch size at the learning rate that suits it best: how soon it reaches the target."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.science.arrays import IntArray
from app.science.message import Message
from app.science.tradeoff.passage import QUANTILES, quantiles, soonest
from app.science.tradeoff.sweep import Sweep, Trial


@dataclass(frozen=True)
class Rate:
    """A learning rate that was tried.

    Attributes:
        learning_rate: ε.
        arrived, diverged: replicas that reached the target, or diverged before, while it mattered.
        updates: the median number of updates to the target; None where it is larger than that
            of the best rate and so was not waited for, or there is none.
    """

    learning_rate: float
    arrived: int
    diverged: int
    updates: int | None


@dataclass(frozen=True, eq=False)
class Tuned:
    """One batch size.

    Attributes:
        batch_size: B.
        tried: every learning rate tried, increasing.
        best: index in ``tried`` of the rate whose median replica arrived first; the middle one of
            several; None where no rate brought half of the replicas to the target.
        passages: updates to the target of the best rate's replicas, 0 of one that is late,
            shape (R,); empty without a best.
        examples_seen: as many examples, shape (R,).
        updates, examples: to the target, `QUANTILES` over those replicas; None where too few
            arrived, in the budget or within four times the median.
        reason: why there is no best.
    """

    batch_size: int
    tried: tuple[Rate, ...]
    best: int | None
    passages: IntArray
    examples_seen: IntArray
    updates: tuple[int | None, ...]
    examples: tuple[int | None, ...]
    reason: str | None

    @property
    def learning_rate(self) -> float | None:
        """The best rate."""
        return None if self.best is None else self.tried[self.best].learning_rate

    @property
    def at_edge(self) -> bool:
        """Whether a rate beyond those tried might be better still."""
        return self.best in (0, len(self.tried) - 1)


def tune(sweep: Sweep, trials: Sequence[Trial]) -> tuple[Tuned, ...]:
    """Gather the trials of a sweep, finished or not, by batch size; in any order.

    Returns:
        A `Tuned` for each batch size of which there is a trial, increasing.
    """
    return tuple(
        _tune(sweep, size, [trial for trial in trials if trial.batch_size == size])
        for size in sorted({trial.batch_size for trial in trials})
    )


def _tune(sweep: Sweep, batch_size: int, trials: Sequence[Trial]) -> Tuned:
    # A rate tried twice counts as in the longer trial, which waited for its late replicas.
    known = {
        rate: (updates, diverged)
        for trial in sorted(trials, key=lambda trial: trial.passages.until)
        for rate, updates, diverged in zip(
            trial.learning_rates, trial.passages.updates, trial.passages.diverged, strict=True
        )
    }
    rates = sorted(known)
    updates, diverged = (np.array([known[rate][k] for rate in rates]) for k in (0, 1))
    tried = tuple(
        Rate(rate, int(np.sum(here > 0)), int(np.sum(lost)), _whole(quantiles(here)[1]))
        for rate, here, lost in zip(rates, updates, diverged, strict=True)
    )
    best = soonest(rates, updates)
    if best is None:
        none = (None,) * len(QUANTILES)
        reason = _reason(sweep, batch_size, tried)
        nobody = updates[:0, 0]
        return Tuned(batch_size, tried, None, nobody, nobody, none, none, reason)
    passages = updates[best]
    seen = sweep.plan(batch_size).examples_seen[passages]  # of a late replica 0
    found, examples = (tuple(map(_whole, quantiles(counts))) for counts in (passages, seen))
    return Tuned(batch_size, tried, best, passages, seen, found, examples, None)


def _reason(sweep: Sweep, batch_size: int, tried: Sequence[Rate]) -> str:
    most = max(tried, key=lambda rate: rate.arrived)
    first, last = tried[0].learning_rate, tried[-1].learning_rate
    begin = Message(
        "No learning rate tried ({rates}) brings half of the {replicas} replicas to the target "
        "within {epochs}, {updates:,} updates",
        rates=(
            Message("{first:.3g} to {last:.3g}", first=first, last=last)
            if len(tried) > 1
            else f"{first:.3g}"
        ),
        replicas=sweep.replicas,
        epochs=(
            Message("{count} epochs", count=sweep.epochs)
            if sweep.epochs > 1
            else Message("{count} epoch", count=sweep.epochs)
        ),
        updates=sweep.plan(batch_size).updates,
    )
    if most.arrived:
        return Message(
            "{begin}: {rate:.3g} brings {arrived}",
            begin=begin,
            rate=most.learning_rate,
            arrived=most.arrived,
        )
    return Message(
        "{begin}: none arrives, and with {lost} of {all} rates all diverge",
        begin=begin,
        lost=sum(rate.diverged == sweep.replicas for rate in tried),
        all=len(tried),
    )


def _whole(value: float) -> int | None:
    return int(value) if math.isfinite(value) else None
