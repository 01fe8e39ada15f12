"""An epoch's batches in sentences."""

from collections.abc import Sequence

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import listed, ngettext, sentences
from app.science.accumulation import ONE_BATCH, Accumulation
from app.science.arrays import FloatArray, IntArray
from app.science.draws import expected_missed
from app.science.epoch_plan import EpochPlan
from app.science.plan import Plan
from app.science.sampling import POISSON, SORTED
from app.science.variance_ratio import last_batch_ratio
from app.words.numbers import number


def last_of_one(*plans: EpochPlan | Plan, parts: Accumulation = ONE_BATCH) -> str:
    """What a last batch of 1 does to layers that use the batch's statistics; empty without one.

    And what a micro-batch of 1 does, by whose statistics such layers work.

    Args:
        plans: an epoch or a run a batch size; of several it is said of which it holds.
        parts: in which an epoch's batches are taken; runs know their own.
    """
    in_parts = [
        plan.has_micro_batch_of_one
        if isinstance(plan, Plan)
        else any(parts.leaves_one(size, plan.batch_size) for size, _count in plan.groups)
        for plan in plans
    ]
    return sentences(
        [
            _of_sizes(
                _(
                    "A last batch of 1: in layers that use the batch's statistics PyTorch stops "
                    "at it with an error, Keras goes on with 0."
                ),
                plans,
                [plan.ends_in_one for plan in plans],
            ),
            _of_sizes(
                _(
                    "A micro-batch of 1: in layers that use its statistics PyTorch stops at it "
                    "with an error, Keras goes on with 0."
                ),
                plans,
                in_parts,
            ),
        ]
    )


def _of_sizes(said: str, plans: Sequence[EpochPlan | Plan], holds: Sequence[bool]) -> str:
    # Several rules have the same batches: each size is told once.
    sizes = {plan.batch_size: None for plan, held in zip(plans, holds, strict=True) if held}
    if not sizes or len(plans) == 1:
        return said if sizes else ""
    which = listed(f"{size:,}" for size in sizes)
    return sentences([said, _("It comes at batch size {sizes}.", sizes=which)])


def strip_caption(plan: EpochPlan, sampling: str, per_cell: int) -> str:
    """The epoch as a strip of cells, each of so many batches; of one example where that is 0."""
    cells = ngettext(
        "A cell is a batch here: so many examples cannot be drawn one by one.",
        "A cell is up to {count:,} batches here: so many cannot be drawn one by one.",
        per_cell,
    )
    return plan_caption(plan, sampling, cells if per_cell else "")


def draws_caption(plan: EpochPlan, came: IntArray | None, expected: FloatArray) -> str:
    """The epoch drawn with replacement: how many of its examples came, or were expected to.

    Args:
        plan: the epoch.
        came: how many examples came never, once, twice, …; None where they are not drawn.
        expected: how many are expected to.
    """
    return plan_caption(plan, "with-replacement", _drawn(plan, came, expected))


def _drawn(plan: EpochPlan, came: IntArray | None, expected: FloatArray) -> str:
    some = plan.examples - float(expected[0])
    share, missed = _percent(some / plan.examples), _percent(1 - some / plan.examples)
    if came is None:
        return _(
            "{some:,.0f} of {all:,} examples are expected to come, {share}, the others not at all "
            "(dashes); so many are not drawn here.",
            some=some,
            all=plan.examples,
            share=share,
        )
    return sentences(
        [
            ngettext(
                "With replacement {came:,} of {all:,} examples came, {never:,} not at all, and "
                "none more than once (bars).",
                "With replacement {came:,} of {all:,} examples came, {never:,} not at all, and "
                "none more than {count:,} times (bars).",
                len(came) - 1,
                came=plan.examples - int(came[0]),
                all=plan.examples,
                never=int(came[0]),
            ),
            _(
                "{some:,.1f} are expected to come, {share} (dashes): n draws miss (1 − 1/N)ⁿ of "
                "the examples, {missed}.",
                some=some,
                share=share,
                missed=missed,
            ),
        ]
    )


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def poisson_caption(plan: EpochPlan, drawn: tuple[IntArray, int] | None) -> str:
    """The Poisson batches of an epoch: how many examples they have, and what none of them has.

    Args:
        plan: the epoch.
        drawn: sizes of its batches, and how many examples are in none; None if not drawn.
    """
    missed = expected_missed(plan)
    share = _percent(missed / plan.examples)
    return sentences(
        [
            ngettext(
                "One epoch: {count:,} update, by a batch that each of the {all:,} examples joins "
                "with probability {size:,}/{all:,}.",
                "One epoch: {count:,} updates, each by a batch that each of the {all:,} examples "
                "joins with probability {size:,}/{all:,}.",
                plan.updates,
                all=plan.examples,
                size=plan.batch_size,
            ),
            _(
                "Dashes: how many batches are expected to have so many examples; so many are not "
                "drawn here."
            )
            if drawn is None
            else _poisson_drawn(plan, *drawn),
            _(
                "An epoch is expected to miss (1 − B/N)ᴷ of the examples, {share}, K being its "
                "updates.",
                share=share,
            )
            if drawn is None
            else ngettext(
                "{count:,} example is in none of them, {measured}; (1 − B/N)ᴷ, {share}, are "
                "expected to be, K being the updates.",
                "{count:,} examples are in none of them, {measured}; (1 − B/N)ᴷ, {share}, are "
                "expected to be, K being the updates.",
                drawn[1],
                measured=_percent(drawn[1] / plan.examples),
                share=share,
            ),
        ]
    )


