"""What a sweep shows, in plain words with measured numbers."""

from collections.abc import Sequence

import numpy as np

from app.figures.noise.words import percent
from app.figures.words import number
from app.language.speech import begun, clauses, listed, sentences, translated
from app.language.speech import gettext as _
from app.science.tradeoff.fit import Estimate
from app.science.tradeoff.swept import Swept


def tradeoff_summary(sweeps: Sequence[Swept]) -> str:
    """How far a bigger batch pays, with each optimizer."""
    return sentences(_summary(swept, named=len(sweeps) > 1) for swept in sweeps)


def _summary(swept: Swept, *, named: bool) -> str:
    said = _found(swept)
    if named:
        return _("With {optimizer}: {found}", optimizer=swept.sweep.optimizer, found=said)
    return said


def _found(swept: Swept) -> str:
    if not swept.reached:
        return _("No batch size reaches the target at any learning rate.")
    until, plateau = swept.regimes.perfect_until, swept.regimes.plateau_from
    said = [
        _(
            "a batch of up to {until:,} takes in proportion fewer updates for the same examples",
            until=until,
        )
        if until
        else _("larger batches take more examples from the first")
    ]
    if plateau:
        said.append(_("from {plateau:,} on it hardly saves any", plateau=plateau))
    if swept.fit:
        size = _interval(swept.fit.batch_size)
        said.append(_("the critical batch size is about {size}", size=size))
    return begun(_("{clauses}.", clauses=clauses(said)))


def updates_caption(sweeps: Sequence[Swept]) -> str:
    """The target, who reaches it, and how the fit does."""
    sweep, goal = sweeps[0].sweep, sweeps[0].goal
    parts = [
        _(
            "Median of {replicas} replicas with their 5–95 %, each batch size at the learning "
            "rate that brings it there soonest. The target, a mean loss of {level}, leaves {share} "
            "% of the start's height above the lowest loss, {lowest}.",
            replicas=sweep.replicas,
            level=number(goal.level, 3),
            share=number(100 * goal.share),
            lowest=number(goal.lowest, 3),
        )
    ]
    for swept in sweeps:
        missing = [f"B = {t.batch_size:,}" for t in swept.tuned if t.best is None]
        if missing:
            parts.append(
                _(
                    "With {optimizer} no rate brings {sizes} there within {epochs:,} epochs.",
                    optimizer=swept.sweep.optimizer,
                    sizes=listed(missing),
                    epochs=sweep.epochs,
                )
            )
        if swept.refused:
            parts.append(
                _(
                    "No fit of {optimizer}: {reason}.",
                    optimizer=swept.sweep.optimizer,
                    reason=translated(swept.refused),
                )
            )
        elif swept.fit:
            parts.append(
                _(
                    "The approximate fit of {optimizer} is within {share} of every batch size.",
                    optimizer=swept.sweep.optimizer,
                    share=percent(swept.fit.deviation),
                )
            )
    return sentences(parts)


def examples_caption(sweeps: Sequence[Swept]) -> str:
    """Which batch size is the cheapest in examples, and what the dearest costs."""
    said = []
    for swept in sweeps:
        if not swept.reached:
            continue
        cost = {t.batch_size: t.examples[1] or 0 for t in swept.reached}
        least, most = min(cost, key=lambda b: cost[b]), max(cost, key=lambda b: cost[b])
        said.append(
            _(
                "with {optimizer} B = {least:,} needs the fewest, {cost:,}, and B = {most:,} "
                "{times} times as many",
                optimizer=swept.sweep.optimizer,
                least=least,
                cost=cost[least],
                most=most,
                times=number(cost[most] / cost[least]),
            )
        )
    if not said:
        return _("No batch size arrives.")
    return _("Total work: {clauses}.", clauses=clauses(said))


def pareto_caption(sweeps: Sequence[Swept]) -> str:
    """The fit's three numbers."""
    parts = []
    for swept in sweeps:
        if swept.fit:
            parts.append(
                _(
                    "{optimizer}, approximately: at least {updates} updates and {examples} "
                    "examples; twice both at the critical batch size, {size} (cross).",
                    optimizer=swept.sweep.optimizer,
                    updates=_interval(swept.fit.updates),
                    examples=_interval(swept.fit.examples),
                    size=_interval(swept.fit.batch_size),
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
    return sentences([_("Intervals are 95 % over replicas."), *parts])


def rates_caption(sweeps: Sequence[Swept]) -> str:
    """How fast the best rate grows at first, and where it was at the edge of those tried."""
    parts = [_("Dashed: in proportion to batch size; dotted: to its square root.")]
    for swept in sweeps:
        until = swept.regimes.perfect_until
        scaled = [t for t in swept.reached if until and t.batch_size <= until]
        if len(scaled) > 1:
            sizes = np.log([t.batch_size for t in scaled])
            rates = np.log([t.learning_rate or 1.0 for t in scaled])
            slope = float(np.polyfit(sizes, rates, 1)[0])
            parts.append(
                _(
                    "With {optimizer} the best rate grows as B to the power {slope:.2f} up to "
                    "B = {until:,}.",
                    optimizer=swept.sweep.optimizer,
                    slope=slope,
                    until=until,
                )
            )
        edge = [f"{t.batch_size:,}" for t in swept.reached if t.at_edge]
        if edge:
            parts.append(
                _(
                    "With {optimizer} at B = {sizes} the best is at the end of those tried.",
                    optimizer=swept.sweep.optimizer,
                    sizes=listed(edge),
                )
            )
    return sentences(parts)


def _interval(estimate: Estimate) -> str:
    return f"{number(estimate.value)} ({number(estimate.low)}–{number(estimate.high)})"
