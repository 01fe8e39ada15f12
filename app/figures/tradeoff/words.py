"""What a sweep shows, in plain words with measured numbers."""

from collections.abc import Sequence

import numpy as np

from app.figures.noise.words import percent
from app.figures.words import number
from app.science.tradeoff.annealing import Annealing
from app.science.tradeoff.escape import Escape
from app.science.tradeoff.fit import Estimate
from app.science.tradeoff.floor import NoiseFloor
from app.science.tradeoff.swept import Swept


def tradeoff_summary(sweeps: Sequence[Swept]) -> str:
    """How far a bigger batch pays, with each optimizer."""
    return " ".join(_summary(swept, named=len(sweeps) > 1) for swept in sweeps)


def _summary(swept: Swept, *, named: bool) -> str:
    who = f"With {swept.sweep.optimizer}: " if named else ""
    if not swept.reached:
        return f"{who}No batch size reaches the target at any learning rate."
    until, plateau = swept.regimes.perfect_until, swept.regimes.plateau_from
    said = [
        f"a batch of up to {until:,} takes in proportion fewer updates for the same examples"
        if until
        else "larger batches take more examples from the first"
    ]
    if plateau:
        said.append(f"from {plateau:,} on it hardly saves any")
    if swept.fit:
        said.append(f"the critical batch size is about {_interval(swept.fit.batch_size)}")
    text = f"{who}{'; '.join(said)}."
    return text[0].upper() + text[1:]


def updates_caption(sweeps: Sequence[Swept]) -> str:
    """The target, who reaches it, and how the fit does."""
    sweep, goal = sweeps[0].sweep, sweeps[0].goal
    parts = [
        f"Median of {sweep.replicas} replicas with their 5–95 %, each batch size at the learning "
        f"rate that brings it there soonest. The target, a mean loss of {number(goal.level, 3)}, "
        f"leaves {number(100 * goal.share)} % of the start's height above the lowest loss, "
        f"{number(goal.lowest, 3)}."
    ]
    for swept in sweeps:
        missing = [f"B = {t.batch_size:,}" for t in swept.tuned if t.best is None]
        if missing:
            parts.append(
                f"With {swept.sweep.optimizer} no rate brings {', '.join(missing)} there within "
                f"{sweep.epochs:,} epochs."
            )
        if swept.refused:
            parts.append(f"No fit of {swept.sweep.optimizer}: {swept.refused}.")
        elif swept.fit:
            parts.append(
                f"The approximate fit of {swept.sweep.optimizer} is within "
                f"{percent(swept.fit.deviation)} of every batch size."
            )
    return " ".join(parts)


def examples_caption(sweeps: Sequence[Swept]) -> str:
    """Which batch size is the cheapest in examples, and what the dearest costs."""
    clauses = []
    for swept in sweeps:
        if not swept.reached:
            continue
        cost = {t.batch_size: t.examples[1] or 0 for t in swept.reached}
        least, most = min(cost, key=lambda b: cost[b]), max(cost, key=lambda b: cost[b])
        clauses.append(
            f"with {swept.sweep.optimizer} B = {least:,} needs the fewest, {cost[least]:,}, and "
            f"B = {most:,} {number(cost[most] / cost[least])} times as many"
        )
    return f"Total work: {'; '.join(clauses)}." if clauses else "No batch size arrives."


def pareto_caption(sweeps: Sequence[Swept]) -> str:
    """The fit's three numbers."""
    parts = []
    for swept in sweeps:
        if swept.fit:
            parts.append(
                f"{swept.sweep.optimizer}, approximately: at least "
                f"{_interval(swept.fit.updates)} updates and {_interval(swept.fit.examples)} "
                f"examples; twice both at the critical batch size, "
                f"{_interval(swept.fit.batch_size)} (cross)."
            )
        elif swept.refused:
            parts.append(f"{swept.sweep.optimizer}: no fit. {swept.refused}.")
    return " ".join(["Intervals are 95 % over replicas.", *parts])


