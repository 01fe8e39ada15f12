"""What is seen, in plain words with measured numbers."""

from collections.abc import Callable, Sequence

import numpy as np

from app.language.speech import clauses, listed, ngettext, sentences, translated
from app.language.speech import gettext as _
from app.science.arrays import FloatArray, IntArray
from app.science.comparison import MEDIAN_SHARE, Comparison, Run
from app.science.lowest import excess, in_valley
from app.science.message import Message
from app.words.accumulation import accumulated
from app.words.balanced import balanced_said
from app.words.held_out import loss_sentence
from app.words.local_sgd import lines_note, workers_note
from app.words.numbers import SMALL, number
from app.words.outside import outside_note
from app.words.rest import rest_note
from app.words.restraint import Cut, restraint_note
from app.words.rule_rates import rates_beside
from app.words.run_label import rule_title, run_label

AT_LOWEST = 1e-6  # share of the start's excess loss, up to which a run is at the lowest loss
RANGE = (0.05, 0.95)  # the quantiles over replicas that are said
MOVEMENTS = {
    "wandering": Message("wandering"),
    "at rest": Message("at rest"),
    "swinging": Message("swinging"),
    "descending": Message("still descending"),
    "moving": Message("still moving"),
}


def summary(comparison: Comparison) -> str:
    """The budget, and of each run its updates, the loss it came to and what its weights do.

    Where they wander the loss is the median over the last tenth of the updates, else the last.
    """
    replicas = comparison.runs[0].replicas
    budget, said = _budget(comparison), clauses(_clause(run) for run in comparison.runs)
    if replicas == 1:
        told = _("{budget}: {clauses}.", budget=budget, clauses=said)
    else:
        told = _(
            "{budget} (medians of {replicas} replicas, in brackets their 5–95 %): {clauses}.",
            budget=budget,
            replicas=replicas,
            clauses=said,
        )
    wandering = any(run.late.movement == "wandering" for run in comparison.runs)
    return sentences(
        [
            told,
            _("Where weights wander, the loss is the median over the last tenth of the updates.")
            if wandering
            else "",
            *rates_beside(comparison.runs),
            accumulated(run.plan for run in comparison.runs),
            workers_note(comparison, label),
            balanced_said((run.plan for run in comparison.runs), comparison.problem.labels),
            _held(comparison),
        ]
    )


def _held(comparison: Comparison) -> str:
    """What weight decay and clipping did; nothing where there is neither."""
    problem, runs = comparison.problem, comparison.runs
    cuts = []
    for run in runs if runs[0].plan.restraint.kind.clips else ():
        assert run.paths.clipped is not None  # noqa: S101 - they are counted where there are any
        made = run.plan.updates * int(np.count_nonzero(run.paths.diverged_at == 0))
        cuts.append(Cut(label(run), int(run.paths.clipped.sum()), made))
    minima = [minimum.point for minimum in problem.minima]
    return restraint_note(runs[0].plan, cuts, minima, comparison.decayed)


def movement(run: Run, replica: int) -> str:
    """What a replica's weights do late, in a word or two."""
    kind = run.movement(replica)
    if kind == "diverged":
        return _("diverged at {update:,}", update=int(run.paths.diverged_at[replica]))
    return translated(MOVEMENTS[kind])


def label(run: Run) -> str:
    """A run's batch size for people, after its rule where there are several."""
    return run_label(run.batch_size, run.problem.size, run.rule)


def loss_note(comparison: Comparison, below: Sequence[Run]) -> str:
    """What lines and bands are, and which lines end below the frame."""
    replicas = comparison.runs[0].replicas
    if not any(run.last.any() for run in comparison.runs):
        return _("No line is drawn: each run diverged before any update of it was recorded.")
    return sentences(
        [
            _("Lines are medians of {replicas:,} replicas, bands their 5–95 %.", replicas=replicas)
            if replicas > 1
            else _(
                "Pale lines are the losses at the recorded updates, strong ones their running "
                "median over {share:.0f} % of the run's updates (fewer near its start and end).",
                share=100 * MEDIAN_SHARE,
            ),
            loss_sentence(comparison.problem),
            _("Going on below the frame: {sizes}.", sizes=listed(map(label, below)))
            if below
            else "",
        ]
    )


def shadow_note() -> str:
    """What lies on the floor of the scene, in three dimensions."""
    return _(
        "On the floor each path has its shadow, straight below it and paler: of a path that "
        "wanders, its way there."
    )


def paths_note(comparison: Comparison) -> str:
    """What is drawn of many replicas and of long runs, what is not, and of those that wander."""
    replicas = comparison.runs[0].replicas
    thinned = [
        _(
            "{points:,} of {updates:,} updates of {label}",
            points=run.length(0) - 1,
            updates=int(run.paths.updates[run.last[0]]),
            label=label(run),
        )
        for run in comparison.runs
        if run.length(0) <= run.paths.updates[run.last[0]]
    ]
    return sentences(
        [
            _(
                "Lines are the first of {replicas:,} replicas; dots are where replicas ended, "
                "crosses where they diverged.",
                replicas=replicas,
            )
            if replicas > 1
            else "",
            _("Lines go through {thinned}.", thinned=listed(thinned)) if thinned else "",
            lines_note(comparison.runs, label),
            outside_note(comparison, label),
            rest_note(comparison, label),
        ]
    )


