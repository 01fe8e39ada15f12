"""Numbers for people."""

import pytest

from app.words.numbers import exactly, number


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-4.441e-16, "0"),
        (8e-25, "less than 0.0001"),
        (0.99e-4, "less than 0.0001"),
        (1e-4, "0.0001"),
        (-3e-5, "−0.00003"),
        (-0.0684, "−0.068"),
        (99.6, "100"),
        (-1234.0, "−1,200"),
        (1e13, "10,000,000,000,000"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (4.5e-6, "0.0000045"), (-3e-5, "−0.00003"), (1234.0, "1,200")]
)
def test_what_stands_in_a_formula_is_said_however_small(value: float, text: str) -> None:
    assert exactly(value) == text