def rates_caption(sweeps: Sequence[Swept]) -> str:
    """How fast the best rate grows at first, and where it was at the edge of those tried."""
    parts = ["Dashed: in proportion to batch size; dotted: to its square root."]
    for swept in sweeps:
        until = swept.regimes.perfect_until
        scaled = [t for t in swept.reached if until and t.batch_size <= until]
        if len(scaled) > 1:
            sizes = np.log([t.batch_size for t in scaled])
            rates = np.log([t.learning_rate or 1.0 for t in scaled])
            slope = float(np.polyfit(sizes, rates, 1)[0])
            parts.append(
                f"With {swept.sweep.optimizer} the best rate grows as B to the power "
                f"{slope:.2f} up to B = {until:,}."
            )
        edge = [f"{t.batch_size:,}" for t in swept.reached if t.at_edge]
        if edge:
            parts.append(
                f"With {swept.sweep.optimizer} at B = {', '.join(edge)} the best is at the end of "
                "those tried."
            )
    return " ".join(parts)


def floor_caption(independent: Sequence[NoiseFloor], reshuffled: Sequence[NoiseFloor]) -> str:
    """How well theory does, where there is any, and how far below reshuffling stays."""
    parts = ["Late in runs that begin at the minimum, with 95 % intervals."]
    exact = [
        abs(f.tail.floor / f.exact_loss - 1)
        for f in independent
        if f.tail.floor and f.exact_loss is not None
    ]
    if exact:
        parts.append(
            "Independent batches (filled): the exact theory (bars) is within "
            f"{percent(max(exact))} of every measured floor."
        )
    small = [
        1 - f.small_rate_loss / f.exact_loss
        for f in independent
        if f.exact_loss and f.small_rate_loss is not None
    ]
    if small:
        parts.append(
            "The limit for small rates (dashed), in which the floor is proportional to ε/B, "
            f"is {percent(max(small))} too low at most."
        )
    reasons = dict.fromkeys(f.reason for f in independent if f.reason)
    parts += [f"No theory: {reason[0].lower()}{reason[1:]}." for reason in reasons]
    lower = [
        shuffled.tail.floor / alone.tail.floor
        for alone, shuffled in zip(independent, reshuffled, strict=True)
        if alone.tail.floor and shuffled.tail.floor
    ]
    if lower:
        parts.append(
            "Reshuffled without replacement (open) the floor is "
            f"{number(min(lower))} to {number(max(lower))} times that: the errors of an epoch's "
            "batches cancel, and this theory, of independent batches, does not speak of it."
        )
    return " ".join(parts)


def escape_caption(escapes: Sequence[Escape]) -> str:
    """Where replicas end, and that it is an equilibrium."""
    first = escapes[0]
    clauses = [
        f"B = {e.batch_size:,}: {percent(e.from_sharp.value)} from the sharp well, "
        f"{percent(e.from_flat.value)} from the flat one"
        for e in escapes
    ]
    return (
        f"Share of {first.from_sharp.replicas} replicas that end in the flat well, with Wilson's "
        f"95 % intervals. {'; '.join(clauses)}. Where both starts come to the same it is an "
        "equilibrium, not a one-way door; where neither moves, the noise is too small to cross."
    )


def annealing_caption(annealing: Annealing) -> str:
    """Whether the floors agree."""
    saved = annealing.decay.plan.updates / annealing.growth.plan.updates
    if annealing.ratio is None:
        return "A replica diverged: there is no floor to compare."
    about = f" ± {number(annealing.ratio_error)}" if annealing.ratio_error else ""
    return (
        f"Multiplying the batch ends at {number(annealing.ratio, 3)}{about} times the floor of "
        f"dividing the learning rate, over as many epochs and with {number(saved)} times fewer "
        "updates. The floor follows ε/B, whichever of the two is changed."
    )


def _interval(estimate: Estimate) -> str:
    return f"{number(estimate.value)} ({number(estimate.low)}–{number(estimate.high)})"
