"""A reader's own run in words: its noise scale, its costs, what is wrong in its log."""

from collections.abc import Iterable, Iterator

from app.language.speech import gettext as _
from app.language.speech import ngettext, sentences, translated
from app.science.logged.advice import OFF, Advice, Cost, Span
from app.science.logged.flaws import DERIVED, FLAWS, Found
from app.science.logged.windows import Window
from app.words.caption import Caption
from app.words.numbers import SMALL, number
from app.words.rounding import at_least, at_most, down

TOLD = (2.0, 0.5)  # factors that a sentence tells of, the first that there is
WIDE = 4  # times the noise scale: an upper end beyond
EVEN = 1.05  # times a bound: a noise scale so little above it is it


def flaw_said(found: Found) -> str:
    """A flaw, and where it is first seen."""
    said = translated((FLAWS | DERIVED)[found.id])
    if found.steps is None or found.line is None:
        return said
    where = ngettext(
        "In {count:,} step, line {line:,} of the log.",
        "In {count:,} steps, first in line {line:,} of the log.",
        found.steps,
        line=found.line,
    )
    return sentences([said, where])


def scale_said(window: Window) -> str:
    """A window's noise scale with its interval, the wider one where there are two."""
    low, high = window.interval
    if high is None:
        return _("at least {low}", low=at_least(low)) if low >= SMALL else _("not known")
    middle = window.noise_scale
    if middle is None or middle <= 0:
        return _("at most {high}", high=at_most(high))
    return _(
        "{value} (95 %: {low} to {high})",
        value=number(middle, 3),
        low=at_least(max(low, 0.0)),
        high=at_most(high),
    )


def noise_caption(windows: tuple[Window, ...], found: Iterable[Found], *, thin: int) -> Caption:
    """From which noise scale to which the run went, and how it was measured.

    Args:
        windows: of the run.
        found: its flaws.
        thin: windows of which nothing is known.
    """
    first, last = windows[0], windows[-1]
    claim = _("The noise scale is {scale}, in examples.", scale=scale_said(last))
    if len(windows) > 1:
        claim = _(
            "The noise scale goes from {first} to {last}, in examples.",
            first=scale_said(first),
            last=scale_said(last),
        )
    steps = ngettext(
        "{count:,} measured step", "{count:,} measured steps", min(each.steps for each in windows)
    )
    return Caption(
        claim,
        [
            ngettext(
                "{count:,} window of {steps}; bars are 95 % intervals (Fieller's).",
                "{count:,} windows of at least {steps}; bars are 95 % intervals (Fieller's).",
                len(windows),
                steps=steps,
            ),
            _("A triangle is the lower end of an open interval: 'at least'.")
            if any(each.high is None for each in windows)
            else "",
            ngettext(
                "Of {count:,} window nothing is known.",
                "Of {count:,} windows nothing is known.",
                thin,
            )
            if thin
            else "",
            _("Pale bars: the intervals from means over blocks of 8 steps.")
            if windows[0].block_low is not None
            else "",
            _(
                "Dotted: the exact noise scale, of all examples, at those of a window's steps that "
                "have it in the log: of the networks here every fourth, or all of a full batch's."
            )
            if any(each.exact is not None for each in windows)
            else "",
            _("Dashed: the batch size in use."),
            _("What was found wrong in the log stands beside the figure.")
            if any(each.id in FLAWS for each in found)
            else "",
        ],
    )


def advice_said(advice: Advice) -> str:
    """What a batch twice as large, or half as large, would cost."""
    for factor in TOLD:
        for cost in advice.costs:
            if cost.factor == factor and cost.updates and cost.examples:
                return _cost_said(cost, cost.updates, cost.examples)
    return translated(advice.costs_refused) if advice.costs_refused else ""


def advice_caption(advice: Advice) -> Caption:
    """The sentence, what it follows from, and how far it may be trusted."""
    window = advice.window
    return Caption(
        advice_said(advice),
        [
            _(
                "From the steps {first:,} to {last:,}: noise scale {scale}, batch size {size}.",
                first=window.first,
                last=window.last,
                scale=scale_said(window),
                size=number(window.batch_size, 3),
            ),
            ""
            if advice.costs_refused
            else _(
                "Approximate: updates go as 1 + noise scale ÷ B, examples as 1 + B ÷ noise scale, "
                "each batch size at its best rate (McCandlish et al. 2018); the bands are the "
                "interval of the noise scale alone."
            ),
            ""
            if advice.costs_refused
            else _(
                "The noise scale was up to {factor} times off the critical batch size that was "
                "measured in our own small networks, and it grows along a run.",
                factor=OFF,
            ),
            rate_said(advice),
        ],
    )


