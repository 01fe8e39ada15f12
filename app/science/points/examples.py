"""Points to begin with."""

from functools import cache

import numpy as np

from app.science.points.packed import pack
from app.science.points.points import LABEL, Points

COUNT = 60  # of an example's points
RARE = (20, 200)  # points of the rare class, of so many


@cache
def example_points(kind: str) -> str:
    """Packed points of a kind: about a curve, or two classes that overlap."""
    rng = np.random.default_rng(3)
    x, other, noise = rng.standard_normal((3, COUNT)).round(2)
    if kind == "line":
        return pack(Points({"x": x, "y": (2 * np.tanh(x) + 0.4 * noise).round(2)}))
    label = np.where(x - other + 0.7 * noise > 0, 1.0, -1.0)
    return pack(Points({"x0": x, "x1": other, LABEL: label}))


@cache
def rare_points() -> str:
    """Packed points of two classes that overlap, told apart by x0, of which one is rare."""
    few, count = RARE
    rng = np.random.default_rng(3)
    label = rng.permutation(np.where(np.arange(count) < few, 1.0, -1.0))
    x, other = rng.standard_normal((2, count)).round(2)
    return pack(Points({"x0": (x + label).round(2), "x1": other, LABEL: label}))
