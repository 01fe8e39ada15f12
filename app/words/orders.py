"""Where runs end that take the same examples in other orders."""

from collections.abc import Mapping

import numpy as np

from app.language.speech import clauses, ngettext, sentences
from app.language.speech import gettext as _
from app.science.comparison import Run
from app.science.lowest import lowest_loss
from app.words.balanced import balanced_said
from app.words.numbers import number


def orders_caption(runs: Mapping[str, Run], too_many: str | None = None) -> str:
    """Where each order ends.

    Args:
        runs: by their sampling.
        too_many: the sampling whose draws are too many, so that it is not among them.
    """
    first = next(iter(runs.values()))
    minima = first.problem.minima
    floor = lowest_loss(first.problem) or 0.0
    ends = [
        _("{sampling}: {end}", sampling=sampling, end=_end(run, floor))
        for sampling, run in runs.items()
    ]
    template = (
        _("Late loss above the lowest minimum, B = {size:,}: {ends}.")
        if minima
        else _("Late loss, B = {size:,}: {ends}.")
    )
    return sentences(
        [
            template.format(size=first.batch_size, ends=clauses(ends)),
            ngettext("One run of each.", "Lines are medians of {count} replicas.", first.replicas),
            _(
                "So many draws as {sampling} takes of such batches are not made here.",
                sampling=too_many,
            )
            if too_many
            else "",
            balanced_said((run.plan for run in runs.values()), first.problem.labels),
        ]
    )


def _end(run: Run, floor: float) -> str:
    """The loss that the replicas end at, and how many diverged."""
    lost = int(np.count_nonzero(run.paths.diverged_at))
    if lost == run.replicas:
        return _("diverged")
    loss = number(run.late.level - floor)
    return (
        _("{loss} ({lost} of {all} diverged)", loss=loss, lost=lost, all=run.replicas)
        if lost
        else loss
    )
