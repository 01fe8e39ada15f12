"""Workers that average their weights now and then, in plain words with measured numbers."""

import math
from collections.abc import Callable, Iterable, Sequence

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import listed, sentences
from app.science.comparison import Comparison, Run
from app.science.local_sgd import Workers
from app.science.optimizers import OPTIMIZERS
from app.science.plan import Plan
from app.science.sampling import SAMPLINGS
from app.words.caption import Caption
from app.words.numbers import SMALL, number

Label = Callable[[Run], str]
APART = 1.2  # times what a level plane would do is more than chance
DIGITS = 2  # of how far workers part: it is measured a few times a run
ROUNDING = 1e-9  # of the plane's width: paths that are no further apart are the same


def shared_out(plans: Iterable[Plan]) -> str:
    """Who takes the parts of each batch, and when weights are averaged; nothing of one worker."""
    workers = next(iter(plans)).workers
    if not workers.several:
        return ""
    if workers.sync_every == 1:
        return _(
            "{workers:,} workers take equal parts of each batch, and average their weights after "
            "every update.",
            workers=workers.count,
        )
    return _(
        "{workers:,} workers take equal parts of each batch, and average their weights after "
        "every {count:,} updates.",
        workers=workers.count,
        count=workers.sync_every,
    )


def no_moment(plan: Plan) -> str:
    """Why an update cannot be looked at by itself; nothing where it can."""
    if not plan.workers.several:
        return ""
    return _(
        "Not shown: {count:,} workers saw it from weights of their own.", count=plan.workers.count
    )


def workers_note(comparison: Comparison, label: Label) -> str:
    """What workers do, and how far they part; nothing where there is one.

    ``label`` is what a run is called.
    """
    runs = comparison.runs
    if not runs[0].plan.workers.several:
        return ""
    return sentences(
        [
            shared_out(run.plan for run in runs),
            _("The paths are those of their mean."),
            _one_batch(runs, runs[0].plan.workers),
            drifts(runs, label),
        ]
    )


def _one_batch(runs: Sequence[Run], workers: Workers) -> str:
    if workers.sync_every > 1 or any(OPTIMIZERS[run.rule.name].adaptive for run in runs):
        return ""
    return _("To rounding that is one large batch.")


def drifts(runs: Sequence[Run], label: Label) -> str:
    """How far workers were from their mean, before they averaged."""
    never: list[str] = []
    often: list[str] = []
    for run in runs:
        if math.isfinite(distance := drift_of(run)):
            averaged = run.plan.workers.sync_every <= run.plan.updates
            drift = number(distance, DIGITS)
            if averaged and distance >= SMALL:  # else the text reads "less than 0.0001"
                drift = _("about {loss}", loss=drift)
            if len(runs) > 1:
                drift = _("{drift} ({label})", label=label(run), drift=drift)
            (often if averaged else never).append(drift)
    return sentences(
        [
            _(
                "Late in the run, just before they do, they are, root mean square, {drifts} from "
                "their mean.",
                drifts=listed(often),
            )
            if often
            else "",
            _(
                "Where a run ends before they do, they are {drifts} from their mean at its end.",
                drifts=listed(never),
            )
            if never
            else "",
        ]
    )


def drift_of(run: Run) -> float:
    """How far a run's workers were from their mean, over all replicas; NaN if all diverged."""
    return math.nan if run.paths.apart is None else run.paths.apart.distance


def lines_note(runs: Sequence[Run], label: Label) -> str:
    """What the thin lines are, and how much of a long run they are."""
    apart = [run for run in runs if run.paths.apart is not None]
    if not apart:
        return ""
    cut = [
        _("{count:,} of {label}", count=drawn, label=label(run))
        for run in apart
        if run.paths.apart is not None
        and (drawn := run.paths.apart.theta.shape[1]) < run.paths.updates[run.last[0]]
    ]
    return sentences(
        [
            _(
                "Thin lines are the first replica's workers, each from a mean to where it was "
                "before the next one; the path is that of their mean."
            )
            if apart[0].replicas > 1
            else _(
                "Thin lines are workers, each from a mean to where it was before the next one; "
                "the path is that of their mean."
            ),
            _("They are drawn of the first updates alone: {cut}.", cut=listed(cut)) if cut else "",
        ]
    )


