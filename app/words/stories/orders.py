"""A story of the order of examples: sorted by label, beside a new order each epoch."""

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import sentences
from app.science.comparison import Comparison, Run
from app.science.label_spread import label_spread
from app.science.sampling import SORTED
from app.words.numbers import number
from app.words.runs import label
from app.words.stories.shared import above, alike, came_to, lost

CLASSES = 2


def sorted_examples(arranged: Comparison, shuffled: Comparison) -> str:
    """What batches of sorted examples see, and where their runs come to beside shuffled ones."""
    if arranged.runs[0].plan.sampling != SORTED:
        return _("The examples are not sorted here.")
    pairs = [
        pair
        for pair in zip(arranged.runs, shuffled.runs, strict=True)
        if not pair[0].plan.deterministic
    ]
    if not pairs:
        return _("A batch of all examples is the same in every order.")
    return sentences([_seen(pairs[0][0]), *(_beside(*pair) for pair in pairs)])


def _seen(run: Run) -> str:
    labels = run.problem.labels
    assert labels is not None  # noqa: S101 - they were sorted by them
    seen = label_spread(run.plan, labels, np.random.default_rng(0))  # no chance in that order
    if seen.kinds == CLASSES:
        return _(
            "Of {batches:,} sorted batches of {size:,}, {alike:,} hold one class alone.",
            size=run.batch_size,
            batches=seen.batches,
            alike=seen.alike,
        )
    return _(
        "Sorted, y strays by {within} within batches of {size:,}, by {overall} over all examples "
        "(standard deviations).",
        size=run.batch_size,
        within=number(seen.within),
        overall=number(seen.overall),
    )


def _beside(arranged: Run, shuffled: Run) -> str:
    if lost(arranged) or lost(shuffled):
        return _(
            "There is nothing to compare: sorted, {one}; shuffled anew each epoch, {other}.",
            one=came_to(arranged),
            other=came_to(shuffled),
        )
    named = {
        "size": label(arranged),
        "one": number(above(arranged)),
        "other": number(above(shuffled)),
    }
    if alike(above(arranged), above(shuffled)):
        return _(
            "Much the same without shuffling: {size} comes to {one} above the lowest loss sorted, "
            "to {other} shuffled anew each epoch.",
            **named,
        )
    if above(arranged) < above(shuffled):
        return _(
            "{size} comes to {one} above the lowest loss sorted, which is lower than the {other} "
            "that it comes to shuffled anew each epoch.",
            **named,
        )
    return _(
        "{size} comes to {one} above the lowest loss sorted, to {other} shuffled anew each epoch: "
        "{times} times lower.",
        **named,
        times=number(above(arranged) / above(shuffled)),
    )
