"""Numbers as LaTeX."""

import math
from fractions import Fraction
from functools import lru_cache

KEPT = 500  # numbers
LARGE, SMALL = 1e6, 1e-4  # beyond them numbers have powers of ten
SHORT = 12  # characters of a number that is plain as it stands
DENOMINATOR = 100  # of a number that is a fraction, at most
TWELFTHS = 12  # the same, of π


def latex_number(value: float) -> str:
    r"""A number, with a power of ten where it is long.

    >>> [latex_number(value) for value in (0.1, 1050.0, 1e-8, 2.5e-9, 1 - 0.999)]
    ['0.1', '1050', '10^{-8}', '2.5 \\cdot 10^{-9}', '0.001']
    """
    size = abs(value)
    if value == 0 or SMALL <= size < LARGE:
        return f"{value:.12g}".rstrip(".")
    mantissa, exponent = f"{value:.11e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".")
    power = f"10^{{{int(exponent)}}}"
    if mantissa in ("1", "-1"):
        return mantissa[:-1] + power
    return rf"{mantissa} \cdot {power}"


@lru_cache(maxsize=KEPT)
def latex_constant(value: float) -> str:
    r"""A number, by name where it is one of π, e and fractions to its last bit.

    >>> [latex_constant(value) for value in (2 * math.pi, math.pi / 2, math.e, 1 / 3, 0.3)]
    ['2\\pi', '\\tfrac{\\pi}{2}', 'e', '\\tfrac{1}{3}', '0.3']
    """
    if value < 0:
        return "-" + latex_constant(-value)
    for unit, letter in ((math.pi, r"\pi"), (math.e, "e")):
        found = Fraction(value / unit).limit_denominator(TWELFTHS)
        if found and found.numerator <= DENOMINATOR and value in _roundings(found, unit):
            above = f"{found.numerator}{letter}" if found.numerator > 1 else letter
            return above if found.denominator == 1 else fraction(above, found.denominator)
    if len(repr(value)) > SHORT:
        found = Fraction(value).limit_denominator(DENOMINATOR)
        if found and float(found) == value and found.denominator > 1:
            return fraction(str(found.numerator), found.denominator)
    return latex_number(value)


def _roundings(times: Fraction, unit: float) -> tuple[float, ...]:
    """What a multiple may have been rounded to."""
    above, below = times.numerator, times.denominator
    return above * unit / below, above / below * unit, above * (unit / below)


def fraction(above: str, below: object) -> str:
    """A small fraction."""
    return rf"\tfrac{{{above}}}{{{below}}}"
