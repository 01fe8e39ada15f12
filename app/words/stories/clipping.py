"""A story of clipped gradients: where runs come to with them, and without."""

from itertools import pairwise

import numpy as np

from app.language.speech import clauses, listed, sentences
from app.language.speech import gettext as _
from app.science.comparison import Comparison, Run
from app.words.numbers import exactly, number, percent
from app.words.runs import label
from app.words.stories.shared import came_to, lost

MOVED = 2  # times as far from the minimum as uncut: so much is said to be moved


def clipped_gradients(cut: Comparison, whole: Comparison) -> str:
    """How often each batch size is cut, and how far from the minimum its weights lie on average."""
    clip = cut.runs[0].plan.restraint.clip
    if clip is None:
        return _("No gradient is clipped here.")
    runs = [*cut.runs, *whole.runs]
    if not cut.problem.minima or any(map(lost, runs)):
        return _(
            "There is no mean of late weights to compare: clipped, {one}; unclipped, {other}.",
            one=clauses(map(came_to, cut.runs)),
            other=clauses(map(came_to, whole.runs)),
        )
    pairs = list(zip(cut.runs, whole.runs, strict=True))
    return sentences(
        [
            _(
                "Gradients longer than {clip} are clipped: {shares}.",
                clip=exactly(clip),
                shares=listed(
                    _("{share} at {size}", share=percent(_share(run)), size=label(run))
                    for run in cut.runs
                ),
            ),
            _(
                "Late weights are, on average, this far from the minimum: {clauses}.",
                clauses=clauses(
                    _(
                        "{off} at {size} ({other} unclipped)",
                        size=label(one),
                        off=number(_off(one)),
                        other=number(_off(other)),
                    )
                    for one, other in pairs
                ),
            ),
            _conclusion(pairs),
        ]
    )


def _conclusion(pairs: list[tuple[Run, Run]]) -> str:
    moved = [(_off(one), _off(other)) for one, other in pairs]
    if moved[0][0] <= MOVED * moved[0][1]:
        return _("Clipping does not move them here.")
    if len(moved) > 1 and all(a > b for (a, _a), (b, _b) in pairwise(moved)):
        return _(
            "The mean of clipped gradients is not the full gradient: the smaller the batch, the "
            "further off it leads."
        )
    return _("The mean of clipped gradients is not the full gradient, and leads elsewhere.")


def _share(run: Run) -> float:
    """Of all updates of all replicas, those whose gradient was cut."""
    assert run.paths.clipped is not None  # noqa: S101 - it is asked for
    return float(run.paths.clipped.sum()) / (run.replicas * run.plan.updates)


def _off(run: Run) -> float:
    """From the lowest minimum to the mean of all replicas' late points."""
    middle = run.late.points.mean(axis=(1, 2))
    lowest = min(run.problem.minima, key=lambda each: each.loss)
    return float(np.hypot(*(middle - lowest.point)))
