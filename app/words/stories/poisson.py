"""A story of Poisson batches: noise where all examples agree."""

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import sentences
from app.science.arrays import FloatArray
from app.science.comparison import Comparison, Run
from app.science.lowest import excess
from app.words.numbers import number
from app.words.runs import label
from app.words.stories.shared import came_to, lost

ONE = 1e-6  # of a loss: ends no further apart are one


def poisson_batches(drawn: Comparison, shuffled: Comparison) -> str:
    """How far apart replicas end whose batches vary in size, and those of shuffled batches."""
    pairs = [
        pair
        for pair in zip(drawn.runs, shuffled.runs, strict=True)
        if pair[0].paths.seen is not None
    ]
    if not pairs:
        return _("There is no Poisson batch here that varies in size.")
    return sentences([part for pair in pairs for part in _beside(*pair)])


def _beside(drawn: Run, shuffled: Run) -> list[str]:
    if lost(drawn) or lost(shuffled):
        return [
            _(
                "There is nothing to compare: of Poisson batches, {one}; shuffled, {other}.",
                one=came_to(drawn),
                other=came_to(shuffled),
            )
        ]
    sizes = _sizes(drawn)
    ends, others = _ends(drawn), _ends(shuffled)
    named = {
        "size": label(drawn),
        "least": number(float(ends.min()), 3),
        "most": number(float(ends.max()), 3),
    }
    told = (
        _(
            "Shuffled, every replica of {size} ends {other} above the lowest loss; of Poisson "
            "batches they end from {least} to {most} above it.",
            **named,
            other=number(float(others.mean()), 3),
        )
        if np.ptp(others) <= ONE * others.max()
        else _(
            "Shuffled, replicas of {size} end from {low} to {high} above the lowest loss, of "
            "Poisson batches from {least} to {most}.",
            **named,
            low=number(float(others.min()), 3),
            high=number(float(others.max()), 3),
        )
    )
    return [
        _(
            "Poisson batches of {size} have {fewest:,} to {largest:,} examples here, and the sum "
            "of their gradients is always divided by B.",
            size=label(drawn),
            fewest=int(sizes.min()),
            largest=int(sizes.max()),
        ),
        told,
    ]


def _sizes(run: Run) -> FloatArray:
    """How many examples the batches have between recorded updates that follow each other."""
    assert run.paths.seen is not None  # noqa: S101 - its sizes are drawn
    return np.asarray(np.diff(run.paths.seen, axis=0)[np.diff(run.paths.updates) == 1])


def _ends(run: Run) -> FloatArray:
    return np.asarray(excess(run.problem, run.ends[2]))
