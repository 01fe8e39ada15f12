"""Bounds hold after rounding."""

import math
import re
from statistics import NormalDist

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.words.rounding import at_least, at_most, down, percent_at_most, up, with_interval

properties = settings(derandomize=True, deadline=None)


@properties
@given(st.floats(-1e9, 1e9).filter(lambda x: x == 0 or abs(x) > 1e-9), st.integers(1, 4))
def test_bounds_are_near_and_on_their_side(value: float, digits: int) -> None:
    unit = 10.0 ** (math.floor(math.log10(abs(value))) + 1 - digits) if value else 0.0
    assert -1e-8 * unit <= up(value, digits) - value <= 1.001 * unit
    assert -1e-8 * unit <= value - down(value, digits) <= 1.001 * unit
    assert up(up(value, digits), digits) == up(value, digits)


@pytest.mark.parametrize(
    ("value", "said"),
    [(1.51, "1.6"), (1.5, "1.5"), (0.07, "0.07"), (1234.0, "1,300"), (5e-6, "0.0001"), (0.0, "0")],
)
def test_an_upper_bound_is_rounded_upwards(value: float, said: str) -> None:
    assert at_most(value) == said


@pytest.mark.parametrize(
    ("value", "said"), [(1.59, "1.5"), (1234.0, "1,200"), (1e-4, "0.0001"), (5e-6, "0"), (0.0, "0")]
)
def test_a_lower_bound_is_rounded_downwards(value: float, said: str) -> None:
    assert at_least(value) == said


@pytest.mark.parametrize(("share", "said"), [(0.0, "0 %"), (0.07, "7 %"), (0.9801, "99 %")])
def test_a_share_at_most(share: float, said: str) -> None:
    assert percent_at_most(share) == said


NORMAL_95 = NormalDist().inv_cdf(0.975)


@properties
@given(st.floats(1e-3, 1e6), st.floats(0, 0.4))
def test_an_interval_holds_its_ends(value: float, relative: float) -> None:
    error = relative * value
    text = with_interval(value, error).replace(",", "")
    low, high = (float(x) for x in re.findall(r"[\[ ]([\d.]+)(?: to|\])", text))
    assert low <= value - NORMAL_95 * error + 1e-6 * value
    assert high >= value + NORMAL_95 * error - 1e-6 * value
    assert with_interval(value, None) == text.split(" [")[0] or value >= 1000
