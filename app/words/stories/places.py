"""Stories of where replicas end: minima that they leave, share, or never reach."""

from collections import Counter

import numpy as np

from app.language.speech import clauses, listed, ngettext, sentences
from app.language.speech import gettext as _
from app.science.comparison import Comparison, Run
from app.science.lowest import distances, excess, lowest_minima
from app.words.numbers import number
from app.words.runs import label
from app.words.stories.shared import lost

STOPPED = 0.01  # share of the start's gradient, at or below which a path has all but stopped
HALF = 0.5  # of the height where it stopped, below which another path has left that place


def escape(comparison: Comparison) -> str:
    """How many replicas came from a poor minimum to one of the lowest."""
    problem = comparison.problem
    home = int(distances(problem, np.array(comparison.start)).argmin())
    best = len(lowest_minima(problem))
    if home < best:
        return _("The start is by one of the lowest minima: there is nothing to escape from.")
    height = problem.minima[home].loss - problem.minima[0].loss
    found = [sum(n for m, n in _ends(run).items() if m < best) for run in comparison.runs]
    where = _("The start is by a minimum {height} above the lowest.", height=number(height))
    if not any(found):
        return sentences([where, _("At no batch size does a replica end by one of the lowest.")])
    return sentences(
        [
            where,
            _(
                "Of {replicas:,} replicas each, so many end by one of the lowest: {counts}.",
                replicas=comparison.runs[0].replicas,
                counts=listed(map(_at_size, found, comparison.runs)),
            ),
        ]
    )


def basins(comparison: Comparison) -> str:
    """By how many minima the replicas of each batch size ended."""
    ended = [_ends(run) for run in comparison.runs]
    if all(len(counts) <= 1 for counts in ended):
        return _("All replicas of a batch size end by the same minimum: the draw decides nothing.")
    return _(
        "From one start, {replicas:,} draws: {clauses}.",
        replicas=comparison.runs[0].replicas,
        clauses=clauses(map(_came_to_minima, comparison.runs, ended)),
    )


def _came_to_minima(run: Run, ended: Counter[int]) -> str:
    counts = sorted(ended.values(), reverse=True)
    if len(counts) == 1 and not lost(run):
        return _("{size} always ends by the same minimum", size=label(run))
    return ngettext(
        "{size} ends by {count} minimum ({counts} times)",
        "{size} ends by {count} minima ({counts} times)",
        len(counts),
        size=label(run),
        counts=listed(f"{count:,}" for count in counts),
    )


def saddle(comparison: Comparison) -> str:
    """A full batch that stops where it is no minimum, and replicas that leave that place."""
    problem = comparison.problem
    calm = [run for run in comparison.runs if not run.late.noisy and not lost(run)]
    noisy = [run for run in comparison.runs if run.late.noisy]
    if not calm or not noisy:
        return _("To compare, one of the batch sizes has to be without noise, and another not.")
    end = calm[0].end(0)
    height = end.loss - problem.minima[end.nearest or 0].loss
    start_height = float(excess(problem, problem.loss(*comparison.start)))
    slope = [float(np.hypot(*problem.gradient(*at))) for at in (end.point, comparison.start)]
    if slope[0] > STOPPED * slope[1]:
        return _("{size} has not stopped here: it is still moving.", size=label(calm[0]))
    if height <= STOPPED * start_height:
        return _("{size} comes to a minimum here, not to a saddle.", size=label(calm[0]))
    left = [int(np.count_nonzero(run.ends[2] < end.loss - (1 - HALF) * height)) for run in noisy]
    return sentences(
        [
            _(
                "{size} stops {height} above the minima, where the full gradient vanishes.",
                size=label(calm[0]),
                height=number(height),
            )
            if calm[0].late.still
            else _(
                "{size} creeps on {height} above the minima, towards where the full gradient "
                "vanishes.",
                size=label(calm[0]),
                height=number(height),
            ),
            _(
                "Noise leaves that place: of {replicas:,} replicas each, so many end below half "
                "its height: {counts}.",
                replicas=noisy[0].replicas,
                counts=listed(map(_at_size, left, noisy)),
            )
            if any(left)
            else _("Nor does noise leave that place."),
            _sides(noisy),
        ]
    )


def _sides(noisy: list[Run]) -> str:
    total = sum(map(_ends, noisy), Counter[int]())
    if len(total) < 2:
        return ""
    return _(
        "The draw decides the side: {counts}.",
        counts=listed(f"{count:,}" for _minimum, count in sorted(total.items())),
    )


def _ends(run: Run) -> Counter[int]:
    """Of the replicas that did not diverge, how many ended nearest to each minimum."""
    alive = np.flatnonzero(run.paths.diverged_at == 0).tolist()
    found = (run.end(replica).nearest for replica in alive)
    return Counter(minimum for minimum in found if minimum is not None)


def _at_size(count: int, run: Run) -> str:
    return _("{count:,} at {size}", count=count, size=label(run))
