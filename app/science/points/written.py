"""Packed points as people read them: as a table, and what rounding did to them."""

import math
from collections.abc import Iterator

import numpy as np

from app.science.arrays import FloatArray
from app.science.message import Message
from app.science.points.packed import unpack
from app.science.points.points import STEPS, Points

_FINER = 1  # digits beyond a step, so that a number is by far nearest to its own
SLIGHT = 0.51 / 10**_FINER  # of a step: by so much a table itself may round


def table_of(points: str) -> str:
    """Packed points as CSV, which packed again gives the same text.

    Ends are written in full, other numbers to a tenth of a step or finer.

    Raises:
        ParameterError: as `unpack`.

    >>> print(table_of("line1_3_0_3_-1_2_AAKq____AAVVW32b"))
    x,y
    0,2
    0.49963,-1
    3,0
    """
    columns = unpack(points).columns
    rows = zip(*map(_texts, columns.values()), strict=True)
    return "\n".join([",".join(columns), *map(",".join, rows)])


def rounding(points: Points, packed: str) -> Iterator[Message]:
    """What packing did to each coordinate that it moved, a sentence each, beyond `SLIGHT`."""
    kept = unpack(packed).columns
    for name, step in points.resolution.items():
        moved = float(np.abs(kept[name] - points.columns[name]).max())
        if moved > SLIGHT * step:
            yield Message(
                "{name} is rounded to steps of {step:.3g} for the link, by {moved:.3g} at most.",
                name=name,
                step=step,
                moved=moved,
            )


def _texts(values: FloatArray) -> list[str]:
    low, high = float(values.min()), float(values.max())
    digits = _FINER - math.floor(math.log10((high - low) / STEPS))
    numbers = (v if v in (low, high) else round(v, digits) for v in values.tolist())
    return [repr(number + 0.0).removesuffix(".0") for number in numbers]
