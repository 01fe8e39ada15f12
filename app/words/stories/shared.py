"""What the stories' sentences say in the same words: sizes, levels and counts of replicas."""

from collections.abc import Callable, Sequence
from typing import TypeAlias

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import listed
from app.science.comparison import Run
from app.science.lowest import excess
from app.words.numbers import number
from app.words.runs import label

# Tells of the runs of a story's query, and of those it is compared with.
Tell: TypeAlias = Callable[..., str]

ALIKE = 2  # factor within which two floors are said to be alike


def above(run: Run) -> float:
    """The loss above the lowest that a run came to: median of its last tenth, and of replicas."""
    return float(excess(run.problem, np.array(run.late.level)))


def lost(run: Run) -> int:
    """Replicas that diverged."""
    return int(np.count_nonzero(run.paths.diverged_at))


def names(runs: Sequence[Run]) -> str:
    """Their batch sizes.

    >>> names([])
    ''
    """
    return listed(map(label, runs))


def came_to(run: Run) -> str:
    """What a run came to, as a clause."""
    if lost(run):
        return _(
            "{size} diverges in {lost:,} of {replicas:,} replicas",
            size=label(run),
            lost=lost(run),
            replicas=run.replicas,
        )
    return _(
        "{size} comes to {loss} above the lowest loss", size=label(run), loss=number(above(run))
    )


def alike(one: float, other: float) -> bool:
    """Whether neither is more than `ALIKE` times the other.

    >>> alike(1.0, 1.9), alike(0.4, 1.0), alike(0.0, 0.0)
    (True, False, True)
    """
    return max(one, other) <= ALIKE * min(one, other)
