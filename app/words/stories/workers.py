"""A story of workers who average their weights seldom, beside one large batch."""

from app.language.speech import gettext as _
from app.language.speech import sentences
from app.science.comparison import Comparison, Run
from app.science.lowest import distances
from app.words.local_sgd import drift_of, same_path
from app.words.numbers import number
from app.words.runs import label
from app.words.stories.shared import came_to, lost


def valleys_apart(shared: Comparison, single: Comparison) -> str:
    """In how many valleys workers came to be, what their mean's loss is, and one batch's."""
    return sentences(_beside(*pair) for pair in zip(shared.runs, single.runs, strict=True))


def _beside(run: Run, one: Run) -> str:
    apart = run.paths.apart
    if apart is None:
        return _("One worker has nobody to part from: {one}.", one=came_to(one))
    if lost(run) or lost(one):
        return _(
            "There is nothing to compare: shared out, {several}; as one batch, {one}.",
            several=came_to(run),
            one=came_to(one),
        )
    workers = run.plan.workers
    named = {
        "size": label(run),
        "workers": workers.count,
        "loss": number(run.end(0).excess or 0.0),
        "one": number(one.end(0).excess or 0.0),
        "drift": number(drift_of(run)),
    }
    if same_path(run, one):
        return _(
            "To rounding, the mean of {workers:,} workers goes the way of one batch: {size} ends "
            "{loss} above the lowest loss.",
            **named,
        )
    last = apart.theta[:, min(run.plan.updates, apart.theta.shape[1]) - 1]
    valleys = len({int(distances(run.problem, each).argmin()) for each in last.T})
    if valleys > 1:
        return _(
            "The {workers:,} workers of {size} came to {valleys:,} different minima, {drift} from "
            "their mean. That mean is in none of them: its loss is {loss} above the lowest, where "
            "one worker with the whole batch ends {one} above it.",
            valleys=valleys,
            **named,
        )
    return _(
        "The {workers:,} workers of {size} part by {drift} from their mean, all by one minimum. It "
        "ends {loss} above the lowest loss, one worker with the whole batch {one}.",
        **named,
    )
