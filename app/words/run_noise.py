"""What runs from a point show of the noise, in plain words with measured numbers."""

from collections.abc import Iterator, Sequence

import numpy as np

from app.language.speech import clauses as joined
from app.language.speech import gettext as _
from app.language.speech import inside, listed, ngettext, sentences, translated
from app.science.noise.directions import BatchAngles, summarise
from app.science.noise.epoch_sum import EpochSum
from app.science.noise.scale_tracks import Track
from app.words.noise import MOST, percent, scale_said
from app.words.noise_captions import equally_high
from app.words.runs import number


def turning_caption(ridges: Sequence[BatchAngles], left_out: int) -> str:
    """How often each batch size turns back, and the steps that have no direction."""
    clauses = []
    for size, degrees in ridges:
        directions = summarise(degrees)
        clauses.append(
            _(
                "B = {size:,} in {share} of {count:,}",
                size=size,
                share=percent(directions.uphill),
                count=directions.count,
            )
            if directions
            else _("B = {size:,} makes no two steps", size=size)
        )
    return sentences(
        [
            _(
                "Of the successive steps of a run that starts at the point, how many turn back by "
                "more than 90°: {clauses}.",
                clauses=listed(clauses),
            ),
            equally_high(len(ridges)),
            ngettext(
                "{count:,} step of no length is left out.",
                "{count:,} steps of no length are left out.",
                left_out,
            )
            if left_out
            else "",
        ]
    )


def epoch_sum_caption(sums: Sequence[EpochSum], rate: float) -> str:
    """Whether the steps add up to one full step."""
    weighted = any(each.plan.epochs[0].remainder == "weight" for each in sums)
    return sentences(
        [
            _("The full gradient is zero at the point: a full-batch step leads nowhere.")
            if sums[0].stationary
            else _(
                "The arrow is one full-batch step at a learning rate of {rate}.", rate=number(rate)
            ),
            _drawn_as(sums[0].plan.sampling, joined(_epoch_sum(each) for each in sums)),
            _(
                "Dotted: the same epoch as SGD walks it, each gradient taken where the step before "
                "it ended."
            ),
            _(
                "To travel as far, each step is made at the rate over their number, in which a "
                "smaller last one counts as its part of a batch."
            )
            if weighted
            else _("To travel as far, each step is made at the rate over their number."),
        ]
    )


def _drawn_as(sampling: str, clauses: str) -> str:
    if sampling == "with-replacement":
        return _(
            "As many independent draws as there are examples in mini-batches, all gradients taken "
            "at the point (solid): {clauses}.",
            clauses=clauses,
        )
    if sampling == "sequential":
        return _(
            "The examples in mini-batches of their stored order, all gradients taken at the point "
            "(solid): {clauses}.",
            clauses=clauses,
        )
    return _(
        "The examples in mini-batches of a random order, all gradients taken at the point "
        "(solid): {clauses}.",
        clauses=clauses,
    )


def _epoch_sum(each: EpochSum) -> str:
    size = f"B = {each.plan.batch_size:,}"
    off = float(np.hypot(*each.difference))
    steps = ngettext("{count:,} step", "{count:,} steps", each.plan.updates)
    unseen = each.plan.examples - each.plan.epochs[0].examples_used
    if unseen and each.plan.sampling == "with-replacement":
        size = ngettext(
            "{size} ({count:,} draw left out)",
            "{size} ({count:,} draws left out)",
            unseen,
            size=size,
        )
    elif unseen:
        size = ngettext(
            "{size} ({count:,} example left out)",
            "{size} ({count:,} examples left out)",
            unseen,
            size=size,
        )
    if not each.covariance.any():
        return _("{steps} of {size} add up to it exactly", steps=steps, size=size)
    if each.stationary:
        return _(
            "{steps} of {size} end {distance} from the point",
            steps=steps,
            size=size,
            distance=number(off),
        )
    missed = percent(off / float(np.hypot(*each.expected)))
    return _("{steps} of {size} miss it by {share}", steps=steps, size=size, share=missed)


def along_caption(tracks: Sequence[Track]) -> str:
    """From which noise scale to which each run went, and how the estimates did."""
    estimated = any(track.pairs for track in tracks)
    most = most_said(tracks)
    beyond = any(scale > most for track in tracks for scale in _drawn(track))
    return sentences(
        [
            _(
                "The noise scale goes, in examples: {clauses}.",
                clauses=joined(_along(each) for each in tracks),
            ),
            _("The axis ends at {times:,} N: above that lines leave the picture.", times=MOST)
            if beyond
            else "",
            _("A noise scale of 0 has no place on the axis.")
            if any(scale == 0 for track in tracks for scale in _drawn(track))
            else "",
            _("Dotted: the batch size itself."),
            _(
                "Diamonds: the estimate from the latest pairs, up to a third of the run's, "
                "numerators and denominators averaged apart; dashed: what it is of."
            )
            if estimated
            else "",
            _(
                "Without replacement that is tr S/(‖G‖² − tr S/N), S = Σ·N/(N − 1): near the "
                "noise scale only where that is far below N."
            )
            if estimated and tracks[0].run.plan.sampling != "with-replacement"
            else "",
        ]
    )


def most_said(tracks: Sequence[Track]) -> int:
    """The noise scale beyond which none is drawn or said: it has no bound."""
    return MOST * tracks[0].run.problem.size


def _drawn(track: Track) -> Iterator[float]:
    yield from track.noise.noise_scale.tolist()
    estimates = [estimate.noise_scale for estimate in track.estimates]
    yield from (scale for scale in [*estimates, *track.targets] if scale is not None)


def _along(track: Track) -> str:
    scales = track.noise.noise_scale[~np.isnan(track.noise.noise_scale)].tolist()
    size, examples = track.run.batch_size, track.run.problem.size
    if not scales:
        return _("B = {size:,} stands where every gradient is zero", size=size)
    clause = _(
        "B = {size:,} from {first} to {last}",
        size=size,
        first=scale_said(scales[0], examples),
        last=scale_said(scales[-1], examples),
    )
    if track.refused:
        reason = inside(translated(track.refused))
        return _("{clause} (no estimate: {reason})", clause=clause, reason=reason)
    last = track.estimates[-1]
    if last.reason:
        reason = inside(translated(last.reason))
        return _("{clause} (no estimate at last: {reason})", clause=clause, reason=reason)
    said = {"clause": clause, "estimate": _scale(last.noise_scale, examples)}
    said["scale"] = _scale(track.noise_scales[-1], examples)
    if track.run.plan.sampling == "with-replacement":
        return _("{clause} (last estimate {estimate}, noise scale there {scale})", **said)
    return _(
        "{clause} (last estimate {estimate}, its target {target}, noise scale there {scale})",
        target=_scale(track.targets[-1], examples),
        **said,
    )


def _scale(scale: float | None, examples: int) -> str:
    return _("not finite") if scale is None else scale_said(scale, examples)
