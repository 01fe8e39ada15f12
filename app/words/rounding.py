"""Numbers for people: bounds rounded so that they still hold, and points."""

import math

from app.language.speech import gettext as _
from app.science.arrays import Point
from app.science.replicas import CONFIDENCE
from app.words.numbers import SMALL, number, percent

EVEN = 1e-9  # of the last digit: a bound that close to a round number is that number


def up(value: float, digits: int = 2) -> float:
    """The next number of so many significant digits that is not below.

    >>> up(1.51), up(0.07), up(-1.51), up(0.0)
    (1.6, 0.07, -1.5, 0.0)
    """
    if value == 0 or not math.isfinite(value):
        return value
    unit = 10.0 ** (math.floor(math.log10(abs(value))) + 1 - digits)
    return float(f"{math.ceil(value / unit - EVEN) * unit:.{digits}g}")


def down(value: float, digits: int = 2) -> float:
    """The next one that is not above.

    >>> down(1.59), down(-1.51)
    (1.5, -1.6)
    """
    return -up(-value, digits)


def place(point: Point) -> str:
    """A point's coordinates.

    >>> place((1.23456, -0.0001))
    '(1.235, 0.000)'
    """
    w0, w1 = (round(w, 3) + 0.0 for w in point)
    return f"({w0:.3f}, {w1:.3f})".replace("-", "−")


def at_most(value: float, digits: int = 2) -> str:
    """An upper bound, rounded upwards: above 0 it is said as `SMALL` or more.

    >>> at_most(1.51), at_most(5e-6), at_most(0.0)
    ('1.6', '0.0001', '0')
    """
    return number(up(max(value, SMALL) if value > 0 else value, digits), digits)


def at_least(value: float, digits: int = 2) -> str:
    """A lower bound, rounded downwards: above 0 it is said as 0 up to `SMALL`.

    >>> at_least(1.59), at_least(5e-6), at_least(-1.51)
    ('1.5', '0', '−1.6')
    """
    return "0" if 0 < value < SMALL else number(down(value, digits), digits)


def percent_at_most(share: float) -> str:
    """A share's upper bound, rounded upwards to a whole percent.

    >>> percent_at_most(0.151)
    '16 %'
    """
    return percent(math.ceil(100 * share - EVEN) / 100)


def with_interval(value: float, error: float | None, digits: int = 3) -> str:
    """A value above 0 with its 95 % interval, rounded outwards, unless both are too small."""
    said = number(value, digits)
    if error is None:
        return said
    low, high = value - CONFIDENCE * error, value + CONFIDENCE * error
    if high < SMALL:
        return said
    return _(
        "{value} [{low} to {high}]",
        value=said,
        low=at_least(max(low, 0.0), digits),
        high=at_most(high, digits),
    )
