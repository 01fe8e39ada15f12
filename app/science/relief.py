"""The loss over a surface's domain, and a height for each that shows valley floors and walls."""

from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, Interval, Point, Values
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.problems.problem import Problem

RESOLUTION = 95  # points along each axis
FINEST = 1e-6  # of the domain: the smallest part that can be drawn
DIGITS = 12  # decimal places of a loss, beyond which there is only rounding


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


@dataclass(frozen=True)
class Relief:
    """A surface's loss on a grid, ``loss[j, i]`` at ``(w0[i], w1[j])``, and its levels."""

    w0: FloatArray
    w1: FloatArray
    loss: FloatArray
    levels: Levels


def relief(problem: Problem, part: tuple[Interval, Interval] | None = None) -> Relief:
    """The loss over the domain, or over a part of it; levels are of what is there.

    Raises:
        ParameterError: a part that is not within the domain, or too small to tell points apart;
            a loss that is not finite at a point of it.
    """
    domain = problem.surface.domain
    if part:
        _check(part, domain)
    (lo0, hi0), (lo1, hi1) = part or domain
    w0, w1 = np.linspace(lo0, hi0, RESOLUTION), np.linspace(lo1, hi1, RESOLUTION)
    loss = problem.loss(*np.meshgrid(w0, w1, sparse=True)).round(DIGITS) + 0.0  # makes 0 of −0
    if not np.all(np.isfinite(loss)):
        j, i = np.argwhere(~np.isfinite(loss))[0]
        allowed = Message(
            "one whose loss is finite: here it is not at ({w0:.6g}, {w1:.6g})", w0=w0[i], w1=w1[j]
        )
        raise ParameterError("surface", problem.surface.id, allowed)
    inside = [m.loss for m in problem.minima if _holds((lo0, hi0), (lo1, hi1), m.point)]
    lowest = min([float(loss.min()), *inside])
    scale = float(np.quantile(loss - lowest, 0.05)) or 1.0
    return Relief(w0, w1, loss, Levels(lowest, float(loss.max()), scale))


def _check(part: tuple[Interval, Interval], domain: tuple[Interval, Interval]) -> None:
    for (low, high), (least, most) in zip(part, domain, strict=True):
        if not (least <= low and high <= most and high - low >= FINEST * (most - least)):
            allowed = Message(
                "within {domain}, {finest:g} of it or more", domain=_text(domain), finest=FINEST
            )
            raise ParameterError("part", _text(part), allowed)


def _text(part: tuple[Interval, Interval]) -> str:
    """A part as a link has it."""
    return ",".join(f"{end:g}" for interval in part for end in interval)


def _holds(across: Interval, up: Interval, point: Point) -> bool:
    return across[0] <= point[0] <= across[1] and up[0] <= point[1] <= up[1]
