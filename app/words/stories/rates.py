"""Stories of learning rates that are too large: for a rule of scaling, or for small batches."""

import math

import numpy as np

from app.language.speech import clauses, sentences
from app.language.speech import gettext as _
from app.science.comparison import Comparison, Run
from app.words.numbers import exactly, number
from app.words.stories.shared import ALIKE, above, alike, came_to, lost, names


def linear_scaling(comparison: Comparison) -> str:
    """Up to which batch size a rate in proportion to it leaves the same floor."""
    runs = sorted(comparison.runs, key=lambda run: run.batch_size)
    shares = [run.plan.learning_rate / run.batch_size for run in runs]
    if not all(math.isclose(share, shares[0]) for share in shares):
        return _("The learning rate is not in proportion to the batch size here.")
    if lost(runs[0]):
        return _("It breaks from the start: {end}.", end=came_to(runs[0]))
    fine = [run for run in runs if not lost(run) and alike(above(run), above(runs[0]))]
    broken = [run for run in runs if run not in fine]
    losses = [above(run) for run in fine]
    kept = _(
        "With the learning rate in proportion to the batch, {sizes} come to much the same floor, "
        "{low} to {high} above the lowest loss.",
        sizes=names(fine),
        low=number(min(losses)),
        high=number(max(losses)),
    )
    return sentences(
        [
            kept
            if len(fine) > 1
            else _("No other comes to the floor of {size}.", size=names(fine)),
            _("Then it breaks: {ends}.", ends=clauses(map(_at_rate, broken)))
            if broken
            else _("It does not break here: all are within a factor {factor}.", factor=ALIKE),
        ]
    )


def _at_rate(run: Run) -> str:
    return _("{end} at a rate of {rate}", end=came_to(run), rate=exactly(run.plan.learning_rate))


def limit_of_one(comparison: Comparison) -> str:
    """Which batch sizes bear a learning rate, and which it throws out."""
    runs = comparison.runs
    rate = exactly(runs[0].plan.learning_rate)
    out = [run for run in runs if lost(run)]
    if not out:
        return _("Every batch size bears a learning rate of {rate} here.", rate=rate)
    kept = [run for run in runs if not lost(run)]
    if not kept:
        return _(
            "No batch size bears a learning rate of {rate}: {ends}.",
            rate=rate,
            ends=clauses(map(_when, out)),
        )
    return sentences(
        [
            _(
                "At a learning rate of {rate}, {ends}.",
                rate=rate,
                ends=clauses([*map(_when, out), *map(came_to, kept)]),
            ),
            _("A larger batch bears a rate that throws smaller ones out.")
            if max(run.batch_size for run in out) < min(run.batch_size for run in kept)
            else "",
        ]
    )


def _when(run: Run) -> str:
    at = run.paths.diverged_at[run.paths.diverged_at > 0]
    return _(
        "{end}, at update {update:,.0f} in the median",
        end=came_to(run),
        update=float(np.median(at)),
    )
