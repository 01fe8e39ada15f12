"""What runs from a point show of the noise, in plain words with measured numbers."""

from collections.abc import Sequence

import numpy as np

from app.figures.noise.ridges import Ridge
from app.figures.noise.words import percent
from app.figures.words import number, plural
from app.science.noise.directions import summarise
from app.science.noise.epoch_sum import EpochSum
from app.science.noise.instruments import INSTRUMENTS
from app.science.noise.last_batch import Comparison, last_batch
from app.science.noise.logs import Log
from app.science.noise.tracks import Track

ROUNDING = 1e-9  # a sum as near as this, relative to the way there, is exact


def turning_caption(ridges: Sequence[Ridge]) -> str:
    """How often each batch size turns back."""
    clauses = []
    for size, degrees in ridges:
        directions = summarise(degrees)
        clauses.append(
            f"B = {size:,} in {percent(directions.uphill)} of {directions.count:,}"
            if directions
            else f"B = {size:,} makes no two steps"
        )
    return (
        "Of the successive steps of a run that starts at the point, how many turn back by more "
        f"than 90°: {', '.join(clauses)}."
    )


def epoch_sum_caption(sums: Sequence[EpochSum], rate: float, examples: int) -> str:
    """Whether the steps add up to one full step."""
    clauses = []
    for each in sums:
        size = f"B = {each.plan.batch_size:,}"
        reach = float(np.hypot(*each.expected))
        off = float(np.hypot(*each.difference))
        steps = plural(each.plan.updates, "step")
        farthest = float(np.hypot(*(each.frozen - each.frozen[0]).T).max())
        if off <= ROUNDING * max(reach, farthest):
            clauses.append(f"{steps} of {size} add up to it exactly")
        elif reach:
            clauses.append(f"{steps} of {size} miss it by {percent(off / reach)}")
        else:
            clauses.append(f"{steps} of {size} are nothing but noise")
    return (
        f"The arrow is one full-batch step at a learning rate of {number(rate)}. The same "
        f"{examples:,} examples in mini-batches, all gradients taken at the point (solid): "
        f"{'; '.join(clauses)}. Dotted: the same epoch as SGD walks it, each gradient taken where "
        "the step before it ended. An epoch of K steps is drawn at a K-th of the rate, to travel "
        "as far; a run's own would go K times as far."
    )


def along_caption(tracks: Sequence[Track]) -> str:
    """From which noise scale to which each run went, and how the estimates did."""
    clauses = []
    for each in tracks:
        scales = [scale for scale in each.noise.noise_scale if scale is not None]
        size = each.run.batch_size
        if not scales:
            clauses.append(f"B = {size:,} stands where the gradient is zero")
            continue
        clause = f"B = {size:,} from {number(scales[0])} to {number(scales[-1])}"
        if each.refused:
            clause += f" (no estimate: {each.refused[0].lower()}{each.refused[1:]})"
        elif each.estimates:
            negative = each.estimates[-1].negative
            last, truth = each.estimates[-1], each.truths[-1]
            said = number(last.noise_scale) if last.noise_scale is not None else "nothing"
            true = f"{number(truth)}" if truth is not None else "beyond measure"
            clause += f" (estimated at last {said}, in truth {true}"
            clause += f"; {percent(negative)} of its pairs alone say a negative variance)"
        clauses.append(clause)
    return (
        f"The noise scale goes, in examples: {'; '.join(clauses)}. Diamonds: the estimate from "
        "each pair and a third of all before it, numerators and denominators averaged apart; "
        "dashed: what it is of. Dotted: the batch size itself."
    )


def instrument_caption(logs: Sequence[Log], instrument: str) -> str:
    """How to read it, how many readings are beyond the threshold, and what is refused."""
    about = INSTRUMENTS[instrument]
    clauses = []
    refused: dict[str, list[str]] = {}
    for log in logs:
        reading, size = log.readings[instrument], f"B = {log.run.batch_size:,}"
        if reading.refused:
            refused.setdefault(reading.refused, []).append(size)
            continue
        values = np.array([value for value in reading.values if value is not None])
        if not len(values):
            clauses.append(f"{size} has no reading")
        elif about.threshold is None:
            clauses.append(f"{size}: median {number(float(np.median(values)))}")
        else:
            above = float(np.mean(values > about.threshold))
            clauses.append(f"{size} above in {percent(above)} of readings")
    said = f" {'; '.join(clauses)}." if clauses else ""
    why = "".join(
        f" Refused for {', '.join(sizes)}: {reason}." for reason, sizes in refused.items()
    )
    return f"{about.reading}{said}{why}"


def last_batch_caption(comparison: Comparison, examples: int) -> str:
    """The last batch's variance and kick, and the floors it leaves."""
    keep = comparison.uneven["keep"].plan.epochs[0]
    last = last_batch(keep)
    even = comparison.even.plan.batch_size
    if not last:
        return f"B = {keep.batch_size:,} divides N = {examples:,}: no smaller batch is left over."
    floors = []
    for rule in comparison.uneven:
        measured, error, predicted = comparison.ratio(rule)
        if measured is None:
            floors.append(f"with {rule} it diverges")
            continue
        about = f" ± {number(error)}" if error is not None else ""
        theory = f" (theory {number(predicted, 3)})" if predicted is not None else ""
        floors.append(f"{rule}: {number(measured, 3)}{about} times{theory}")
    settled = (
        ""
        if all(f.settled for f in (comparison.even, *comparison.uneven.values()))
        else (" Not all of them have settled within these epochs.")
    )
    replicas = f"{comparison.even.losses.shape[1]} replicas"
    return (
        f"{examples:,} examples in batches of {keep.batch_size:,} leave a last one of "
        f"{last.size:,}: its gradient's variance is {number(last.variance_ratio, 3)} times a full "
        f"batch's, its kick {number(last.kick, 3)} times as strong. The loss at the ends of "
        f"epochs, beside that of even batches of {even:,}: {', '.join(floors)}. {replicas}, "
        f"95 % intervals.{settled}"
    )
