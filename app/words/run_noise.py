"""What runs from a point show of the noise, in plain words with measured numbers."""

from collections.abc import Iterator, Sequence

import numpy as np

from app.language.speech import clauses as joined
from app.language.speech import gettext as _
from app.language.speech import inside, listed, ngettext, translated
from app.science.comparison import Run
from app.science.noise.directions import BatchAngles, summarise
from app.science.noise.scale_tracks import Track
from app.words.caption import Caption
from app.words.diverged import until_divergence
from app.words.noise import MOST, scale_said
from app.words.noise_captions import equally_high
from app.words.numbers import percent


def turning_caption(runs: Sequence[Run], ridges: Sequence[BatchAngles], left_out: int) -> Caption:
    """How often each batch size turns back, and the steps that have no direction.

    ``ridges`` are of the first replicas of ``runs``.
    """
    clauses = []
    for run, (size, degrees) in zip(runs, ridges, strict=True):
        directions = summarise(degrees)
        clause = (
            _(
                "B = {size:,} in {share} of {count:,}",
                size=size,
                share=percent(directions.uphill),
                count=directions.count,
            )
            if directions
            else _("B = {size:,} makes no two steps", size=size)
        )
        clauses.append(until_divergence(clause, run))
    return Caption(
        _("How often a step turns back by more than 90°: {clauses}.", clauses=listed(clauses)),
        [
            _("These are the successive steps of a run that starts at the point."),
            equally_high(len(ridges)),
            ngettext(
                "{count:,} step of no length is left out.",
                "{count:,} steps of no length are left out.",
                left_out,
            )
            if left_out
            else "",
        ],
    )


def along_caption(tracks: Sequence[Track]) -> Caption:
    """From which noise scale to which each run went, and how the estimates did."""
    estimated = any(track.pairs for track in tracks)
    most = most_said(tracks)
    moved = [track for track in tracks if _scales(track)]
    beyond = any(scale > most for track in tracks for scale in _drawn(track))
    return Caption(
        _(
            "The noise scale goes, in examples: {clauses}.",
            clauses=joined(_from_to(each) for each in tracks),
        ),
        [
            _("Its estimates: {clauses}.", clauses=joined(map(_estimates, moved))) if moved else "",
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
        ],
    )


def most_said(tracks: Sequence[Track]) -> int:
    """The noise scale beyond which none is drawn or said: it has no bound."""
    return MOST * tracks[0].run.problem.size


def _drawn(track: Track) -> Iterator[float]:
    yield from track.noise.noise_scale.tolist()
    estimates = [estimate.noise_scale for estimate in track.estimates]
    yield from (scale for scale in [*estimates, *track.targets] if scale is not None)


def _from_to(track: Track) -> str:
    scales = _scales(track)
    size, examples = track.run.batch_size, track.run.problem.size
    if not scales:
        return _("B = {size:,} stands where every gradient is zero", size=size)
    said = _(
        "B = {size:,} from {first} to {last}",
        size=size,
        first=scale_said(scales[0], examples),
        last=scale_said(scales[-1], examples),
    )
    return until_divergence(said, track.run)


def _scales(track: Track) -> list[float]:
    """The noise scales along a track, where they are defined."""
    scales: list[float] = track.noise.noise_scale[~np.isnan(track.noise.noise_scale)].tolist()
    return scales


def _estimates(track: Track) -> str:
    examples, clause = track.run.problem.size, f"B = {track.run.batch_size:,}"
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