def parting_caption(runs: Sequence[Run], diverged: Sequence[Run], one_batch: Run) -> Caption:
    """How far workers part as h grows, and whether their mean is still one large batch.

    Args:
        runs: the same but for h, which grows; none of whose replicas diverged.
        diverged: those of which one did.
        one_batch: the run of one worker.
    """
    lost = (
        _("Left out, as replicas diverged: h = {every}.", every=listed(map(_every, diverged)))
        if diverged
        else ""
    )
    if not runs:
        return Caption(lost, [])
    first, last = runs[0], runs[-1]
    return Caption(
        _growth(first, last),
        [
            _whether_one(runs, one_batch),
            _("Medians and root mean squares of {replicas:,} replicas.", replicas=first.replicas),
            lost,
        ],
    )


def _every(run: Run) -> str:
    return f"{run.plan.workers.sync_every:,}"


def _growth(first: Run, last: Run) -> str:
    ratio = last.plan.workers.sync_every / first.plan.workers.sync_every
    nothing = ROUNDING * _width(first)
    if drift_of(first) <= nothing and drift_of(last) <= nothing:
        return _("Before they average, workers are no further from their mean than by rounding.")
    if ratio == 1 or drift_of(first) <= nothing:
        return _(
            "Before they average, workers are {drift} from their mean at h = {every}.",
            drift=number(drift_of(last), 3),
            every=_every(last),
        )
    times, root = drift_of(last) / drift_of(first), ratio**0.5
    named = {
        "first": _every(first),
        "last": _every(last),
        "times": number(times, DIGITS),
        "ratio": f"{ratio:,.0f}",
        "root": number(root, DIGITS),
    }
    if times > APART * root:
        return _(
            "From h = {first} to h = {last} workers part {times} times as far, more than the "
            "√{ratio} = {root} times of random steps on a level plane: {why}.",
            why=_why_further(first, last),
            **named,
        )
    return _(
        "From h = {first} to h = {last} workers part {times} times as far; random steps that "
        "nothing pulled back would part them √{ratio} = {root} times as far.",
        **named,
    )


def _why_further(first: Run, last: Run) -> str:
    if not SAMPLINGS[first.plan.sampling].each_epoch:
        return _("in a fixed order each worker gets the same examples every epoch")
    if {first.late.movement, last.late.movement} == {"wandering"}:
        return _("this surface drives them apart")
    return _("these runs do not wander about one place, so how far workers part changes along them")


def _whether_one(runs: Sequence[Run], one_batch: Run) -> str:
    """Whether the mean's path is that of one large batch, and how far it wanders if not."""
    other = [run for run in runs if not same_path(run, one_batch)]
    if not other:
        return _("Their mean goes the way of one large batch, to rounding, whatever h.")
    same = [run for run in runs if run not in other]
    spreads = [run.late.spread for run in runs]
    least, most, one = (number(x, 3) for x in (min(spreads), max(spreads), one_batch.late.spread))
    wanders = (
        _("It wanders by {least}, the one large batch by {one}.", least=least, one=one)
        if least == most
        else _(
            "It wanders by {least} to {most}, the one large batch by {one}.",
            least=least,
            most=most,
            one=one,
        )
    )
    if not same:
        return sentences([_("Their mean does not go the way of one large batch."), wanders])
    return sentences(
        [
            _(
                "Their mean goes the way of one large batch, to rounding, at h = {same}, and not "
                "at h = {other}.",
                same=listed(map(_every, same)),
                other=listed(map(_every, other)),
            ),
            wanders,
        ]
    )


def same_path(run: Run, other: Run) -> bool:
    """Whether two runs of the same plan but for its workers have the same points, to rounding."""
    apart = np.nanmax(np.abs(run.paths.theta - other.paths.theta))
    return bool(apart <= ROUNDING * _width(run))


def _width(run: Run) -> float:
    return max(hi - lo for lo, hi in run.problem.surface.domain)
