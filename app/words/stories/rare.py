"""A story of a rare class: how many batches hold none of it, and whether it is learned."""

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import listed, ngettext, sentences
from app.science.comparison import Comparison, Run
from app.science.rare import expected_without
from app.words.runs import label
from app.words.stories.shared import came_to, lost

MUCH_THE_SAME = 0.1  # shares of two classes told rightly, at most so far apart


def rare_class(compared: Comparison) -> str:
    """What batches are expected to see of the rare class, and how much of each is told rightly."""
    problem = compared.problem
    if problem.surface.unbalanced is None:
        return _("There are no two classes here.")
    gone = [run for run in compared.runs if lost(run)]
    if gone:
        return _("There is nothing to compare: {ends}.", ends=listed(map(came_to, gone)))
    told = [(run, *_told_rightly(run)) for run in compared.runs]
    close = all(abs(rare - other) <= MUCH_THE_SAME for _run, rare, other in told)
    return sentences(
        [
            _without(compared),
            _(
                "In the end {share} of the rare class are told rightly, of the other one {other}.",
                share=_range([rare for _run, rare, _other in told]),
                other=_range([other for _run, _rare, other in told]),
            ),
            _(
                "The classes lie mirrored about 0, through which the boundary goes: either alone "
                "teaches much the same."
            )
            if close
            else "",
        ]
    )


def _without(compared: Comparison) -> str:
    labels = np.asarray(compared.problem.columns[-1])
    rare = int(np.count_nonzero(labels > 0))
    shares = [
        (run, expected_without(run.plan.epochs[0], rare, run.plan.sampling))
        for run in compared.runs
    ]
    said = [
        _("{share} ({label})", share=_percent(share), label=label(run))
        for run, share in shares
        if share is not None
    ]
    count = ngettext(
        "{count:,} of {examples:,} examples is of the rare class.",
        "{count:,} of {examples:,} examples are of the rare class.",
        rare,
        examples=len(labels),
    )
    if not said:
        return count
    without = _("Of the batches, {shares} are expected to hold none.", shares=listed(said))
    return sentences([count, without])


def _told_rightly(run: Run) -> tuple[float, float]:
    """Shares of the rare class and of the other one on the right side, means over replicas."""
    x0, x1, labels = run.problem.columns
    w0, w1, _losses = run.ends
    right = np.outer(w0, x0 * labels) + np.outer(w1, x1 * labels) > 0
    return float(right[:, labels > 0].mean()), float(right[:, labels < 0].mean())


def _range(shares: list[float]) -> str:
    """The least and the most of them; one where these read the same."""
    low, high = _percent(min(shares)), _percent(max(shares))
    return low if low == high else _("{low} to {high}", low=low, high=high)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"
