"""What of the paths lies outside the picture."""

from collections.abc import Callable

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import listed, sentences
from app.science.arrays import FloatArray
from app.science.comparison import Comparison, Run


def outside_note(comparison: Comparison, label: Callable[[Run], str]) -> str:
    """That the start is not in the picture, nor a whole path, and which ends are not.

    ``label`` is what a run is called.
    """
    domain, runs = comparison.problem.surface.domain, comparison.runs

    def outside(w0: FloatArray, w1: FloatArray) -> FloatArray:
        (left, right), (bottom, top) = domain
        return np.asarray((w0 < left) | (w0 > right) | (w1 < bottom) | (w1 > top))

    away = [label(run) for run in runs if outside(*run.path(0)[:2]).all()]
    ends = [(label(run), int(outside(*run.ends[:2]).sum()), run.replicas) for run in runs]
    ended = [
        name
        if replicas == 1
        else _("{count:,} of {ends:,} of {label}", count=count, ends=replicas, label=name)
        for name, count, replicas in ends
        if count and (replicas > 1 or name not in away)
    ]
    w0, w1 = np.array(comparison.start)
    return sentences(
        [
            _("The start lies outside the picture.") if outside(w0, w1) else "",
            _("No point is in the picture of: {labels}.", labels=listed(away)) if away else "",
            _("Ends outside the picture: {labels}.", labels=listed(ended)) if ended else "",
        ]
    )
