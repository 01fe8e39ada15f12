"""The ranges of axes around what they are to show."""

import math
from collections.abc import Iterable, Sequence

import numpy as np

from app.figures.figure import Part
from app.science.arrays import FloatArray

SHOWN = 0.99  # the axes reach to this quantile of the gradients
ROOM = 0.06  # of a range, free at each of its ends


def gradient_ranges(dots: FloatArray, means: FloatArray) -> list[list[float]]:
    """Ranges of both axes: zero, the means and nearly all dots, of shape (2, P)."""
    most = np.quantile(dots, (1 - SHOWN, SHOWN), axis=1)
    values = np.concatenate([np.zeros((1, 2)), means, most])
    low, high = values.min(axis=0), values.max(axis=0)
    wide = float(np.max(high - low)) or 1.0
    # Beside the longer side even the shorter one is never without width.
    room = ROOM * np.maximum(high - low, wide)
    ranges: list[list[float]] = np.column_stack([low - room, high + room]).tolist()
    return ranges


def square(points: FloatArray) -> list[list[float]]:
    """Ranges of equal length around points, of shape (P, 2)."""
    low, high = points.min(axis=0), points.max(axis=0)
    reach = (0.5 + ROOM) * float(np.max(high - low)) or 1.0
    middle = (low + high) / 2
    ranges: list[list[float]] = np.column_stack([middle - reach, middle + reach]).tolist()
    return ranges


def round_down(value: float, digits: Sequence[float] = (1, 2, 5)) -> float:
    """A value above 0 rounded down to one of the digits times a power of ten.

    >>> [round_down(value) for value in (0.3, 1, 4.9, 70)]
    [0.2, 1.0, 2.0, 50.0]
    """
    power = math.floor(math.log10(value))
    digit = max(d for d in digits if d * 10.0**power <= value * (1 + 1e-9))
    return float(f"{digit}e{power}")


def estimated(traces: Iterable[Part]) -> FloatArray:
    """What traces draw up, and the ends of the intervals of those that are estimates."""
    several = [np.empty(0)]
    for trace in traces:
        y = np.asarray(trace["y"], np.float64)
        several.append(y)
        if trace["meta"]["role"] == "estimate":
            bars = trace["error_y"]
            several += [y - bars["arrayminus"], y + bars["array"]]
    return np.concatenate(several)


def lowest_power(y: FloatArray) -> float:
    """Where a logarithmic axis begins, in powers of ten.

    A lower end of nearly 0 is no reason for powers of ten that nothing else is in.
    """
    return float(np.log10(max(y.min(), np.quantile(y, 0.05) / 10))) - 0.1
