"""Where only ε/B matters, in plain words with measured numbers."""

import math
from collections.abc import Iterator

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import ngettext, sentences
from app.science.tradeoff.quotient import TOLERANCE, Apart, Reach, furthest_apart
from app.science.tradeoff.rate_map import RateMap
from app.words.numbers import exactly, number, percent
from app.words.rounding import EVEN, percent_at_most


def rate_map_caption(found: RateMap, known: Reach | None, epochs: int) -> str:
    """What is drawn, how far the quotient decides, where it does not, and what diverges."""
    apart = furthest_apart(found)
    return sentences(
        [
            _quotient(found, known),
            _break(found, apart, known) if apart and apart.ratio > 1 + TOLERANCE else "",
            *_diverged(found),
            ngettext(
                "Median over {replicas} replicas of the loss above the lowest one, averaged over "
                "the last quarter of the updates, after {count:,} epoch of plain SGD, a last, "
                "smaller batch left out: as many examples for every cell.",
                "Median over {replicas} replicas of the loss above the lowest one, averaged over "
                "the last quarter of the updates, after {count:,} epochs of plain SGD, a last, "
                "smaller batch left out: as many examples for every cell.",
                epochs,
                replicas=found.losses.shape[-1],
            ),
            _("The full batch, at the right, is on no diagonal."),
        ]
    )


def _quotient(found: RateMap, known: Reach | None) -> str:
    if known is None:
        return _(
            "Nowhere here does the quotient ε/B alone decide within {share}: along each diagonal, "
            "on which it is the same (dotted), medians differ by more.",
            share=percent_at_most(TOLERANCE),
        )
    ratio = known.ratio
    said = _(
        "Up to a learning rate of {rate} and a batch size of {size:,} only the quotient ε/B "
        "matters: along each diagonal, on which it is the same (solid there), the largest median "
        "is at most {share} above the smallest.",
        rate=exactly(float(found.rates[known.rate]), 3),
        size=int(found.batch_sizes[known.size]),
        share=percent_at_most(ratio.value - 1),
    )
    if not math.isfinite(ratio.high):
        return said
    interval = _(
        "With other replicas that may be {low} to {high} (95 %).",
        low=percent(math.floor(100 * (ratio.low - 1) + EVEN) / 100),
        high=percent_at_most(ratio.high - 1),
    )
    return sentences([said, interval])


def _break(found: RateMap, apart: Apart, known: Reach | None) -> str:
    """The widest gap along a diagonal."""
    (low, least), (high, most) = apart.low, apart.high
    said = _(
        "At {above} the excess loss is {times} times that at {below}, with the same ε/B.",
        above=_cell(found, high, most),
        below=_cell(found, low, least),
        times=number(apart.ratio, 3),
    )
    return sentences([_("Beyond that it does not (dotted).") if known else "", said])


def _cell(found: RateMap, rate: int, size: int) -> str:
    return _(
        "rate {rate}, B = {size:,}",
        rate=exactly(float(found.rates[rate]), 3),
        size=int(found.batch_sizes[size]),
    )


def _diverged(found: RateMap) -> Iterator[str]:
    most, some = np.isinf(found.medians), found.lost > 0
    if most.any():
        yield _(
            "Hatched: in {count} of {cells} cells at least half of the replicas diverge.",
            count=int(most.sum()),
            cells=most.size,
        )
    if (some & ~most).any():
        yield _(
            "Crossed: in {count} more some do, of {replicas}.",
            count=int((some & ~most).sum()),
            replicas=found.losses.shape[-1],
        )
