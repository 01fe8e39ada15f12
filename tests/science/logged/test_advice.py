"""What another batch size would cost."""

import math
from dataclasses import replace

import numpy as np
import pytest

from app.science.logged.advice import (
    FACTORS,
    Advice,
    advise,
    relative_examples,
    relative_rate,
    relative_updates,
)
from app.science.logged.log import Header
from app.science.logged.windows import Window

WINDOW = Window(
    first=0, last=99, steps=20, batch_size=32, noise_scale=400, low=300, high=600,
    block_low=None, block_high=None, gradient_squared=1, noise_trace=400, loss=0.5, lr=0.1,
    exact=None,
)  # fmt: skip
SGD = Header(optimizer="sgd")


def told(header: Header, *windows: Window) -> Advice:
    found = advise(header, windows)
    assert found
    return found


def twice(advice: Advice) -> int:
    return [cost.factor for cost in advice.costs].index(2)


def test_it_is_the_papers_formula() -> None:
    factors = np.array([0.5, 1.0, 2.0])
    for scale in (3.0, 400.0):
        updates = (1 + scale / (32 * factors)) / (1 + scale / 32)
        examples = (1 + 32 * factors / scale) / (1 + 32 / scale)
        assert relative_updates(scale, 32, factors) == pytest.approx(updates)
        assert relative_examples(scale, 32, factors) == pytest.approx(examples)
    assert relative_examples(np.inf, 32, factors).tolist() == [1, 1, 1]
    assert relative_updates(np.inf, 32, factors).tolist() == [2, 1, 0.5]
    assert relative_updates(0, 32, factors).tolist() == [1, 1, 1]


def test_the_rate_is_the_papers_and_rises_beyond_the_noise_scale() -> None:
    factors = np.array([0.5, 1.0, 2.0, 16.0])
    for scale in (3.0, 32.0, 400.0):
        rates = (1 + scale / 32) / (1 + scale / (32 * factors))
        assert relative_rate(scale, 32, factors) == pytest.approx(rates)
    assert relative_rate(32, 32, np.array([1e9])) == pytest.approx(2)  # half of its limit at it
    assert relative_rate(0, 32, factors).tolist() == [1, 1, 1, 1]
    assert relative_rate(np.inf, 32, factors).tolist() == factors.tolist()


def test_the_interval_is_a_band_about_it() -> None:
    advice = told(SGD, WINDOW)
    for cost in advice.costs:
        for span in (cost.updates, cost.examples, cost.rate):
            assert span
            assert span.low <= span.value <= span.high
    cost = advice.costs[twice(advice)]
    assert cost.examples
    assert cost.examples.low == pytest.approx((600 + 64) / (600 + 32))
    assert cost.examples.high == pytest.approx((300 + 64) / (300 + 32))
    assert advice.costs[0].batch_size == 4
    assert [cost.factor for cost in told(SGD, replace(WINDOW, batch_size=4)).costs] == list(
        FACTORS[1:]
    )


def test_an_open_interval_costs_no_more_examples_in_the_end() -> None:
    advice = told(SGD, replace(WINDOW, noise_scale=None, high=None))
    cost = advice.costs[twice(advice)]
    assert cost.examples
    assert (cost.examples.low, math.isfinite(cost.examples.high)) == (1, True)


def test_blocks_go_before_single_steps() -> None:
    advice = told(SGD, replace(WINDOW, block_low=100.0, block_high=None))
    cost = advice.costs[twice(advice)]
    assert cost.examples
    assert cost.examples.high == pytest.approx(164 / 132)
    assert cost.examples.low == 1


def test_the_last_window_that_tells_something_is_taken() -> None:
    nothing = replace(WINDOW, noise_scale=None, low=0, high=None, last=199)
    negative = replace(WINDOW, noise_scale=-3.0, low=0, last=199)
    blurred = replace(WINDOW, block_low=0.0, block_high=None, last=199)
    for last in (nothing, negative, blurred):
        assert told(SGD, WINDOW, last).window == WINDOW
        assert advise(SGD, (last,)) is None


@pytest.mark.parametrize(
    ("optimizer", "rule", "claims"),
    [
        ("sgd", "linear", True), ("nesterov", "linear", True), ("adamw", "sqrt", False),
        ("rmsprop", None, False), ("", None, True), ("shampoo", None, True),
    ],
)  # fmt: skip
def test_what_is_not_known_to_hold_is_not_said(
    optimizer: str, rule: str | None, claims: bool
) -> None:
    advice = told(Header(optimizer=optimizer), WINDOW)
    assert advice.rule == rule
    assert (advice.costs_refused is None) == claims
    cost = advice.costs[twice(advice)]
    assert (cost.updates is not None) == (cost.examples is not None) == claims
    assert (cost.rate is not None) == (rule is not None)
    if rule == "sqrt":
        assert cost.rate
        assert cost.rate.value == pytest.approx(math.sqrt(2))
