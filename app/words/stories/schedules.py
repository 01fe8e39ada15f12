"""Stories of rates that change along a run: a warm-up, and decay counted in updates or epochs."""

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import sentences
from app.science.comparison import Comparison, Run
from app.science.problems.curvature import hessian
from app.words.numbers import SMALL, exactly, number
from app.words.runs import label
from app.words.stories.shared import above, alike, came_to, lost

STEEPEST = 2.0  # ε·λ above which plain SGD leaves a quadratic of curvature λ


def warm_up(warmed: Comparison, plain: Comparison) -> str:
    """What a warm-up changes: where the start bears no such rate, and nothing elsewhere."""
    pairs = [*zip(warmed.runs, plain.runs, strict=True)]
    if all(np.array_equal(one.plan.rates, other.plan.rates) for one, other in pairs):
        return _("There is no warm-up here.")
    return sentences([_borne(plain.runs[0]), *(_with_and_without(*pair) for pair in pairs)])


def _borne(run: Run) -> str:
    """Which rate the curvature at the start bears, beside the run's."""
    at_start = hessian(run.problem, (float(run.paths.w0[0, 0]), float(run.paths.w1[0, 0])))
    steepest = float(np.linalg.eigvalsh(at_start)[-1])
    most = STEEPEST / steepest if steepest > 0 else np.inf
    rate = run.plan.learning_rate
    if rate > most:
        return _(
            "The curvature at the start bears a rate of {most} of plain SGD, and {rate} is above "
            "that.",
            most=exactly(most),
            rate=exactly(rate),
        )
    return _("The curvature at the start bears the rate, {rate}.", rate=exactly(rate))


def _with_and_without(warmed: Run, plain: Run) -> str:
    if lost(warmed) or lost(plain):
        return _(
            "There is nothing to compare: with a warm-up, {one}; without it, {other}.",
            one=came_to(warmed),
            other=came_to(plain),
        )
    one, other = above(plain), above(warmed)
    said = {"size": label(plain), "one": number(one), "other": number(other)}
    if alike(one, other) or max(one, other) < SMALL:
        return _(
            "{size}: much the same, {one} above the lowest loss without a warm-up, {other} with "
            "it.",
            **said,
        )
    return _(
        "{size} comes to {one} above the lowest loss without a warm-up, to {other} with it.", **said
    )


def decay_counted(in_updates: Comparison, in_epochs: Comparison) -> str:
    """What becomes of the rate at each batch size, and of the floor, by what is counted."""
    runs = sorted(in_updates.runs, key=lambda run: run.batch_size)
    beside = sorted(in_epochs.runs, key=lambda run: run.batch_size)
    if np.array_equal(runs[-1].plan.rates, beside[-1].plan.rates):
        return _("Decay is counted alike here.")
    return sentences(
        [
            *map(_ended, runs),
            _("A larger batch makes fewer updates in as many epochs.") if len(runs) > 1 else "",
            _counted_otherwise(runs[-1], beside[-1]),
        ]
    )


def _ended(run: Run) -> str:
    times = float(run.plan.rates[0] / run.plan.rates[-1])
    said = {"size": label(run), "updates": run.plan.updates}
    if times < 1 + SMALL:
        return _("Counted in updates, the rate of {size} never falls in its {updates:,}.", **said)
    return _(
        "Counted in updates, the rate of {size} ends {times} times lower after {updates:,}.",
        times=number(times),
        **said,
    )


def _counted_otherwise(in_updates: Run, in_epochs: Run) -> str:
    if lost(in_updates) or lost(in_epochs):
        return _("There is nothing to compare: {end}.", end=came_to(in_updates))
    one, other = above(in_updates), above(in_epochs)
    said = {"size": label(in_updates), "one": number(one), "other": number(other)}
    if alike(one, other):
        return _(
            "Much the same whichever is counted: {size} comes to {one} above the lowest loss by "
            "updates, to {other} by epochs.",
            **said,
        )
    return _(
        "{size} comes to {one} above the lowest loss so, to {other} where epochs are counted: "
        "the rate then falls alike at every batch size.",
        **said,
    )
