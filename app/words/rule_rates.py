"""The learning rates of several update rules beside each other."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import listed
from app.science.arrays import FloatArray
from app.science.plan import Plan
from app.science.rule import Chosen
from app.words.numbers import exactly
from app.words.run_label import rule_title


class RuledRun(Protocol):
    """Runs of a batch size by an update rule."""

    @property
    def plan(self) -> Plan:
        """Mini-batches and rates."""

    @property
    def rule(self) -> Chosen:
        """By which updates are made."""

    @property
    def made(self) -> int:
        """Updates that its last replica made."""


def rates_beside(runs: Sequence[RuledRun]) -> Iterator[str]:
    """Of several rules the learning rates of each, and how far momentum's steps add up."""
    if runs[0].rule.alone:
        return
    found: dict[str, list[RuledRun]] = {}
    for run in runs:
        found.setdefault(rule_title(run.rule), []).append(run)
    rates = listed(f"{title} {_range(map(_rates, these))}" for title, these in found.items())
    if all(_rates(run).min() == _rates(run).max() for run in runs):
        yield _("Learning rates: {rates}.", rates=rates)
    else:
        yield _("Learning rates along the runs: {rates}.", rates=rates)
    heavy = {title: these for title, these in found.items() if any(map(_momentum, these))}
    if heavy and len(heavy) < len(found):
        yield _(
            "Momentum's steps add up to those of a rate of ε/(1 − β): {rates}.",
            rates=listed(
                f"{title} {_range(_rates(run) / (1 - _momentum(run)) for run in these)}"
                for title, these in heavy.items()
            ),
        )


def _rates(run: RuledRun) -> FloatArray:
    """ε of the updates that were made."""
    return run.plan.rates[: run.made]


def _momentum(run: RuledRun) -> float:
    """β at the batch size that it began with; 0 of a rule without."""
    momentum = run.rule.hyperparameters.get("momentum", 0.0)
    return momentum**run.plan.beta_power if momentum else 0.0


def _range(values: Iterable[FloatArray]) -> str:
    every = np.concatenate(list(values))
    low, high = (exactly(value, 3) for value in (every.min(), every.max()))
    return low if low == high else _("{low} to {high}", low=low, high=high)
