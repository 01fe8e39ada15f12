"""How far a bigger batch pays, in plain words with measured numbers."""

from collections.abc import Iterator, Sequence

from app.language.speech import gettext as _
from app.language.speech import listed, ngettext, sentences
from app.science.tradeoff.regimes import TOLERANCE, Regimes
from app.science.tradeoff.resampling import Bootstrapped
from app.science.tradeoff.sweep_result import SweepResult, measured
from app.science.tradeoff.tuned import Tuned
from app.words.numbers import number
from app.words.rounding import percent_at_most


def tradeoff_summary(sweeps: Sequence[SweepResult]) -> str:
    """How far a bigger batch pays, with each optimizer of which something is known."""
    return so_far(sweeps, sentences(_summary(swept, named=len(sweeps) > 1) for swept in sweeps))


def so_far(sweeps: Sequence[SweepResult], text: str) -> str:
    """What a sweep shows, and how far it has come if it is not finished."""
    done, asked = measured(sweeps)
    if done == asked:
        return text
    if not text:
        return _("Not measured yet.")
    return _(
        "So far, with {done} of {asked} measured, and of these alone: {text}",
        done=done,
        asked=asked,
        text=text,
    )


def _summary(swept: SweepResult, *, named: bool) -> str:
    if not swept.tuned:
        return ""
    said = sentences(_found(swept))
    if named:
        return _("With {optimizer}: {found}", optimizer=swept.sweep.optimizer, found=said)
    return said


def _found(swept: SweepResult) -> Iterator[str]:
    reached = swept.reached
    if not reached and len(swept.tuned) < len(swept.sweep.sizes):
        yield missing(swept)  # of those to come nothing is known
        return
    if not reached:
        yield ngettext(
            "No batch size reaches the target within {count:,} epoch at any learning rate tried.",
            "No batch size reaches the target within {count:,} epochs at any learning rate tried.",
            swept.sweep.epochs,
        )
        return
    if swept.regimes:
        yield _perfect(swept.regimes, swept)
        yield _plateau(swept.regimes, reached)
    elif len(reached) == 1:
        yield ngettext(
            "B = {size:,} reaches the target in {count:,} update, {examples:,} examples.",
            "B = {size:,} reaches the target in {count:,} updates, {examples:,} examples.",
            reached[0].updates[1] or 0,
            size=reached[0].batch_size,
            examples=reached[0].examples[1],
        )
    else:
        yield _(
            "The batch sizes that arrive are too close together to tell perfect scaling from a "
            "plateau."
        )
    yield missing(swept)
    if swept.fit:
        yield _(
            "A hyperbola within {share} of every point puts the critical batch size at {size}.",
            share=percent_at_most(swept.fit.deviation),
            size=interval(swept.fit.batch_size),
        )


def _perfect(marks: Regimes, swept: SweepResult) -> str:
    """Where perfect scaling ends, as far as that is known."""
    first, second = swept.reached[:2]
    until, low, high = marks.perfect_until
    factor = number(1 + TOLERANCE, 3)
    beyond = next((t for t in swept.tuned if t.batch_size > until), None)
    if low == high > first.batch_size and beyond and beyond.best is None:
        return _(
            "Scaling is perfect at least up to B = {until:,}: until there no batch size takes more "
            "than {factor} times the examples of B = {first:,}, and the next one does not arrive.",
            until=until,
            factor=factor,
            first=first.batch_size,
        )
    if low == high > first.batch_size:
        return _(
            "Scaling is perfect up to B = {until:,}: until there no batch size takes more than "
            "{factor} times the examples of B = {first:,}.",
            until=until,
            factor=factor,
            first=first.batch_size,
        )
    if until > first.batch_size:
        return _(
            "Scaling is perfect up to somewhere between B = {low:,} and {high:,}, here up to "
            "{until:,}: until there no batch size takes more than {factor} times the examples of "
            "B = {first:,}.",
            low=low,
            high=high,
            until=until,
            factor=factor,
            first=first.batch_size,
        )
    times = (second.examples[1] or 0) / (first.examples[1] or 1)
    if times <= 1 + TOLERANCE:  # a batch size between them did not arrive
        return ""
    said = _(
        "Already B = {second:,} takes {times} times the examples of B = {first:,}.",
        second=second.batch_size,
        times=number(times, 3),
        first=first.batch_size,
    )
    if high == first.batch_size:
        return said
    doubt = _("Yet with other replicas scaling may be perfect up to B = {high:,}.", high=high)
    return sentences([said, doubt])


def _plateau(marks: Regimes, reached: Sequence[Tuned]) -> str:
    """From where on larger batches hardly save updates."""
    last = reached[-1].batch_size
    begins, low, high = marks.plateau_from
    saved = percent_at_most(TOLERANCE / (1 + TOLERANCE))
    if low == high < last:
        return _(
            "From B = {begins:,} on larger batches save at most {saved} of the updates.",
            begins=begins,
            saved=saved,
        )
    if begins < last:
        return _(
            "From somewhere between B = {low:,} and {high:,} on, here from {begins:,}, larger "
            "batches save at most {saved} of the updates.",
            low=low,
            high=high,
            begins=begins,
            saved=saved,
        )
    if low < last:
        return _("A plateau, if there is one, begins at B = {low:,} or above.", low=low)
    return ""


def missing(swept: SweepResult) -> str:
    """Which batch sizes do not arrive, of those that are measured."""
    late = [f"B = {t.batch_size:,}" for t in swept.tuned if t.best is None]
    if not late:
        return ""
    return ngettext(
        "No learning rate tried brings {sizes} to the target within {count:,} epoch.",
        "No learning rate tried brings {sizes} to the target within {count:,} epochs.",
        swept.sweep.epochs,
        sizes=listed(late),
    )


def interval(estimate: Bootstrapped[float]) -> str:
    """An estimate with its interval."""
    return f"{number(estimate.value)} ({number(estimate.low)}–{number(estimate.high)})"
