"""How an update's micro-batches are averaged, in plain words."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import sentences
from app.science.accumulation import MEANS, cut_size, is_skewed
from app.science.arrays import IntArray
from app.science.comparison import Run
from app.science.plan import Plan
from app.words.caption import Caption
from app.words.numbers import batch_size_label, number
from app.words.orders import orders_caption

DIGITS = 3  # of how many times as much something counts


def accumulated(plans: Iterable[Plan]) -> str:
    """Whether runs in micro-batches are those of one large batch; nothing of others.

    Where they are not, what an example of a last micro-batch counts.
    """
    # Several rules have the same batches: each size is told once.
    by_size = {plan.batch_size: plan for plan in plans if plan.accumulation.pieces > 1}
    several = list(by_size.values())
    if not several:
        return ""
    pieces = several[0].accumulation.pieces
    skewed = [plan for plan in several if plan.skewed]
    if several[0].clips_each:
        return sentences(
            [
                _(
                    "Gradients of up to {pieces:,} micro-batches are clipped each by itself and "
                    "then averaged: that is not one large batch, clipped.",
                    pieces=pieces,
                ),
                *map(counted, skewed),
            ]
        )
    if several[0].accumulation.kind != MEANS:
        return _(
            "Gradients of up to {pieces:,} micro-batches are accumulated, each counted by its "
            "size: to rounding that is one large batch, so these are its paths.",
            pieces=pieces,
        )
    if not skewed:
        return _(
            "Gradients of up to {pieces:,} micro-batches are averaged as a mean of means; those of "
            "an update are all of one size here, so to rounding that is one large batch.",
            pieces=pieces,
        )
    return sentences(
        [
            _(
                "Gradients of up to {pieces:,} micro-batches are averaged as a mean of means.",
                pieces=pieces,
            ),
            *map(counted, skewed),
        ]
    )


def counted(plan: Plan) -> str:
    """What examples count where a run's micro-batches first differ in size."""
    parts = skewed_parts(plan)
    return _(
        "{label}: in updates of {sum}, an example of the last micro-batch counts {times} times as "
        "much as one of the others.",
        label=batch_size_label(plan.batch_size, plan.examples),
        sum=parts_said(parts),
        times=number(float(parts[0] / parts[-1]), DIGITS),
    )


def skewed_parts(plan: Plan) -> IntArray:
    """Sizes of the micro-batches of a run's first update whose examples count differently."""
    return next(
        cut_size(size, epoch.micro_batch)
        for epoch in plan.epochs
        for size, _count in epoch.groups
        if epoch.micro_batch is not None and is_skewed(size, epoch.micro_batch)
    )


def means_counted(parts: IntArray | None) -> str:
    """What an example of an update counts in a mean of means; nothing where all count the same."""
    if parts is None:
        return ""
    return _(
        "The gradient is a mean of means, of {sum}: an example of the last micro-batch counts "
        "{times} times as much as one of the others.",
        sum=parts_said(parts),
        times=number(float(parts[0] / parts[-1]), DIGITS),
    )


def parts_said(parts: Sequence[int] | IntArray) -> str:
    """An update's examples as a sum.

    >>> parts_said([8, 8, 8, 2]), parts_said([32, 1]), parts_said([10, 100])
    ('26 = 3 × 8 + 2', '33 = 32 + 1', '110 = 10 + 100')
    """
    sizes, firsts = np.unique(np.asarray(parts), return_index=True)
    terms = []
    for size in sizes[np.argsort(firsts)].tolist():
        count = int(np.count_nonzero(np.asarray(parts) == size))
        terms.append(f"{count:,} × {size:,}" if count > 1 else f"{size:,}")
    return f"{int(np.sum(parts)):,} = {' + '.join(terms)}"


def runs_caption(runs: Mapping[str, Run]) -> str:
    """Where runs end that average micro-batches otherwise, and what makes the difference."""
    return sentences([accumulated([runs[MEANS].plan]), orders_caption(runs)])


def weights_caption(updates: Sequence[IntArray], *, tokens: bool = False) -> Caption:
    """What an example of each micro-batch counts, averaged as a mean of means.

    Args:
        updates: sizes of the micro-batches of each update that is drawn.
        tokens: whether they are sizes in tokens.
    """
    told = [_told(parts, tokens=tokens) for parts in updates]
    return Caption(
        sentences(told),
        [
            _(
                "A block is a micro-batch, as wide as it has tokens; its height is what one of "
                "them counts in the mean of means, times what it counts in the mean over all."
            )
            if tokens
            else _(
                "A block is a micro-batch, as wide as it has examples; its height is what one of "
                "them counts in the mean of means, times what it counts in the large batch."
            ),
            _("Dashed: counted by size, all the same."),
        ],
    )


def _told(parts: IntArray, *, tokens: bool) -> str:
    low, high = int(parts.min()), int(parts.max())
    if low == high:
        return _("{sum}: all count the same.", sum=parts_said(parts))
    if tokens:
        return _(
            "{sum}: a token of the micro-batch of {low:,} counts {times} times as much as one of "
            "that of {high:,}.",
            sum=parts_said(parts),
            low=low,
            high=high,
            times=number(high / low, DIGITS),
        )
    return _(
        "{sum}: an example of the last micro-batch counts {times} times as much as one of the "
        "others.",
        sum=parts_said(parts),
        times=number(high / low, DIGITS),
    )
