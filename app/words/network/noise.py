"""What the gradient noise along a network's runs shows, in words with measured numbers."""

from collections.abc import Iterator

import numpy as np

from app.language.speech import clauses, listed, ngettext, sentences
from app.language.speech import gettext as _
from app.science.arrays import FloatArray
from app.science.networks.curves import band
from app.science.networks.gradient_noise import most_held
from app.science.networks.measured import BATCHES, HALVED, Measured
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.optimizers import OPTIMIZERS
from app.science.sampling import BALANCED
from app.words.caption import Caption
from app.words.network.runs import by_rule, each_listed, label, nowhere_note, spread_note
from app.words.network.sharpness import unmeasured
from app.words.noise import MOST, scale_said
from app.words.numbers import percent
from app.words.run_label import rule_title

FACTOR = 4  # the noise scale of networks as small was so far from the critical batch size


def noise_caption(runs: NetworkRuns) -> Caption:
    """From which noise scale to which the runs went, and what estimates knew of it."""
    measured = [(each, each.measured) for each in runs.sizes if each.measured]
    if not measured:
        return Caption(_("Not measured yet."), unmeasured(runs))
    told = clauses(_from_to(each, found) for each, found in measured)
    several = measured[0][0].trained.weights.shape[1]
    return Caption(
        _("The noise scale goes, in examples: {clauses}.", clauses=told),
        [
            *_holders(runs, measured),
            _("They are of examples that all count the same, not of balanced draws.")
            if measured[0][0].plan.sampling == BALANCED
            else "",
            *_estimates(measured),
            *_open([found for _each, found in measured]),
            _felt(runs, measured),
            *_guide(runs),
            spread_note(several),
            _drawn(runs),
            *_undrawn(runs, [found for _each, found in measured]),
            *unmeasured(runs),
        ],
    )


def _from_to(runs: SizeRuns, found: Measured) -> str:
    going = runs.trained.diverged_at == 0
    scales = band(_known(found)[:, going if going.any() else ~going]).median
    scales = scales[~np.isnan(scales)]
    if not scales.size:
        return _("{label} has none, as no example has a gradient", label=label(runs))
    examples = runs.plan.examples
    if scales.size == 1:
        return _(
            "{label} {scale}, measured once",
            label=label(runs),
            scale=scale_said(float(scales[0]), examples),
        )
    return _(
        "{label} from {first} to {last}",
        label=label(runs),
        first=scale_said(float(scales[0]), examples),
        last=scale_said(float(scales[-1]), examples),
    )


def _felt(runs: NetworkRuns, measured: list[tuple[SizeRuns, Measured]]) -> str:
    """The noise scale that an adaptive rule feels, where last measured; empty of other rules."""
    told = []
    for each, found in measured:
        median = _felt_median(found)
        if np.isfinite(median).any():
            scale = scale_said(float(median[np.isfinite(median)][-1]), each.plan.examples)
            told.append(_("{scale} at {label}", scale=scale, label=label(each)))
    if not told:
        return ""
    if runs.several_rules:
        return _(
            "Thin but not faint, without marks: as an adaptive rule itself feels it, tr PΣP/‖PG‖² "
            "with P = 1/(√ŝ + eps), eps its small constant and ŝ of the state that it arrives "
            "with, exact, none at the start; where last measured {clauses}.",
            clauses=clauses(told),
        )
    return _(
        "Dashed: as the rule itself feels it, tr PΣP/‖PG‖² with P = 1/(√ŝ + eps), eps its small "
        "constant and ŝ of the state that it arrives with, exact, none at the start; where last "
        "measured {clauses}.",
        clauses=listed(told),
    )


def _felt_median(found: Measured) -> FloatArray:
    """Over replicas, a finite number beyond all others instead of an infinite one, (M,)."""
    return band(np.where(np.isinf(found.felt), np.finfo(float).max, found.felt)).median


def _known(found: Measured) -> FloatArray:
    """Noise scales, a finite number beyond all others instead of an infinite one."""
    return np.where(np.isinf(found.noise_scale), np.finfo(float).max, found.noise_scale)


def _holders(runs: NetworkRuns, measured: list[tuple[SizeRuns, Measured]]) -> Iterator[str]:
    """How few examples hold the noise, where the runs are last measured."""
    shares = []
    for each, found in measured:
        median = band(found.share).median
        if np.isfinite(median).any():
            share = percent(float(median[np.isfinite(median)][-1]))
            shares.append(_("{share} at {label}", share=share, label=label(each)))
    if shares:
        examples = measured[0][0].plan.examples
        yield ngettext(
            "Where last measured, the example with the largest gradient, 1 of {examples:,}, holds "
            "of all Σ‖gᵢ‖²: {shares}.",
            "Where last measured, {count:,} of the {examples:,} examples, those with the largest "
            "gradients, hold of all Σ‖gᵢ‖²: {shares}.",
            most_held(examples),
            examples=examples,
            shares=each_listed(runs, shares),
        )


