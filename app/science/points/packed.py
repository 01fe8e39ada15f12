"""Points as text for a link, and back.

The text has letters, digits, ``.``, ``-`` and ``_`` alone, which no link writes otherwise::

    line1_500_-2.5_3.25_0_10_AAf…

These are the kind with the version of this form, the number of points, the smallest and the largest
number of each coordinate, which are exact, and then in base64url: each coordinate's points after
one another in 12 bits, labels in one, zeros up to a whole byte, and three bytes of a check sum.
"""

import re
from base64 import urlsafe_b64decode

import numpy as np
from numpy.typing import NDArray

from app.science.arrays import BoolArray, FloatArray
from app.science.message import Message
from app.science.points.points import BITS, KINDS, LABEL, LARGEST, STEPS, Points, most
from app.science.sealed import SUM_BYTES, base64, check_sum, refusal

VERSION = 1
LONGEST = 8192  # characters of a text that is looked at at all
_TEXT = re.compile(
    rf"({'|'.join(KINDS)}){VERSION}_([1-9][0-9]{{0,3}})_((?:[-.e0-9]{{1,25}}_){{4}})([-\w]*)",
    re.ASCII,
)
_PLACES = np.arange(BITS - 1, -1, -1)


def pack(points: Points) -> str:
    """Points as text, their coordinates rounded to 12 bits between their smallest and largest.

    >>> columns = {"x": np.array([0.0, 0.5, 3.0]), "y": np.array([2.0, -1.0, 0.0])}
    >>> pack(Points(columns))
    'line1_3_0_3_-1_2_AAKq____AAVVW32b'
    """
    bounds = [end for name in points.coordinates for end in _ends(points.columns[name])]
    head = "_".join([f"{points.kind}{VERSION}", str(points.count), *map(_text, bounds)])
    bits = [
        column > 0 if name == LABEL else _bits(column) for name, column in points.columns.items()
    ]
    body = np.packbits(np.concatenate(bits)).tobytes()
    return f"{head}_{base64(body + check_sum(head, body))}"


def unpack(text: str) -> Points:
    """The points of a text that `pack` made: packed again, they give the same text.

    Raises:
        ParameterError: any other text: cut off, lengthened, changed in a letter, or of more
            points than are allowed.

    >>> unpack("line1_3_0_3_-1_2_AAKq____AAVVW32b").columns["y"]
    array([ 2., -1.,  0.])
    """
    found = _TEXT.fullmatch(text) if len(text) <= LONGEST else None
    if not found:
        raise refusal("points", text, Message("a text that /api/v1/points answers"))
    kind, count, bounds = found[1], int(found[2]), found[3].rstrip("_").split("_")
    names = KINDS[kind]
    lengths = [count if name == LABEL else count * BITS for name in names]
    size = (sum(lengths) + 7) // 8 + SUM_BYTES
    if count > most(kind):
        raise refusal("points", text, Message("at most {most:,} points", most=most(kind)))
    needed = (size * 8 + 5) // 6
    if len(found[4]) != needed:
        whole = Message(
            "whole: after the last bound {count:,} points take {needed:,} characters, and there are {there:,}",  # noqa: E501
            count=count,
            needed=needed,
            there=len(found[4]),
        )
        raise refusal("points", text, whole)
    content = urlsafe_b64decode(found[4] + "=" * (-needed % 4))
    body = content[:-SUM_BYTES]
    try:
        bits = np.unpackbits(np.frombuffer(body, np.uint8), count=sum(lengths)).astype(bool)
        parts = dict(zip(names, np.split(bits, np.cumsum(lengths)[:-1]), strict=True))
        columns = {
            name: _column(parts[name], *map(float, ends))
            for name, ends in zip(names, (bounds[:2], bounds[2:]), strict=False)
        }
        if LABEL in parts:
            columns[LABEL] = np.where(parts[LABEL], 1.0, -1.0)
        points = Points(columns)
        same = pack(points) == text
    except ValueError:  # bounds that are no numbers, or points that are refused
        same = False
    if not same:
        raise refusal("points", text, Message("a text as it was made: this one was changed"))
    return points


def _ends(values: FloatArray) -> tuple[float, float]:
    return float(values.min()), float(values.max())


def _text(value: float) -> str:
    """A float64 in full, in as few letters as that takes, none of them a plus sign."""
    return repr(value + 0.0).removesuffix(".0").replace("e+", "e")


def _bits(values: FloatArray) -> BoolArray:
    low, high = _ends(values)
    levels = np.rint((values - low) / (high - low) * STEPS).astype(np.int64)
    bits: BoolArray = (levels[:, None] >> _PLACES & 1).astype(bool).ravel()
    return bits


def _column(bits: NDArray[np.bool_], low: float, high: float) -> FloatArray:
    if max(abs(low), abs(high)) > LARGEST:
        raise ValueError
    levels = bits.reshape(-1, BITS) @ (1 << _PLACES)
    values: FloatArray = np.where(levels == STEPS, high, low + (high - low) * levels / STEPS)
    return values
