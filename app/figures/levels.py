"""Heights on a surface's relief: their labels, and what lies on the surface."""

import math

import numpy as np

from app.science.arrays import FloatArray, Values
from app.science.relief import Levels
from app.words.numbers import plain

TICKS = 5
LIFT = 0.04  # added to the height of what lies on the surface


def over(levels: Levels, loss: Values) -> FloatArray:
    """z of what lies on the surface: a little above it, or it would be half hidden."""
    return levels.height(loss) + LIFT


def ticks(levels: Levels) -> tuple[list[float], list[str]]:
    """Heights to label, evenly apart, and the losses that they stand for."""
    heights = np.linspace(0, float(levels.height(levels.highest)), TICKS)
    losses = levels.lowest + levels.scale * np.expm1(heights)
    apart = np.diff(losses)
    nearest = np.minimum(np.append(apart, apart[-1]), np.insert(apart, 0, apart[0]))
    return heights.tolist(), list(map(_label, losses.tolist(), nearest.tolist()))


def _label(loss: float, apart: float) -> str:
    """A loss, to two digits of what it is apart from its neighbours."""
    return plain(loss, 1 - math.floor(math.log10(apart)) if apart > 0 else 1)