def rate_said(advice: Advice) -> str:
    """How the rate would follow."""
    if advice.rule == "linear":
        (twice,) = (cost.rate for cost in advice.costs if cost.factor == 2 and cost.rate)
        return _(
            "Twice the batch: {rate} × ({low}–{high}) the learning rate, which in the same model "
            "goes as 1 ÷ (1 + noise scale ÷ B): in proportion to B far below the noise scale, "
            "half of its limit at it, and ever less beyond.",
            rate=_factor(twice.value),
            low=_factor(twice.low),
            high=_factor(twice.high),
        )
    if advice.rule == "sqrt":
        return _("Under Adam the learning rate follows the root of the batch size, roughly.")
    return _("For this optimizer no rule of the learning rate is known to hold: tune it.")


def _cost_said(cost: Cost, updates: Span, examples: Span) -> str:
    values = {
        "examples": _factor(examples.value),
        "low": _factor(examples.low),
        "high": _factor(examples.high),
        "updates": _factor(updates.value),
    }
    if cost.factor == 2:
        return _(
            "Twice the batch: {examples} × ({low}–{high}) the examples, {updates} × the updates.",
            **values,
        )
    return _(
        "Half the batch: {examples} × ({low}–{high}) the examples, {updates} × the updates.",
        **values,
    )


def _factor(value: float) -> str:
    return f"{value:.2f}"


def devices_said(
    window: Window | None,
    size: int,
    most: int | None,
    examples: int | None,
    steps: int | None = None,
) -> Iterator[str]:
    """Which batch to try first, and what would change that; before, why none trains.

    Args:
        window: of the log that tells of the noise scale; None where there is none.
        size: the global batch.
        most: the largest global batch that fits into memory in one pass; None if not asked.
        examples: N; None if not known.
        steps: updates an epoch; None if N is not known.
    """
    if steps == 0 and examples:
        yield ngettext(
            "No update is made: a batch of {size:,} is more than the data's {count:,} example, "
            "and the last batch is dropped.",
            "No update is made: a batch of {size:,} is more than the data's {count:,} examples, "
            "and the last batch is dropped.",
            examples,
            size=size,
        )
    if most == 0:
        yield _(
            "By the estimate not even one example fits into a device's memory: there is no batch "
            "to try."
        )
        return
    low, high = (0.0, None) if window is None else window.interval
    scale = (window and window.noise_scale) or 0.0
    bound = min((each for each in (most, examples) if each), default=None)
    if window is not None and high is not None and scale > 0:
        yield _first_said(window, scale, bound, all_data=bound == examples)
        if high <= WIDE * scale:
            yield _(
                "What would change that: the noise scale grows along a run, so measure again "
                "later; and it is within a factor of about {factor} only.",
                factor=OFF,
            )
            return
    elif low >= 1:
        yield _first_at_least(low, bound)
    else:
        yield _(
            "Without a noise scale with an upper end nothing says that {size:,} is too large or "
            "too small.",
            size=size,
        )
        return
    yield _("More measured steps would change that soonest: the interval is wide.")


def _first_said(window: Window, scale: float, bound: int | None, *, all_data: bool) -> str:
    """The batch of a noise scale of which both ends are known, within what memory and data allow.

    A batch of B independent draws has 𝓑/B times as much noise, tr Σ/B, as gradient, ‖G‖².
    """
    if scale < 1:
        return _(
            "Try a batch of 1 first: the noise scale is {scale}, so that even there the gradient "
            "has the larger share.",
            scale=scale_said(window),
        )
    if bound is None or scale < EVEN * bound:
        first = round(scale)
        # Two digits are as many as it has, but beside a bound they might be beyond it.
        near = bound is not None and EVEN * first > bound
        return _(
            "Try a batch of about {first} first: there the noise and the gradient have about equal "
            "shares.",
            first=f"{min(first, bound or first):,}" if near else number(first),
        )
    values = {
        "first": bound,
        "times": number(scale / bound, 3),
        "scale": scale_said(window),
    }
    if all_data:
        return _(
            "Try a batch of {first:,} first, all the data: as many independent draws still have "
            "{times} times as much noise as gradient. The noise scale itself is {scale}.",
            **values,
        )
    return _(
        "Try a batch of {first:,} first, the most that memory allows: there the noise still has "
        "{times} times the gradient's share. The noise scale itself is {scale}.",
        **values,
    )


def _first_at_least(low: float, bound: int | None) -> str:
    """The batch of a noise scale of which the lower end alone is known, at least 1."""
    first, least = int(down(low)), at_least(low)
    if bound is not None and bound < first:
        return _(
            "Try a batch of {first:,} first, the most that memory or data allow: the noise scale "
            "is at least {low}.",
            first=bound,
            low=least,
        )
    return _(
        "Try a batch of about {first} first: the noise scale is at least {low}, so that there the "
        "noise has at least the gradient's share.",
        first=number(first),
        low=least,
    )
