"""A story of weight decay with an adaptive rule: added to the gradient, or apart from it."""

from collections.abc import Sequence

import numpy as np

from app.language.speech import clauses, sentences
from app.language.speech import gettext as _
from app.science.comparison import Comparison, Run
from app.science.optimizers import OPTIMIZERS
from app.words.numbers import number
from app.words.run_label import rule_title
from app.words.runs import label
from app.words.stories.shared import came_to, lost

DIGITS = 3
SAME = 0.03  # of a length: what differs by less is said to be the same


def coupled_and_decoupled(coupled: Comparison, decoupled: Comparison) -> str:
    """How long the weights are that runs come to, with decay in the gradient and apart from it."""
    gone = [run for run in (*coupled.runs, *decoupled.runs) if lost(run)]
    if gone:
        return _("There is nothing to compare: {end}.", end=came_to(gone[0]))
    rule = rule_title(coupled.runs[0].rule)
    within, apart = (np.array([*map(_length, one.runs)]) for one in (coupled, decoupled))
    if np.all(np.abs(within - apart) <= SAME * within):
        return _(
            "To {rule} both decays are the same: coupled or decoupled, it comes to weights of "
            "length {clauses}.",
            rule=rule,
            clauses=_lengths(coupled.runs),
        )
    ends = [
        _(
            "With coupled decay {rule} comes to weights of length {clauses}.",
            rule=rule,
            clauses=_lengths(coupled.runs),
        ),
        _("With decoupled decay, {clauses}.", clauses=_lengths(decoupled.runs)),
    ]
    return sentences([ends[0], _why_alike(coupled, within), ends[1], _why_not(decoupled, apart)])


def _length(run: Run) -> float:
    """Of the median point of a run's last tenth, over all replicas."""
    return float(np.hypot(*np.median(run.late.points, axis=(1, 2))))


def _lengths(runs: Sequence[Run]) -> str:
    return clauses(
        _("{length} at {size}", length=number(_length(run), DIGITS), size=label(run))
        for run in runs
    )


def _why_alike(compared: Comparison, lengths: np.ndarray) -> str:
    if not _adapts(compared) or np.ptp(lengths) > SAME * lengths.min():
        return ""
    return _("It is divided by the same root as the gradient, so the two balance at one point.")


def _why_not(compared: Comparison, lengths: np.ndarray) -> str:
    by_size = np.argsort([run.batch_size for run in compared.runs])
    grows = np.diff(lengths[by_size]) > SAME * lengths.min()
    if not _adapts(compared) or not np.all(grows) or not len(grows):
        return ""
    return _("It is not divided, so it weighs more where gradients are larger, at small batches.")


def _adapts(compared: Comparison) -> bool:
    return OPTIMIZERS[compared.runs[0].rule.name].adaptive
