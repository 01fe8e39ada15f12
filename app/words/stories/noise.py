"""Stories of the floor that noise leaves, and of what raises and lowers it."""

import numpy as np

from app.language.speech import clauses, ngettext, sentences
from app.language.speech import gettext as _
from app.science.arrays import FloatArray, IntArray
from app.science.comparison import Comparison, Run
from app.science.lowest import excess
from app.words.numbers import number
from app.words.runs import label
from app.words.stories.shared import above, alike, came_to, lost

RAISED = 1.2  # times a floor from which another one is said to be higher


def noise_floor(comparison: Comparison) -> str:
    """Where noise holds the loss up, and how that falls with the batch size."""
    runs = [run for run in comparison.runs if not lost(run)]
    floors = sorted((r for r in runs if r.late.wanders), key=lambda r: r.batch_size)
    if not floors:
        return _(
            "Noise holds up none of them: {ends}.", ends=clauses(map(came_to, comparison.runs))
        )
    small, large = floors[0], floors[-1]
    held = clauses(
        _("{size} wanders {loss} above the lowest loss", size=label(run), loss=number(above(run)))
        for run in floors
    )
    return sentences(
        [
            _("Noise holds the loss up, and more updates bring it no lower: {held}.", held=held),
            _compared(small, large) if small is not large else "",
            *(
                _(
                    "Without noise, {size} came to {loss} above it.",
                    size=label(run),
                    loss=number(above(run)),
                )
                for run in runs
                if not run.late.noisy
            ),
        ]
    )


def _compared(small: Run, large: Run) -> str:
    examples = number(large.batch_size / small.batch_size)
    if above(large) < above(small):
        return _(
            "With {examples} times the examples in a batch the floor is {times} times lower.",
            examples=examples,
            times=number(above(small) / above(large)),
        )
    return _("With {examples} times the examples in a batch it is no lower.", examples=examples)


def growing_batch(grown: Comparison, divided: Comparison) -> str:
    """A batch that grows, beside a rate that is divided as often; both by replicas' last losses."""
    (growing, *_others), (dividing, *_rest) = grown.runs, divided.runs
    last = int(growing.plan.sizes.max())
    if last <= growing.batch_size:
        return _("The batch does not grow here: {end}.", end=came_to(growing))
    if lost(growing) or lost(dividing):
        return _(
            "Growing the batch, {lost:,} of {replicas:,} replicas diverge; dividing the rate, "
            "{other:,}.",
            lost=lost(growing),
            replicas=growing.replicas,
            other=lost(dividing),
        )
    ends = _mean_end(growing), _mean_end(dividing)
    return sentences(
        [
            _(
                "At one rate, batches grown from {first:,} to {last:,} examples end {loss} above "
                "the lowest loss; batches kept at {first:,}, the rate divided as often instead, "
                "{other} above it (means of {replicas:,} replicas).",
                first=growing.batch_size,
                last=last,
                loss=number(ends[0]),
                other=number(ends[1]),
                replicas=growing.replicas,
            ),
            ngettext(
                "Much the same floor, and it took {count:,} update in place of {many:,}.",
                "Much the same floor, and it took {count:,} updates in place of {many:,}.",
                growing.plan.updates,
                many=dividing.plan.updates,
            )
            if alike(*ends)
            else _("The two do not end alike here."),
        ]
    )


def _mean_end(run: Run) -> float:
    return float(excess(run.problem, run.ends[2]).mean())


def momentum_floor(heavy: Comparison, plain: Comparison, faster: Comparison) -> str:
    """Momentum, beside plain SGD at the same rate and at one that is larger."""
    run, same, fast = (comparison.runs[0] for comparison in (heavy, plain, faster))
    if lost(run) or lost(same) or lost(fast):
        return _("There is no floor to compare: {end}.", end=came_to(run))
    times = above(run) / above(same) if above(same) else 1.0
    if times < RAISED:
        return _(
            "{size} comes to {loss} above the lowest loss, plain SGD to {other}: momentum raises "
            "no floor here.",
            size=label(run),
            loss=number(above(run)),
            other=number(above(same)),
        )
    return sentences(
        [
            _(
                "With momentum, {size} is left {loss} above the lowest loss; without it, at the "
                "same learning rate, {other}: {times} times lower.",
                size=label(run),
                loss=number(above(run)),
                other=number(above(same)),
                times=number(times),
            ),
            _(
                "At {factor} times the rate plain SGD is left with {loss}, much the same as with "
                "momentum.",
                factor=number(fast.plan.learning_rate / run.plan.learning_rate),
                loss=number(above(fast)),
            )
            if alike(above(run), above(fast))
            else _(
                "At {factor} times the rate plain SGD is left with {loss}, which is another floor.",
                factor=number(fast.plan.learning_rate / run.plan.learning_rate),
                loss=number(above(fast)),
            ),
        ]
    )


def last_batch_of_one(comparison: Comparison) -> str:
    """The loss before and after each epoch's last update; means over the later half of epochs."""
    uneven = [run for run in comparison.runs if _last_size(run) < run.batch_size]
    if not uneven:
        return _("No last batch is smaller than the others here.")
    return sentences(map(_around_ends, comparison.runs))


def _last_size(run: Run) -> int:
    return int(run.plan.epochs[0].sizes[-1])


def _around_ends(run: Run) -> str:
    if lost(run):
        return _("Some replicas diverge: {end}.", end=came_to(run))
    ends = run.plan.epoch_ends[len(run.plan.epoch_ends) // 2 :]
    ends = ends[np.isin(ends - 1, run.paths.updates)]  # of a thinned path some are not kept
    before, after = (float(_excess_at(run, ends - back).mean()) for back in (1, 0))
    if _last_size(run) == run.batch_size:
        return _(
            "Batches of {size:,} leave none over: {before} before an epoch's last update, {after} "
            "after it.",
            size=run.batch_size,
            before=number(before),
            after=number(after),
        )
    left = _(
        "Of {examples:,} examples, batches of {size:,} leave a last one of {last:,}.",
        examples=run.problem.size,
        size=run.batch_size,
        last=_last_size(run),
    )
    if after > RAISED * before:
        step = _(
            "The step on it makes the loss above the lowest {times} times as large, {after} after "
            "{before} (means).",
            times=number(after / before),
            before=number(before),
            after=number(after),
        )
    else:
        step = _(
            "The step on it does no harm: {before} above the lowest loss before it, {after} after "
            "(means).",
            before=number(before),
            after=number(after),
        )
    return sentences([left, step])


def _excess_at(run: Run, updates: IntArray) -> FloatArray:
    here = np.searchsorted(run.paths.updates, updates)
    return excess(run.problem, run.problem.loss(run.paths.w0[here], run.paths.w1[here]))