def _poisson_drawn(plan: EpochPlan, sizes: IntArray, _missed: int) -> str:
    empty = int(np.count_nonzero(sizes == 0))
    return sentences(
        [
            _(
                "These batches have {least:,} to {most:,} examples (bars), {mean:,.1f} on average, "
                "where {size:,} are expected (dashes).",
                least=int(sizes.min()),
                most=int(sizes.max()),
                mean=float(sizes.mean()),
                size=plan.batch_size,
            ),
            ngettext(
                "{count:,} batch is empty: its update has a gradient of 0.",
                "{count:,} batches are empty: their updates have a gradient of 0.",
                empty,
            )
            if empty
            else "",
        ]
    )


def plan_caption(plan: EpochPlan, sampling: str, drawn: str) -> str:
    """The epoch as a sum, 10 × 100 + 50 = 1,050, what was ``drawn`` of it, and its last batch."""
    total = " + ".join(
        f"{count:,} × {size:,}" if count > 1 else f"{size:,}" for size, count in plan.groups
    )
    cut = {"sum": total, "used": plan.examples_used}
    return sentences(
        [
            ngettext(
                "One epoch: {sum} = {used:,} draws, {count:,} update.",
                "One epoch: {sum} = {used:,} draws, {count:,} updates.",
                plan.updates,
                **cut,
            )
            if sampling == "with-replacement"
            else ngettext(
                "One epoch: {sum} = {used:,} examples, {count:,} update.",
                "One epoch: {sum} = {used:,} examples, {count:,} updates.",
                plan.updates,
                **cut,
            ),
            drawn,
            _left_out(plan, sampling),
            _last_batch(plan, sampling),
            last_of_one(plan),
        ]
    )


def ratio_undefined(plan: EpochPlan, sampling: str) -> str | None:
    """Why there is no `last_batch_ratio`; None where there is one."""
    if last_batch_ratio(plan, sampling) is not None:
        return None
    if sampling == "sequential":
        return _("in the stored order no chance decides what is in a batch")
    if sampling == SORTED:
        return _("sorted by label no chance decides what is in a batch")
    if sampling == POISSON and not plan.whole:
        return _("of Poisson batches none is a last, smaller one")
    return _("a batch of all examples has no variance without replacement")


def _left_out(plan: EpochPlan, sampling: str) -> str:
    count = plan.examples - plan.examples_used
    if not count or sampling == "with-replacement":
        return ""
    if sampling == "reshuffle":
        return ngettext(
            "{count:,} example is left out of it, drawn anew each epoch.",
            "{count:,} examples are left out of it, drawn anew each epoch.",
            count,
        )
    return ngettext(
        "{count:,} example is left out of it, the same one in every epoch: no update ever sees it.",
        "{count:,} examples are left out of it, the same ones in every epoch: no update ever sees "
        "them.",
        count,
    )


def _last_batch(plan: EpochPlan, sampling: str) -> str:
    """How much noisier a smaller last batch is, where chance decides what is in it."""
    last, ratio = plan.groups[-1][0], last_batch_ratio(plan, sampling)
    if last == plan.batch_size or ratio is None:
        return ""
    said = _(
        "The mean gradient of the last batch, of {last:,}, has {ratio} times the variance of one "
        "of {size:,}.",
        last=last,
        ratio=number(ratio, 3),
        size=plan.batch_size,
    )
    if plan.last_weight == 1:
        return said
    weighted = _(
        "Weighted, × {last:,}/{size:,}, it has {ratio} times that variance.",
        last=last,
        size=plan.batch_size,
        ratio=number(ratio * plan.last_weight**2, 3),
    )
    return sentences([said, weighted])