def _estimates(measured: list[tuple[SizeRuns, Measured]]) -> Iterator[str]:
    inside = count = 0
    for _runs, found in measured:
        exact = found.noise_scale
        known = ~np.isnan(exact)
        holds = (found.low <= exact) & (exact <= found.high)
        inside, count = inside + int(holds[known].sum()), count + int(known.sum())
    yield _(
        "Each noise scale is estimated from {batches} batches of the run's size, drawn with "
        "replacement, in two halves each; of all {count:,} intervals of 95 % (Fieller's) {share} "
        "hold the exact one.",
        batches=BATCHES,
        count=count,
        share=percent(inside / count) if count else percent(0),
    )
    if any(each.batch_size < HALVED for each, _found in measured):
        yield _("One example has no halves: at B = 1 these batches are of two.")


def _open(measured: list[Measured]) -> Iterator[str]:
    known = [(m.low[k], m.high[k]) for m in measured if (k := ~np.isnan(m.low)).any()]
    open_ = sum(int((np.isinf(high) & (low > 0)).sum()) for low, high in known)
    unknown = sum(int((np.isinf(high) & (low == 0)).sum()) for low, high in known)
    if open_:
        yield ngettext(
            "In {count:,} of them the gradient is lost in noise: it is open and says only 'at "
            "least'.",
            "In {count:,} of them the gradient is lost in noise: they are open and say only 'at "
            "least'.",
            open_,
        )
    if unknown:
        yield ngettext("{count:,} says nothing at all.", "{count:,} say nothing at all.", unknown)


def _guide(runs: NetworkRuns) -> Iterator[str]:
    """Of which rules it says which batch size pays."""
    rules = [several[0].rule for several in by_rule(runs)]
    adaptive = [rule_title(rule) for rule in rules if OPTIMIZERS[rule.name].adaptive]
    if adaptive:
        yield _(
            "Under {rule} the noise scale says nothing of which batch size pays.",
            rule=listed(adaptive),
        )
    plain = [rule_title(rule) for rule in rules if not OPTIMIZERS[rule.name].adaptive]
    if not plain:
        return
    if runs.sizes[0].plan.restraint:
        yield _(
            "With weight decay or clipping a step is not of the batch's gradient alone: the noise "
            "scale says nothing of which batch size pays."
        )
    elif runs.several_rules:
        yield _(
            "As a guide to which batch size pays under {rules} it is an order of magnitude: within "
            "a factor of about {factor} in networks like these.",
            rules=listed(plain),
            factor=FACTOR,
        )
    else:
        yield _(
            "As a guide to which batch size pays it is an order of magnitude: within a factor of "
            "about {factor} in networks like these.",
            factor=FACTOR,
        )


def _drawn(runs: NetworkRuns) -> str:
    """What is below the exact scales."""
    sizes = len(runs.sizes)
    if runs.several_rules:
        return sentences(
            [
                _(
                    "Below are the first replica's estimates over its exact scale, thin; marks are "
                    "the rule's, an open one is the lower end of an open interval."
                ),
                _(
                    "Each of the {count} runs has its own points there, so that no bar covers "
                    "another.",
                    count=sizes,
                ),
            ]
        )
    said = _(
        "Below are the first replica's estimates over its exact scale, dotted; a triangle is the "
        "lower end of an open interval."
    )
    if sizes == 1:
        return said
    thinned = _(
        "Each of the {count} batch sizes has its own points there, so that no bar covers another.",
        count=sizes,
    )
    return sentences([said, thinned])


def _undrawn(runs: NetworkRuns, measured: list[Measured]) -> Iterator[str]:
    """What the axis has no place for."""
    most = MOST * runs.sizes[0].plan.examples
    drawn = [each for m in measured for each in (m.noise_scale, _felt_median(m), m.estimate[:, :1])]
    beyond = sum(int((each > most).sum()) for each in drawn)
    nothing = sum(int((each <= 0).sum()) for each in drawn)
    if beyond:
        yield ngettext(
            "The axis ends at {most:,}: {count:,} value above it leaves the picture.",
            "The axis ends at {most:,}: {count:,} values above it leave the picture.",
            beyond,
            most=most,
        )
    if nothing:
        yield nowhere_note(nothing)
