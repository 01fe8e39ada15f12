"""What is said of a reader's own run, against the numbers that it is said of."""

import re
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from app.science.logged.windows import Window
from app.words.logged import WIDE, devices_said

WINDOW = Window(
    first=0, last=99, steps=20, batch_size=32, noise_scale=400, low=300, high=600,
    block_low=None, block_high=None, gradient_squared=1, noise_trace=400, loss=0.5, lr=0.1,
    exact=None,
)  # fmt: skip
TRIED = re.compile(r"Try a batch of (about )?([\d,]+) first")
TIMES = re.compile(r"([\d,.]+) times")
LEAST = re.compile(r"the noise scale is at least ([\d,.]+)[,.]")
BOUNDS = (None, 1, 50, 73, 1437, 1460, 10**6)


def said(window: Window | None, most: int | None = None, examples: int | None = None) -> str:
    return " ".join(devices_said(window, 32, most, examples))


def number(text: str) -> float:
    return float(text.replace(",", ""))


@pytest.mark.parametrize("blocks", [False, True])
@pytest.mark.parametrize("scale", [0.1, 0.97, 1.0, 1.4, 7.0, 49.0, 52.0, 76.0, 1455.0, 40343.0])
def test_a_batch_to_try_has_the_shares_that_are_said(scale: float, blocks: bool) -> None:
    window = replace(WINDOW, noise_scale=scale, low=scale / 2, high=2 * scale)
    if blocks:  # then the others are not gone by
        narrow: dict[str, Any] = {
            "low": scale,
            "high": scale,
            "block_low": scale / 2,
            "block_high": 2 * scale,
        }
        window = replace(window, **narrow)
    for most, examples in product(BOUNDS, BOUNDS):
        text = said(window, most, examples)
        found = TRIED.search(text)
        assert found
        first = number(found[2])
        bound = min((each for each in (most, examples) if each), default=10**9)
        assert 1 <= first <= bound
        share = scale / first  # tr Σ/B ÷ ‖G‖²
        if "about equal shares" in text:
            assert 1 / 1.5 < share < 1.5
            assert abs(scale - first) < max(0.5, 0.06 * scale)
        elif "the gradient has the larger share" in text:
            assert share < 1
        else:
            times = TIMES.search(text)
            assert times
            assert number(times[1]) == pytest.approx(share, rel=0.01)
            assert share >= 1.05
            assert first == bound
            assert ("all the data" in text) == (bound == examples)
            assert ("that memory allows" in text) == (bound != examples)
        assert "interval is wide" not in text
        assert "within a factor of about 4 only" in text


@pytest.mark.parametrize("low", [1.0, 1.9, 29.0, 92.4, 226.0, 1234.0])
@pytest.mark.parametrize("scale", [None, -3.0, 5000.0])
def test_of_an_open_interval_the_lower_end_is_said(low: float, scale: float | None) -> None:
    for open_ in (
        replace(WINDOW, noise_scale=scale, low=low, high=None),
        replace(WINDOW, noise_scale=scale, block_low=low, block_high=None),
    ):
        for most, examples in product(BOUNDS, BOUNDS):
            text = said(open_, most, examples)
            found, least = TRIED.search(text), LEAST.search(text)
            assert found
            assert least
            bound = min((each for each in (most, examples) if each), default=10**9)
            assert number(least[1]) <= low
            assert number(found[2]) <= min(low, bound)
            assert number(found[2]) == min(int(number(least[1])), bound)
            assert "equal" not in text
            assert "interval is wide" in text


@pytest.mark.parametrize(
    "window",
    [
        None,
        replace(WINDOW, low=0, high=None),
        replace(WINDOW, low=0.4, high=None),
        replace(WINDOW, block_low=0.0, block_high=None),
        replace(WINDOW, noise_scale=-2.0, low=0, high=10.0),
        replace(WINDOW, noise_scale=None, low=0, high=None),
    ],
)
def test_where_neither_end_tells_nothing_is_tried(window: Window | None) -> None:
    text = said(window, 8, 100)
    assert text.startswith("Without a noise scale with an upper end nothing says that 32 is")
    assert not TRIED.search(text)


def test_a_wide_interval_is_told_of_by_the_one_that_is_gone_by() -> None:
    wide: dict[str, Any] = {"high": WIDE * 400 + 1.0}
    assert "interval is wide" in said(replace(WINDOW, **wide))
    assert "interval is wide" not in said(replace(WINDOW, high=WIDE * 400.0))
    assert "interval is wide" not in said(
        replace(WINDOW, **wide, block_low=300.0, block_high=600.0)
    )
    assert "interval is wide" in said(replace(WINDOW, block_low=1.0, block_high=1e9))
