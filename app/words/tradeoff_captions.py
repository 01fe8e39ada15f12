"""What stands below the figures of a sweep."""

from collections.abc import Iterator, Sequence

import numpy as np

from app.language.speech import clauses, listed, sentences, translated
from app.language.speech import gettext as _
from app.science.tradeoff.passage import PATIENCE
from app.science.tradeoff.sweep_result import SweepResult
from app.words.rounding import percent_at_most
from app.words.target import target_said
from app.words.tradeoff import interval, missing, so_far


def updates_caption(sweeps: Sequence[SweepResult]) -> str:
    """The target, who reaches it, and how the fit does."""
    sweep = sweeps[0].sweep
    parts = [
        _(
            "Median of {replicas} replicas with their 5–95 %, each batch size at the learning "
            "rate, of those tried, that brings it to the target soonest.",
            replicas=sweep.replicas,
        ),
        target_said(sweeps[0].goal),
        _(
            "A replica arrives when its loss, averaged over the last quarter of its updates so "
            "far, is there; it need not stay."
        ),
        *_marks(sweeps[0]),
    ]
    parts += [_of(swept, sentences(_reached(swept)), sweeps) for swept in sweeps]
    return so_far(sweeps, sentences(parts))


def _of(swept: SweepResult, said: str, sweeps: Sequence[SweepResult]) -> str:
    """What is said of an optimizer, with its name where there are several."""
    if not said or len(sweeps) == 1:
        return said
    return _("With {optimizer}: {found}", optimizer=swept.sweep.optimizer, found=said)


def _marks(swept: SweepResult) -> Iterator[str]:
    """What tells the regimes apart, where it is drawn."""
    if not swept.regimes:
        return
    ends, begins = swept.regimes.perfect_until, swept.regimes.plateau_from
    smallest, largest = swept.reached[0].batch_size, swept.reached[-1].batch_size
    if ends.value > smallest or begins.value < largest:
        yield _("Dotted: where regimes end and begin.")
    if ends.low < ends.high or begins.low < begins.high:
        yield _("Shaded: the 95 % intervals of these ends over replicas.")


def _reached(swept: SweepResult) -> Iterator[str]:
    yield missing(swept)
    yield _unbounded(swept)
    if swept.fit:
        yield _(
            "The approximate fit of {optimizer} is within {share} of every batch size.",
            optimizer=swept.sweep.optimizer,
            share=percent_at_most(swept.fit.deviation),
        )
    elif swept.refused and swept.reached:
        yield _("No fit: {reason}.", reason=translated(swept.refused))


def _unbounded(swept: SweepResult) -> str:
    """Which upper ends are not known, and how many replicas have arrived."""
    late = [tuned for tuned in swept.reached if tuned.updates[2] is None]
    if not late:
        return ""
    return _(
        "Arrows to the edge: fewer than 95 % of the {replicas} replicas arrive within {patience} "
        "times the median and the budget, so that the upper end is not known: {counts}.",
        replicas=swept.sweep.replicas,
        patience=PATIENCE,
        counts=listed(
            _(
                "{count} at B = {size:,}",
                count=int(np.count_nonzero(tuned.passages)),
                size=tuned.batch_size,
            )
            for tuned in late
        ),
    )


def examples_caption(sweeps: Sequence[SweepResult]) -> str:
    """Which batch size is the cheapest in examples, and what the dearest costs."""
    said = []
    for swept in sweeps:
        if not swept.reached:
            continue
        cost = {t.batch_size: t.examples[1] or 0 for t in swept.reached}
        least, most = min(cost, key=lambda b: cost[b]), max(cost, key=lambda b: cost[b])
        said.append(
            _(
                "with {optimizer} from {fewest:,} at B = {least:,} to {dearest:,} at B = {most:,}",
                optimizer=swept.sweep.optimizer,
                fewest=cost[least],
                least=least,
                dearest=cost[most],
                most=most,
            )
            if len(cost) > 1
            else _(
                "with {optimizer} {fewest:,} at B = {least:,}",
                optimizer=swept.sweep.optimizer,
                fewest=cost[least],
                least=least,
            )
        )
    if not said and all(len(swept.tuned) == len(swept.sweep.sizes) for swept in sweeps):
        return _("No batch size arrives.")
    if not said:
        return so_far(sweeps, sentences(_of(swept, missing(swept), sweeps) for swept in sweeps))
    parts = [_("Total work, in examples to the target: {clauses}.", clauses=clauses(said))]
    parts += [_of(swept, _unbounded(swept), sweeps) for swept in sweeps]
    return so_far(sweeps, sentences(parts))


def pareto_caption(sweeps: Sequence[SweepResult]) -> str:
    """What the labels are, and the fit's three numbers."""
    parts = [_("The numbers are batch sizes.")] if any(s.reached for s in sweeps) else []
    for swept in sweeps:
        if swept.fit:
            parts.append(
                _(
                    "{optimizer}, approximately: the fitted curve tends to {updates} updates with "
                    "large batches and to {examples} examples with small ones; twice both at the "
                    "critical batch size, {size} (cross).",
                    optimizer=swept.sweep.optimizer,
                    updates=interval(swept.fit.updates),
                    examples=interval(swept.fit.examples),
                    size=interval(swept.fit.batch_size),
                )
            )
        elif swept.refused:
            parts.append(
                _(
                    "{optimizer}: no fit. {reason}.",
                    optimizer=swept.sweep.optimizer,
                    reason=translated(swept.refused),
                )
            )
    if any(swept.fit for swept in sweeps):
        parts.append(_("Intervals are 95 % over replicas."))
    return so_far(sweeps, sentences(parts))


def rates_caption(sweeps: Sequence[SweepResult]) -> str:
    """How the best rate follows the batch size while scaling is perfect, and where it is at an end
    of those tried.
    """
    parts = [_("Dashed: in proportion to batch size; dotted: to its square root.")]
    for swept in sweeps:
        named = {"optimizer": swept.sweep.optimizer}
        until = swept.regimes.perfect_until.value if swept.regimes else 0
        scaled = [t for t in swept.reached if t.batch_size <= until]
        if len({t.learning_rate for t in scaled}) > 1:
            rates = [t.learning_rate or 1.0 for t in scaled]
            sizes = np.log([t.batch_size for t in scaled])
            parts.append(
                _(
                    "With {optimizer} the best rate goes from {low:.3g} at B = {first:,} to "
                    "{high:.3g} at B = {until:,}, as far as scaling is perfect: fitted, as B to "
                    "the power {slope:.2f}.",
                    low=rates[0],
                    first=scaled[0].batch_size,
                    high=rates[-1],
                    until=until,
                    slope=float(np.polyfit(sizes, np.log(rates), 1)[0]),
                    **named,
                )
            )
        edge = [f"{t.batch_size:,}" for t in swept.reached if t.at_edge]
        if edge:
            parts.append(
                _(
                    "With {optimizer} at B = {sizes} the best is the smallest or the largest of "
                    "those tried: one beyond may be better.",
                    sizes=listed(edge),
                    **named,
                )
            )
    return so_far(sweeps, sentences(parts))
