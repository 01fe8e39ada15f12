"""What weight decay and clipping did to runs, in plain words with measured numbers."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from app.language.speech import clauses, listed, sentences
from app.language.speech import gettext as _
from app.science.arrays import Point
from app.science.plan import Plan
from app.science.restraint import Restraint
from app.science.sampling import BALANCED
from app.words.numbers import exactly, number, percent

DIGITS = 3  # of a weight
AT_0 = 1e-9  # a minimum so near 0 is not moved by decay


class Cut(NamedTuple):
    """Of a batch size: how many gradients were cut, of how many updates; 0 of none."""

    label: str
    clipped: int
    updates: int


def restraint_note(
    plan: Plan, cuts: Sequence[Cut], minima: Sequence[Point] = (), decayed: Sequence[Point] = ()
) -> str:
    """How often gradients were cut, and where decay leads instead of to a minimum of the loss.

    Args:
        plan: of the runs, or of one of them; nothing is said where there is no restraint. Where
            each micro-batch is clipped by itself, an update counts where one was.
        cuts: a batch size each, of replicas that did not diverge.
        minima: of the loss, where they are known.
        decayed: the lowest of the loss with coupled decay, where they are known and others.
    """
    clipped = _clipped(plan.restraint, cuts, apart=plan.clips_each)
    if plan.sampling == BALANCED and plan.restraint.coupled:
        return sentences([clipped, _of_balanced(plan.restraint.coupled)])
    return sentences([clipped, _decayed(plan.restraint, minima, decayed)])


def _of_balanced(decay: float) -> str:
    return _(
        "With weight decay of {decay} updates go down the loss of such batches + {half} ‖θ‖².",
        decay=exactly(decay),
        half=exactly(decay / 2),
    )


def _clipped(restraint: Restraint, cuts: Sequence[Cut], *, apart: bool) -> str:
    known = [cut for cut in cuts if cut.updates]
    if restraint.clip is None or not known:
        return ""
    if apart:
        return _(
            "Micro-batches' gradients longer than {clip} were clipped to it, each by itself, at so "
            "many updates: {clauses}.",
            clip=exactly(restraint.clip),
            clauses=clauses(map(_cut, known)),
        )
    return _(
        "Gradients longer than {clip} were clipped to it: {clauses}.",
        clip=exactly(restraint.clip),
        clauses=clauses(map(_cut, known)),
    )


def _cut(cut: Cut) -> str:
    if not cut.clipped:
        return _("none at {label}", label=cut.label)
    if cut.clipped == cut.updates:
        return _("all at {label}", label=cut.label)
    return _(
        "{share} ({clipped:,} of {updates:,}) at {label}",
        label=cut.label,
        share=percent(cut.clipped / cut.updates),
        clipped=cut.clipped,
        updates=cut.updates,
    )


def _decayed(restraint: Restraint, minima: Sequence[Point], decayed: Sequence[Point]) -> str:
    if not restraint.weight_decay:
        return ""
    decay = exactly(restraint.weight_decay)
    if minima and all(math.hypot(*at) <= AT_0 for at in minima):
        return _("Weight decay of {decay} draws to 0, where the minimum is.", decay=decay)
    if restraint.coupled and decayed:
        return _(
            "With weight decay of {decay} updates go down L + {half} ‖θ‖², which is lowest at "
            "{points} (the hollow mark), not where the loss L is.",
            decay=decay,
            half=exactly(restraint.weight_decay / 2),
            points=listed(map(_point, decayed)),
        )
    if restraint.coupled:
        return _(
            "With weight decay of {decay} updates go down L + {half} ‖θ‖², whose minima are not "
            "those of the loss L.",
            decay=decay,
            half=exactly(restraint.weight_decay / 2),
        )
    return _(
        "Weight decay of {decay}, apart from the gradient, draws weights to 0 at every update, "
        "and so away from the minima of the loss.",
        decay=decay,
    )


def _point(at: Point) -> str:
    return f"({number(at[0], DIGITS)}, {number(at[1], DIGITS)})"
