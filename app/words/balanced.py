"""What it does to drawn batches that every class weighs the same, in plain words."""

from collections.abc import Iterable

import numpy as np

from app.language.speech import gettext as _
from app.science.plan import Plan
from app.science.sampling import BALANCED, Labels


def balanced_said(plans: Iterable[Plan], labels: Labels = None) -> str:
    """Which loss balanced batches descend; nothing of others.

    Args:
        plans: of runs with one sampling.
        labels: of the examples; None where they are not known, so that both cases are told.
    """
    if not any(plan.sampling == BALANCED for plan in plans):
        return ""
    if labels is None:
        return _(
            "Every class is as likely to be drawn: unless they have as many examples each, the "
            "gradient is on average that of another loss, in which every class weighs the same, "
            "and which is in general lowest elsewhere."
        )
    if (times := weight_of_rarest(labels)) == 1:
        return _(
            "Every class is as likely to be drawn, and they have as many examples each: that is "
            "drawing with replacement."
        )
    return _(
        "Every class is as likely to be drawn, so an example counts up to {times} times what it "
        "does in the loss that is told here: batches descend another loss, in which every class "
        "weighs the same, and which is in general lowest elsewhere.",
        times=f"{times:.3g}",
    )


def weight_of_rarest(labels: Labels) -> float:
    """N/(K n), what an example of the rarest class, of n, counts where all K weigh the same."""
    counts = np.unique(np.asarray(labels), return_counts=True)[1]
    return float(counts.sum() / (len(counts) * counts.min()))
