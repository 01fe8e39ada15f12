"""When a run on a surface counts as diverged."""

import numpy as np

from app.science.arrays import BoolArray, Point, Values
from app.science.message import Message
from app.science.problems.surface import Surface

# A run has diverged at its first point further than this many half-widths of the domain from
# the domain's centre, in either coordinate, or not finite.
DIVERGENCE_HALF_WIDTHS = 10.0


def diverged(surface: Surface, w0: Values, w1: Values) -> BoolArray:
    """Whether points count as diverged: not finite, or absurdly far outside the domain."""
    inside: Values = True
    for w, centre, reach in zip((w0, w1), *divergence_bounds(surface), strict=True):
        # Written so that NaN is not inside.
        inside = inside & (np.abs(w - centre) <= reach)
    return ~np.asarray(inside)


def divergence_bounds(surface: Surface) -> tuple[Point, Point]:
    """The domain's centre, and how far from it a point may be, in either coordinate."""
    (lo0, hi0), (lo1, hi1) = surface.domain
    reach = DIVERGENCE_HALF_WIDTHS / 2
    return ((lo0 + hi0) / 2, (lo1 + hi1) / 2), (reach * (hi0 - lo0), reach * (hi1 - lo1))


def divergence_rule(surface: Surface) -> str:
    """The rule of `diverged`, in words and numbers."""
    (w0, w1), (reach0, reach1) = divergence_bounds(surface)
    return Message(
        "w0 from {low0:g} to {high0:g} and w1 from {low1:g} to {high1:g}",
        low0=w0 - reach0,
        high0=w0 + reach0,
        low1=w1 - reach1,
        high1=w1 + reach1,
    )
