"""What stands below the figure of a learning rate that rises along one run."""

from collections.abc import Iterator, Sequence

import numpy as np

from app.language.speech import clauses, listed, sentences
from app.language.speech import gettext as _
from app.science.tradeoff.range_test import RangeTest
from app.words.numbers import batch_size_label, exactly, number

ALIKE = 1.5  # factor within which two rates are said to be much the same
DIGITS = 2
ROUNDING = 1e-9  # a rate that is higher by less is the same


def range_test_caption(tests: Sequence[RangeTest], updates: int) -> str:
    """How it was made, where each batch size falls fastest, turns and is lost; and why."""
    first = tests[0]
    return sentences(
        [
            _(
                "Plain SGD, one run of {updates:,} updates a batch size, its rate rising by the "
                "same factor each update from {low} to {high}; median and 5–95 % of {replicas} "
                "replicas.",
                updates=updates,
                low=_rate(first, 0),
                high=_rate(first, -1),
                replicas=first.losses.shape[1],
            ),
            _("{ends}.", ends=clauses(map(_end, tests))),
            *_why(tests),
            _(
                "Dashed: 2/λ₁ = {stable}, the most that a batch of all examples bears at the "
                "lowest minimum.",
                stable=exactly(first.stable, DIGITS),
            )
            if first.stable is not None
            else "",
            _passed(tests, first.stable, updates) if first.stable is not None else "",
        ]
    )


def _passed(tests: Sequence[RangeTest], stable: float, updates: int) -> str:
    """Which batch sizes have not turned at the rate that is stable, and how that may be."""
    passed = [
        batch_size_label(test.batch_size, test.examples)
        for test in tests
        if test.steepest is not None and test.rates[test.lowest] > stable
    ]
    if not passed:
        return ""
    rates = np.geomspace(tests[0].rates[0], tests[0].rates[-1], updates)
    return _(
        "Not turned there yet: {sizes}. A run near that minimum leaves it by a factor an update, "
        "so that a small rest in the steepest direction takes updates to show, and {count:,} of "
        "{updates:,} are beyond; a run farther off may bear more.",
        sizes=listed(passed),
        count=int((rates > stable * (1 + ROUNDING)).sum()),
        updates=updates,
    )


def _rate(test: RangeTest, point: int) -> str:
    return exactly(float(test.rates[point]), DIGITS)


def _end(test: RangeTest) -> str:
    said = {
        "size": batch_size_label(test.batch_size, test.examples),
        "lowest": _rate(test, test.lowest),
    }
    if test.steepest is None:
        return _("{size} never comes below its start", **said)
    said["steepest"] = _rate(test, test.steepest)
    if not test.turns:
        return _("{size} falls fastest at {steepest} and has not turned at the last rate", **said)
    if test.out is None:
        return _(
            "{size} falls fastest at {steepest}, turns at {lowest} and stays below its start",
            **said,
        )
    return _(
        "{size} falls fastest at {steepest}, turns at {lowest} and is first above its start again "
        "at {out}",
        **said,
        out=_rate(test, test.out),
    )


def _why(tests: Sequence[RangeTest]) -> Iterator[str]:
    """Whether the batch size decides where it falls fastest, and where it turns."""
    known = sorted(
        (test for test in tests if test.steepest is not None), key=lambda test: test.batch_size
    )
    falls = [float(test.rates[test.steepest or 0]) for test in known]
    if len(falls) > 1 and max(falls) <= ALIKE * min(falls):
        yield _(
            "The fall is fastest at much the same rate whatever the batch size: it is the mean "
            "gradient's."
        )
    turned = [test for test in known if test.turns]
    if len(turned) < 2:
        return
    small, large = turned[0], turned[-1]
    times = float(large.rates[large.lowest] / small.rates[small.lowest])
    if times > ALIKE:
        yield _(
            "The turn comes at {times} times the rate with {large} as with {small}: what noise "
            "adds follows the rate over the batch size, and outweighs the fall sooner in a small "
            "batch.",
            times=number(times),
            large=batch_size_label(large.batch_size, large.examples),
            small=batch_size_label(small.batch_size, small.examples),
        )
    elif times > 1 / ALIKE:
        yield _(
            "The turn comes at much the same rate with {large} as with {small}.",
            large=batch_size_label(large.batch_size, large.examples),
            small=batch_size_label(small.batch_size, small.examples),
        )
