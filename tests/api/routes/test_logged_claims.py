"""What is said of a log, recomputed from its numbers: planted noise scales, 20 seeds."""

import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from app.science.logged.packed import pack, summed
from tests.science.logged.made import drawn, log

SEEDS = range(20)
TWICE = re.compile(
    r"Twice the batch: ([\d.]+) × \(([\d.]+)–([\d.]+)\) the examples, ([\d.]+) × the updates\."
)
RATE = re.compile(r"Twice the batch: ([\d.]+) × \(([\d.]+)–([\d.]+)\) the learning rate, which")
FIRST = re.compile(r"Try a batch of about ([\d,]+) first")


def interval(window: dict[str, Any]) -> tuple[float, float | None]:
    """That of the blocks, where there is one."""
    of = "" if window["block_low"] is None else "block_"
    return window[f"{of}low"], window[f"{of}high"]


def told(window: dict[str, Any]) -> bool:
    """Whether a window tells something of its noise scale."""
    scale, (low, high) = window["noise_scale"], interval(window)
    return bool(low > 0 or (scale and scale > 0 and high is not None))


def examples(scale: float | None, batch: float, factor: float) -> float:
    """To the same loss at so many times the batch, relative (McCandlish et al. 2018)."""
    return 1.0 if scale is None else (1 + factor * batch / scale) / (1 + batch / scale)


@pytest.mark.parametrize("scale", [10.0, 100.0, 1000.0])
def test_sentences_follow_from_the_numbers_beside_them(
    get: Callable[..., httpx.Response], scale: float
) -> None:
    held = 0
    for seed in SEEDS:
        lines = drawn(60, (8, 8, 4), scale, seed)
        packed = pack(summed(log(lines, notes=[], data=50_000)))
        said = get(f"/api/v1/logged?log={packed}").json()
        last = next((each for each in reversed(said["windows"]) if told(each)), None)
        if last is None:
            assert said["advice"] is None
            continue
        low, high = interval(last)
        middle = last["noise_scale"] if (last["noise_scale"] or 0) > 0 else low
        low, high = min(low, middle), None if high is None else max(high, middle)
        batch = last["batch_size"]
        found = TWICE.match(said["advice"]["sentence"])
        assert found
        ends = examples(high, batch, 2), 2.0 if low == 0 else examples(low, batch, 2)
        own = (examples(middle, batch, 2), *ends, examples(middle, batch, 2) / 2)
        assert [float(each) for each in found.groups()] == pytest.approx(own, abs=0.00501)
        rate = RATE.match(said["advice"]["rate"])
        assert rate
        rates = [2 / each for each in (own[0], ends[1], ends[0])]  # (1 + 𝓑/B)/(1 + 𝓑/2B)
        assert [float(each) for each in rate.groups()] == pytest.approx(rates, abs=0.00501)
        held += low <= scale and (high is None or scale <= high)
        first = get(f"/api/v1/devices?log={packed}&lang=en").json()["first"]
        tried = FIRST.match(first)
        assert tried
        number = float(tried[1].replace(",", ""))
        if high is not None:
            assert "have about equal shares" in first
            assert number == pytest.approx(middle, rel=0.06, abs=0.5)
        else:
            assert "the noise scale is at least" in first
            assert 0.9 * low - 1 <= number <= low
        assert ("interval is wide" in first) == (high is None or high > 4 * middle)
    assert held >= 15, held  # of 20 windows at 95 %
