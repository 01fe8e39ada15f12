"""Numbers for people: as many digits as say something, and no exponents."""

import math

from app.language.speech import gettext as _

SMALL = 1e-4  # of a smaller number only that is said
MOST_DIGITS = 6  # by which two numbers are told from one another
NONE = 1e-12  # a number below 0 by less than this is 0 but for rounding


def batch_size_label(size: int, examples: int) -> str:
    """A batch size for people."""
    return _("B = {size:,} (full)", size=size) if size == examples else f"B = {size:,}"


def number(value: float, digits: int = 2) -> str:
    """Significant digits, never an exponent; what is negative by rounding is 0.

    >>> number(1234.5), number(-0.0123), number(0.0), number(-4e-16), number(3e-5)
    ('1,200', '−0.012', '0', '0', 'less than 0.0001')
    """
    if not math.isfinite(value):
        return str(value)
    if -NONE < value <= 0:
        return "0"
    if 0 < value < SMALL:
        return _("less than {small:.4f}", small=SMALL)
    return exactly(value, digits)


def exactly(value: float, digits: int = 2) -> str:
    """Significant digits however small it is: what is put into a formula, or was given.

    After a sign, = or ×, "less than 0.0001" would be another claim, or none.

    >>> exactly(1234.5), exactly(-0.0123), exactly(0.0), exactly(5e-5)
    ('1,200', '−0.012', '0', '0.00005')
    """
    if value == 0:
        return "0"
    rounded = float(f"{value:.{digits}g}")
    return plain(rounded, digits - 1 - math.floor(math.log10(abs(rounded))))


def told_apart(one: float, other: float, digits: int = 2) -> tuple[str, str]:
    """Two numbers with digits enough to differ, up to `MOST_DIGITS`; the same text if they do not.

    >>> told_apart(1.1311, 1.1299, 3), told_apart(2.0, 1.0), told_apart(0.5, 0.5)
    (('1.131', '1.13'), ('2', '1'), ('0.5', '0.5'))
    """
    for more in range(digits, MOST_DIGITS + 1):
        first, second = number(one, more), number(other, more)
        if first != second:
            return first, second
    return number(one, digits), number(other, digits)


def plain(value: float, places: int) -> str:
    """Rounded to decimal places, or to tens where there are fewer than none; no exponent.

    >>> plain(-0.0684, 2), plain(528166.2, 0), plain(1234.5, -2), plain(8.0, 1)
    ('−0.07', '528,166', '1,200', '8')
    """
    text = f"{round(value, places):z,.{max(0, places)}f}".replace("-", "−")
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(share: float) -> str:
    """A share for people; of something it is never nothing, nor of some of it all."""
    if 0 < share < 0.01:
        return _("less than 1 %")
    return _("more than 99 %") if 0.99 < share < 1 else f"{100 * share:,.0f} %"