def _budget(comparison: Comparison) -> str:
    runs = comparison.runs
    alone = len(runs) == 1
    epochs = {float(run.epoch[-1]) for run in runs}
    updates = {run.plan.updates for run in runs}
    if len(epochs) == 1 and min(epochs).is_integer():
        count = int(epochs.pop())
        if alone:
            return ngettext("In {count:,} epoch", "In {count:,} epochs", count)
        return ngettext("In the same {count:,} epoch", "In the same {count:,} epochs", count)
    if len(updates) == 1:
        count = updates.pop()
        if alone:
            return ngettext("In {count:,} update", "In {count:,} updates", count)
        return ngettext("In the same {count:,} update", "In the same {count:,} updates", count)
    seen = max(int(run.examples_seen[-1]) for run in runs)
    return _("In at most {seen:,} examples each", seen=seen)


def _clause(run: Run) -> str:
    size = (
        _("full batch")
        if run.batch_size == run.problem.size
        else _("batch size {size:,}", size=run.batch_size)
    )
    if not run.rule.alone:
        size = _("{rule} ({size})", rule=rule_title(run.rule), size=size)
    at = run.paths.diverged_at[run.paths.diverged_at > 0]
    # What diverged never came to the sizes that were planned for later.
    size = _grown(run, size, int(np.median(at)) if len(at) else run.plan.updates)
    if len(at) == run.replicas:
        return _("{size} diverged at update {update}", size=size, update=_median(at, _whole))
    came = ngettext(
        "made {count:,} update and {ended}",
        "made {count:,} updates and {ended}",
        run.plan.updates,
        ended=_ended(run),
    )
    if len(at):
        largest = _largest(run, run.plan.updates)
        if largest > _largest(run, int(np.median(at))):
            came = _("grew to {largest:,}, {came}", largest=largest, came=came)
        return ngettext(
            "{size} diverged in {lost:,} of {replicas:,} replicas at update {update}, "
            "and the other one {came}",
            "{size} diverged in {lost:,} of {replicas:,} replicas at update {update}, "
            "and the other {count:,} {came}",
            run.replicas - len(at),
            size=size,
            lost=len(at),
            replicas=run.replicas,
            update=_median(at, _whole),
            came=came,
        )
    return _("{size} {came}", size=size, came=came)


def _largest(run: Run, updates: int) -> int:
    return int(run.plan.sizes[:updates].max())


def _grown(run: Run, size: str, updates: int) -> str:
    """A batch size, and to which it had grown in its first updates."""
    largest = _largest(run, updates)
    if largest == run.batch_size:
        return size
    return _("{size}, grown to {largest:,},", size=size, largest=largest)


def _ended(run: Run) -> str:
    """The loss that a run came to, and what its weights do there."""
    late, alive = run.late, run.paths.diverged_at == 0
    if late.movement == "wandering":
        return _(
            "{level}, its weights wandering by {spread}",
            level=_loss(run, late.levels, _("about {loss}")),
            spread=_within(late.spread),
        )
    ended = _loss(run, run.ends[2][alive])
    if late.movement == "at rest":
        return _("{ended}, at rest", ended=ended)
    if late.movement == "swinging":
        return _(
            "{ended}, its weights swinging by {spread}", ended=ended, spread=_within(late.spread)
        )
    if late.movement == "descending":
        ended = _("{ended}, still descending", ended=ended)
    if not run.problem.minima or in_valley(run.problem):
        return ended
    away = float(np.median([run.end(r).distance for r in np.flatnonzero(alive).tolist()]))
    return _("{ended}, {distance} from the nearest minimum", ended=ended, distance=number(away))


def _loss(run: Run, losses: FloatArray, said: str = "{loss}") -> str:
    """A loss of each replica: above the lowest, where one is known and none of them is below."""
    above = excess(run.problem, losses)
    nothing = AT_LOWEST * float(excess(run.problem, run.problem.loss(*run.late.start)))
    if np.all(np.abs(above) <= nothing):
        return _("ended at the lowest loss")
    known = bool(np.all(above >= -nothing))
    values = above if known else losses
    loss = _median(values, number)
    if np.median(values) >= SMALL:  # else the text reads "less than 0.0001"
        loss = said.format(loss=loss)
    if known:
        return _("ended {loss} above the lowest loss", loss=loss)
    return _("ended at a loss of {loss}", loss=loss)


def _median(values: FloatArray | IntArray, text: Callable[[float], str]) -> str:
    """The median over replicas, and where `RANGE` of them lie if that is not the same number."""
    low, middle, high = map(text, np.quantile(values, (RANGE[0], 0.5, RANGE[1])).tolist())
    if low == high:
        return middle
    return _("{middle} ({low} to {high})", middle=middle, low=low, high=high)


def _whole(value: float) -> str:
    return f"{value:,.0f}"


def _within(spread: float) -> str:
    # Below `SMALL` the number is said as "less than …", which takes no ±.
    return f"±{number(spread)}" if spread >= SMALL else number(spread)
