"""A height for each loss that shows the bottom of a valley as well as its walls."""

import math
from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, Values
from app.science.problems.problem import Problem
from app.words.numbers import plain

RESOLUTION = 95
TICKS = 5
DIGITS = 12  # decimal places of a loss, beyond which there is only rounding
LIFT = 0.04  # added to the height of what lies on the surface


@dataclass(frozen=True)
class Levels:
    """``z = log(1 + (L − lowest)/scale)``: linear near the bottom, logarithmic far above it.

    Attributes:
        lowest: the lowest loss drawn.
        highest: the highest.
        scale: the loss above the lowest at which the one turns into the other.
    """

    lowest: float
    highest: float
    scale: float

    def height(self, loss: Values) -> FloatArray:
        """z of a loss."""
        return np.log1p(np.maximum((np.asarray(loss) - self.lowest) / self.scale, 0.0))

    def over(self, loss: Values) -> FloatArray:
        """z of what lies on the surface: a little above it, or it would be half hidden."""
        return self.height(loss) + LIFT

    def ticks(self) -> tuple[list[float], list[str]]:
        """Heights to label, evenly apart, and the losses that they stand for."""
        heights = np.linspace(0, float(self.height(self.highest)), TICKS)
        losses = self.lowest + self.scale * np.expm1(heights)
        apart = np.diff(losses)
        nearest = np.minimum(np.append(apart, apart[-1]), np.insert(apart, 0, apart[0]))
        return heights.tolist(), list(map(_label, losses.tolist(), nearest.tolist()))


def _label(loss: float, apart: float) -> str:
    """A loss, to two digits of what it is apart from its neighbours."""
    return plain(loss, 1 - math.floor(math.log10(apart)) if apart > 0 else 1)


@dataclass(frozen=True)
class Relief:
    """A surface's loss on a grid, ``loss[j, i]`` at ``(w0[i], w1[j])``, and its levels."""

    w0: FloatArray
    w1: FloatArray
    loss: FloatArray
    levels: Levels


def relief(problem: Problem) -> Relief:
    """The loss over the domain."""
    (lo0, hi0), (lo1, hi1) = problem.surface.domain
    w0, w1 = np.linspace(lo0, hi0, RESOLUTION), np.linspace(lo1, hi1, RESOLUTION)
    loss = problem.loss(*np.meshgrid(w0, w1)).round(DIGITS) + 0.0  # makes 0 of −0
    lowest = min([float(loss.min()), *(m.loss for m in problem.minima)])
    scale = float(np.quantile(loss - lowest, 0.05)) or 1.0
    return Relief(w0, w1, loss, Levels(lowest, float(loss.max()), scale))
