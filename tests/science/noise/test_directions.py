"""Angles against the textbook arccosine, and their summary against numpy's."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.science.noise.directions import angles, summarise

properties = settings(derandomize=True, deadline=None, max_examples=100)
turns = st.floats(-math.pi, math.pi)
lengths = st.floats(1e-6, 1e6)


@pytest.mark.parametrize(
    ("vector", "reference", "degrees"),
    [
        ((2, 0), (5, 0), 0),
        ((0, 3), (1, 0), 90),
        ((0, -3), (1, 0), 90),
        ((-1, 0), (1, 0), 180),
        ((1, 1), (1, 0), 45),
        ((0.1 + 0.2, 0.3), (0.3, 0.3), 0),  # along one line but for rounding
        ((-0.1 - 0.2, -0.3), (0.3, 0.3), 180),
        ((1, 0), (1, 1e-9), math.degrees(1e-9)),  # an arccosine says 0
    ],
)
def test_angles(
    vector: tuple[float, float], reference: tuple[float, float], degrees: float
) -> None:
    found = angles(np.array([vector], dtype=float), np.array(reference, dtype=float))
    assert found == pytest.approx([degrees], rel=1e-12)


@properties
@given(turns, turns, lengths, lengths)
def test_an_angle_is_that_of_the_arccosine(a: float, b: float, r: float, s: float) -> None:
    vector = r * np.array([math.cos(a), math.sin(a)])
    reference = s * np.array([math.cos(b), math.sin(b)])
    cosine = np.clip(vector @ reference / (r * s), -1, 1)
    assert 0 <= angles(vector, reference) <= 180
    assert math.cos(math.radians(angles(vector, reference))) == pytest.approx(cosine, abs=1e-12)


@properties
@given(st.lists(st.floats(0, 180), min_size=1, max_size=30))
def test_summary(values: list[float]) -> None:
    degrees = np.array(values)
    found = summarise(degrees)
    assert found is not None
    assert found.count == len(values)
    assert found.uphill == sum(value > 90 for value in values) / len(values)
    for spread, sample in (
        (found.angle_degrees, degrees),
        (found.cosine, np.cos(np.radians(degrees))),
    ):
        assert spread.mean == pytest.approx(sample.mean(), abs=1e-12)
        quantiles = [np.quantile(sample, q) for q in (0.05, 0.5, 0.95)]
        assert spread[1:] == pytest.approx(quantiles, abs=1e-12)
    assert all(-1 <= value <= 1 for value in found.cosine)


def test_no_angle_has_no_summary() -> None:
    assert summarise(np.array([])) is None
