"""A story of micro-batches: a mean of means, beside one that counts them by their size."""

from app.language.speech import gettext as _
from app.language.speech import sentences
from app.science.comparison import Comparison, Run
from app.words.accumulation import counted
from app.words.numbers import number
from app.words.runs import label
from app.words.stories.shared import above, alike, came_to, lost


def mean_of_means(averaged: Comparison, sized: Comparison) -> str:
    """What an example of a short micro-batch counts, and where that leads."""
    skewed = [pair for pair in zip(averaged.runs, sized.runs, strict=True) if pair[0].plan.skewed]
    if not skewed:
        return _(
            "Each update's micro-batches are of one size here, or are counted by it: to rounding "
            "that is one large batch, and every example counts the same."
        )
    return sentences(_beside(*pair) for pair in skewed)


def _beside(averaged: Run, sized: Run) -> str:
    told = counted(averaged.plan)
    if lost(averaged) or lost(sized):
        ends = _(
            "There is nothing to compare: as a mean of means, {one}; by size, {other}.",
            one=came_to(averaged),
            other=came_to(sized),
        )
        return sentences([told, ends])
    named = {
        "size": label(averaged),
        "one": number(above(averaged)),
        "other": number(above(sized)),
    }
    if alike(above(averaged), above(sized)):
        ends = _(
            "That does little: {size} comes to {one} above the lowest loss as a mean of means, to "
            "{other} with micro-batches counted by size.",
            **named,
        )
    elif above(averaged) < above(sized):
        ends = _(
            "{size} comes to {one} above the lowest loss as a mean of means, which is lower than "
            "the {other} that it comes to with micro-batches counted by size.",
            **named,
        )
    else:
        ends = _(
            "{size} comes to {one} above the lowest loss as a mean of means, to {other} with "
            "micro-batches counted by size: {times} times lower.",
            times=number(above(averaged) / above(sized)),
            **named,
        )
    return sentences([told, ends])
