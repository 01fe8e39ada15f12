"""The learning rates of several update rules beside each other."""

from collections.abc import Iterator, Sequence
from typing import Protocol

from app.language.speech import gettext as _
from app.language.speech import listed
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


def rates_beside(runs: Sequence[RuledRun]) -> Iterator[str]:
    """Of several rules the learning rate of each, and how far momentum's steps add up."""
    if runs[0].rule.alone:
        return
    found: dict[str, list[RuledRun]] = {}
    for run in runs:
        found.setdefault(rule_title(run.rule), []).append(run)
    yield _(
        "Learning rates: {rates}.",
        rates=listed(f"{title} {_range(_learning_rates(these))}" for title, these in found.items()),
    )
    share = {title: these[0].rule.hyperparameters.get("momentum") for title, these in found.items()}
    if any(share.values()) and not all(share.values()):
        yield _(
            "Momentum's steps add up to those of a rate of ε/(1 − β): {rates}.",
            rates=listed(
                f"{title} {_range([rate / (1 - kept) for rate in _learning_rates(found[title])])}"
                for title, kept in share.items()
                if kept
            ),
        )


def _learning_rates(runs: Sequence[RuledRun]) -> list[float]:
    return [run.plan.learning_rate for run in runs]


def _range(values: Sequence[float]) -> str:
    low, high = (exactly(value, 3) for value in (min(values), max(values)))
    return low if low == high else _("{low} to {high}", low=low, high=high)
