"""Whether an epoch's steps add up to one of the full batch, in plain words."""

from collections.abc import Sequence

import numpy as np

from app.language.speech import clauses as joined
from app.language.speech import gettext as _
from app.language.speech import listed, ngettext
from app.science.noise.epoch_sum import EpochSum
from app.science.sampling import SORTED
from app.words.caption import Caption
from app.words.epoch_plan import last_of_one
from app.words.numbers import exactly, number, percent

ROUNDING = 1e-9  # of the full step: what is less is none


def epoch_sum_caption(sums: Sequence[EpochSum], rate: float) -> Caption:
    """How far beside one full step an epoch ends, walked, and whether its frozen steps add up."""
    weighted = any(each.plan.epochs[0].remainder == "weight" for each in sums)
    stationary = sums[0].stationary
    return Caption(
        _("The full gradient is zero at the point: a full-batch step leads nowhere.")
        if stationary
        else _(
            "As SGD walks it, an epoch misses the end of the one full-batch step, in parts of that "
            "step: {clauses}.",
            clauses=listed(_walked(each) for each in sums),
        ),
        [
            ""
            if stationary
            else _(
                "The arrow is one full-batch step at a learning rate of {rate}.", rate=exactly(rate)
            ),
            _drawn_as(sums[0].plan.sampling, joined(_epoch_sum(each) for each in sums)),
            _(
                "Dotted: the same epoch as SGD walks it, each gradient taken where the step before "
                "it ended."
            ),
            _(
                "To travel as far, each step is made at the rate over their number, in which a "
                "smaller last one counts as its part of a batch."
            )
            if weighted
            else _("To travel as far, each step is made at the rate over their number."),
            last_of_one(*(each.plan for each in sums)),
        ],
    )


def _walked(each: EpochSum) -> str:
    size = each.plan.batch_size
    if len(each.moving) < len(each.frozen):
        return _("B = {size:,} diverges", size=size)
    off = each.moving[-1] - each.frozen[0] - each.expected
    missed = float(np.hypot(*off) / np.hypot(*each.expected))
    share = percent(missed if missed > ROUNDING else 0.0)
    return _("B = {size:,} by {share}", size=size, share=share)


def _drawn_as(sampling: str, clauses: str) -> str:
    if sampling == "with-replacement":
        return _(
            "As many independent draws as there are examples in mini-batches, all gradients taken "
            "at the point (solid): {clauses}.",
            clauses=clauses,
        )
    if sampling == "sequential":
        return _(
            "The examples in mini-batches of their stored order, all gradients taken at the point "
            "(solid): {clauses}.",
            clauses=clauses,
        )
    if sampling == SORTED:
        return _(
            "The examples in mini-batches sorted by label, all gradients taken at the point "
            "(solid): {clauses}.",
            clauses=clauses,
        )
    return _(
        "The examples in mini-batches of a random order, all gradients taken at the point "
        "(solid): {clauses}.",
        clauses=clauses,
    )


def _epoch_sum(each: EpochSum) -> str:
    size = f"B = {each.plan.batch_size:,}"
    off = float(np.hypot(*each.difference))
    updates = each.plan.updates
    steps = ngettext("{count:,} step", "{count:,} steps", updates)
    unseen = each.plan.examples - each.plan.epochs[0].examples_used
    if unseen and each.plan.sampling == "with-replacement":
        size = ngettext(
            "{size} ({count:,} draw left out)",
            "{size} ({count:,} draws left out)",
            unseen,
            size=size,
        )
    elif unseen:
        size = ngettext(
            "{size} ({count:,} example left out)",
            "{size} ({count:,} examples left out)",
            unseen,
            size=size,
        )
    if not each.covariance.any():
        return ngettext(
            "{steps} of {size} is just that one",
            "{steps} of {size} add up to it exactly",
            updates,
            steps=steps,
            size=size,
        )
    if each.stationary:
        return ngettext(
            "{steps} of {size} ends {distance} from the point",
            "{steps} of {size} end {distance} from the point",
            updates,
            steps=steps,
            size=size,
            distance=number(off),
        )
    missed = percent(off / float(np.hypot(*each.expected)))
    return ngettext(
        "{steps} of {size} misses it by {share}",
        "{steps} of {size} miss it by {share}",
        updates,
        steps=steps,
        size=size,
        share=missed,
    )
