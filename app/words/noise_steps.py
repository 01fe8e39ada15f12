"""What one step gains, and which rates updates bear, in plain words with measured numbers."""

import math
from collections.abc import Iterator

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import listed, sentences, translated
from app.science.steps.gain import StepGains
from app.science.steps.stable_rate import StableRates
from app.words.caption import Caption
from app.words.noise import size_said
from app.words.numbers import NONE, SMALL, exactly, number
from app.words.rounding import percent_at_most

MOST = 10**9  # a rise of the loss beyond is not said in full
ROUNDING = 1e-9  # a smaller share of a rate is no error but rounding


def gain_caption(gains: StepGains, asked: list[int], outside: int) -> Caption:
    """By how much one step lowers the loss at each batch size asked for, and what theory says."""
    return Caption(
        _(
            "One step at ε = {rate} changes the loss, on average, by {clauses}.",
            rate=exactly(gains.rate),
            clauses=listed(_changes(gains, asked)),
        ),
        [
            _best(gains, asked),
            _half(gains),
            _(
                "Dots are means over {draws:,} mini-batches each with 95 % intervals, at ε filled, "
                "at the best rate open; lines are theory.",
                draws=gains.draws,
            )
            if gains.theory
            else _(
                "Dots are means over {draws:,} mini-batches each with 95 % intervals.",
                draws=gains.draws,
            ),
            _theory(gains),
            _("Dots below the picture: {count:,}.", count=outside) if outside else "",
        ],
    )


def _changes(gains: StepGains, asked: list[int]) -> Iterator[str]:
    for size, gain in zip(gains.batch_sizes, gains.fixed, strict=True):
        if size in asked:
            yield _(
                "{change} with {size}",
                change=signed(-gain.mean),
                size=size_said(size, gains.examples),
            )


def signed(value: float) -> str:
    """A change for people, its sign always said.

    >>> signed(0.25), signed(-0.25), signed(0.0), signed(1e20)
    ('+0.25', '−0.25', '0', 'more than 1,000,000,000')
    >>> signed(5e-6), signed(-5e-6)
    ('less than 0.0001 upwards', 'less than 0.0001 downwards')
    """
    if value > MOST:
        return _("more than {most:,}", most=MOST)
    if abs(value) < NONE:
        return "0"
    if abs(value) < SMALL:
        return (
            _("less than {small:.4f} upwards", small=SMALL)
            if value > 0
            else _("less than {small:.4f} downwards", small=SMALL)
        )
    return f"{'+' if value > 0 else '−'}{number(abs(value), 3)}"


def _best(gains: StepGains, asked: list[int]) -> str:
    if gains.best is None:
        return _(
            "No rate is best here: there is no slope, or the loss does not curve upwards along it."
        )
    best = [
        (size_said(size, gains.examples), gain)
        for size, gain in zip(gains.batch_sizes, gains.best, strict=True)
        if size in asked
    ]
    clauses = listed(
        _(
            "{rate} for {size} ({change})",
            rate=number(gain.rate),
            size=size,
            change=signed(-gain.mean),
        )
        for size, gain in best
    )
    if gains.exact:
        return _(
            "Its best rate would be {clauses}; the change measured there is in brackets.",
            clauses=clauses,
        )
    text = _(
        "By the quadratic theory its best rate would be {clauses}; the change measured there is "
        "in brackets.",
        clauses=clauses,
    )
    worse = [size for size, gain in best if gain.interval[1] < 0]
    rises = _(
        "With {sizes} the loss rises there, on average: so far the theory does not reach.",
        sizes=listed(worse),
    )
    return sentences([text, rises if worse else ""])


def _half(gains: StepGains) -> str:
    """The batch size at which noise costs half of the best gain."""
    if not gains.theory:
        return ""
    scale = gains.theory.noise_scale
    if scale < 1:
        return _("Noise costs less than half of what the best step gains, even with batch size 1.")
    return _(
        "Noise costs half of what the best step gains at batch size {size}.",
        size=number(gains.theory.half_batch_size),
    )


def _theory(gains: StepGains) -> str:
    if gains.theory is None:
        return _("Theory is left out, as it needs such a rate.")
    if gains.exact:
        return _("The loss is quadratic, so theory is exact.")
    predicted = np.array([gains.theory.gain(gains.rate, size) for size in gains.batch_sizes])
    measured = np.array([gain.mean for gain in gains.fixed])
    miss = float(np.abs(predicted - measured).max() / np.abs(measured).max())
    return _(
        "The loss is not quadratic, so theory, which goes to second order, is off: at ε by up to "
        "{share} of the largest change.",
        share=percent_at_most(miss),
    )


def stable_caption(rates: StableRates, asked: list[int], rate: float) -> Caption:
    """Up to which rate each batch size asked for is stable, and where the page's own lies."""
    limit = exactly(rates.limit, 3)
    known = list(zip(rates.batch_sizes.tolist(), rates.exact.tolist(), strict=True))
    if rates.tilts_alone:
        claim = _(
            "Every batch size is stable up to ε = {limit}: the examples differ in slope alone, "
            "not in curvature.",
            limit=limit,
        )
    else:
        claim = _(
            "The largest stable learning rate is {clauses}.",
            clauses=listed(
                _(
                    "{rate} with {size}",
                    rate=exactly(exact, 3),
                    size=size_said(size, rates.examples),
                )
                for size, exact in known
                if size in asked
            ),
        )
    return Caption(
        claim,
        [
            _above(rates, asked, rate),
            _(
                "The line is exact, from the curvature of all examples; dashed is 2/λ, the limit "
                "of the full batch. Dots are measured on {draws:,} mini-batches each, with 95 % "
                "intervals.",
                draws=rates.draws,
            ),
            _agreement(rates),
            _(
                "Stable means that the mean square distance to the minimum shrinks to a floor; "
                "beyond, it grows, though single runs may stay for long."
            ),
            _(
                "The batches of all updates are taken to be independent: those of one "
                "permutation are not, and may bear more or less."
            ),
        ],
    )


def _agreement(rates: StableRates) -> str:
    exact = dict(zip(rates.batch_sizes.tolist(), rates.exact.tolist(), strict=True))
    away = [
        abs(measured.rate - exact[size]) / measured.error
        for size, measured in rates.measured.items()
        if measured.error > ROUNDING * measured.rate
    ]
    if not away:
        return ""
    return _(
        "They are within {errors:.1f} standard errors of it.", errors=math.ceil(10 * max(away)) / 10
    )


def _above(rates: StableRates, asked: list[int], rate: float) -> str:
    over = [
        size_said(size, rates.examples)
        for size, exact in zip(rates.batch_sizes.tolist(), rates.exact.tolist(), strict=True)
        if size in asked and rate >= exact
    ]
    if over:
        return _("ε = {rate} is too much for {sizes}.", rate=exactly(rate), sizes=listed(over))
    return _("ε = {rate} is below all of these.", rate=exactly(rate))


def stable_refused(reason: str) -> Caption:
    """Why there is no figure."""
    return Caption(
        _("No rate can be called the largest stable one here."),
        [
            _("{reason}.", reason=translated(reason)),
            _(
                "It is defined where every example's loss is quadratic, as on 'Least squares' "
                "and 'Bowl'."
            ),
        ],
    )
