"""A story of a weighted sampler: another loss is descended than the one that is drawn."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import sentences
from app.science.comparison import Comparison, Run
from app.science.plan import Plan
from app.science.sampling import BALANCED, Labels
from app.words.balanced import balanced_said, weight_of_rarest
from app.words.numbers import number
from app.words.runs import label
from app.words.stories.shared import came_to, lost


class Ends(NamedTuple):
    """Mean losses of examples where a run's replicas end: of the rarest class, others, and all."""

    rare: float
    others: float
    all: float


def weighted_sampler(drawn: Comparison, shuffled: Comparison) -> str:
    """What an example of each class costs in the end, drawn alike by class, and shuffled."""
    plans = [run.plan for run in drawn.runs]
    if plans[0].sampling != BALANCED:
        return _("Classes are drawn as often here as they come.")
    pairs = [*zip(drawn.runs, shuffled.runs, strict=True)]
    return sentences([*(_beside(*pair) for pair in pairs), _why(plans, drawn.problem.labels)])


def _why(plans: Sequence[Plan], labels: Labels) -> str:
    """In short, where the runs' own words have it at length."""
    if (times := weight_of_rarest(labels)) == 1:
        return balanced_said(plans, labels)
    return _(
        "Balanced batches descend another loss, in which one of the rarer class counts "
        "{times} times as much.",
        times=f"{times:.3g}",
    )


def _beside(drawn: Run, shuffled: Run) -> str:
    if lost(drawn) or lost(shuffled):
        return _(
            "There is nothing to compare: of balanced batches, {one}; shuffled, {other}.",
            one=came_to(drawn),
            other=came_to(shuffled),
        )
    one, other = _ends(drawn), _ends(shuffled)
    return _(
        "{size}: balanced, an example of the rarer class costs {rare}, of the other {others}, of "
        "all {all}; shuffled {rare_shuffled}, {others_shuffled} and {all_shuffled}.",
        size=label(drawn),
        **{name: number(loss) for name, loss in one._asdict().items()},
        **{f"{name}_shuffled": number(loss) for name, loss in other._asdict().items()},
    )


def _ends(run: Run) -> Ends:
    labels = np.asarray(run.problem.labels)
    w0, w1, _losses = run.ends
    losses = [run.problem.surface.loss(*at, run.problem.columns) for at in zip(w0, w1, strict=True)]
    each = np.mean(losses, axis=0)  # over replicas
    kinds, counts = np.unique(labels, return_counts=True)
    rare = labels == kinds[np.argmin(counts)]
    return Ends(float(each[rare].mean()), float(each[~rare].mean()), float(each.mean()))
