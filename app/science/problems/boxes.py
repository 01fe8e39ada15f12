"""The box about 0 on which a loss is drawn, where nobody says: around its lowest minimum."""

from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from app.science.arrays import FloatArray
from app.science.problems.found import COARSE, Box, Over, Slopes

POWERS = range(-16, 17)  # of 2: what a side may reach
ELSE: Box = ((-4.0, 4.0), (-4.0, 4.0))  # where none is found
CANDIDATES = 64  # valleys of the grid that are followed
STEPS = 30  # downhill from each
NEARLY = 0.05  # of what the lowest explains: as much may a minimum in a smaller box lose
ROOM = 0.75  # of a side, within which the minimum lies
LONG = 0.25  # by how many doublings a box counts as larger that is twice as long as it is wide
REST = 0.5  # of the lowest loss: what counts as explained at least


class _Valley(NamedTuple):
    """Where it goes down to from valleys of a grid: weights (2, P), losses and curvatures (P,)."""

    w: FloatArray
    loss: FloatArray
    curvatures: FloatArray


def find_box(outputs: Slopes, over: Over) -> Box | None:
    """A box about 0 with sides from −2^k to 2^k; None if no minimum is found.

    Its lowest loss is inside. Sides reach beyond the minimum, and as far as the loss takes to rise
    by what the minimum is below the loss of no weights. Of minima that are nearly as low, the one
    whose box is the smallest.

    Args:
        outputs: the loss, its two derivatives, and its second ones: by the first, by both, by the
            second weight.
        over: evaluates means of them.
    """
    with np.errstate(all="ignore"):
        return _found(outputs, over)


def _found(outputs: Slopes, over: Over) -> Box | None:
    valley = _followed(outputs, over)
    finite = np.isfinite(valley.loss) & np.isfinite(valley.w).all(axis=0)
    if not finite.any():
        return None
    lowest = float(valley.loss[finite].min())
    (nothing,) = over(outputs[:1], np.zeros(1), np.zeros(1))
    explained = float(nothing[0]) - lowest if np.isfinite(nothing[0]) else 0.0
    explained = max(explained, REST * lowest)
    reach = np.sqrt(2 * explained / np.maximum(valley.curvatures, 1e-300))
    reach = np.maximum(np.abs(valley.w) / ROOM, reach)
    good = finite & (valley.loss <= lowest + NEARLY * explained) & np.all(reach > 0, axis=0)
    good &= np.all(reach <= 2.0 ** POWERS[-1], axis=0)
    powers = np.clip(np.ceil(np.log2(np.where(good, reach, 1.0))), POWERS[0], POWERS[-1])
    sizes = powers.sum(axis=0) + LONG * np.abs(np.subtract(*powers))
    for i in sorted(np.flatnonzero(good), key=lambda i: (sizes[i], valley.loss[i])):
        low0, low1 = 2.0 ** powers[:, i]
        box = ((-float(low0), float(low0)), (-float(low1), float(low1)))
        if _inside(outputs, over, box, float(valley.loss[i])):
            return box
    return None


def _inside(outputs: Slopes, over: Over, box: Box, lowest: float) -> bool:
    """Whether a loss is below all that is on the edges of a box."""
    w0, w1 = np.meshgrid(*(np.linspace(*side, COARSE) for side in box))
    edge = (np.abs(w0) == box[0][1]) | (np.abs(w1) == box[1][1])
    (losses,) = over(outputs[:1], w0[edge], w1[edge])
    return not np.any(losses <= lowest)


def _followed(outputs: Slopes, over: Over) -> _Valley:
    """Downhill from the valleys of a grid that is fine about 0, by damped Newton steps."""
    sizes = 2.0 ** np.array(POWERS)
    axis = np.concatenate([-sizes[::-1], [0.0], sizes])
    w0, w1 = np.meshgrid(axis, axis)
    (losses,) = over(outputs[:1], w0.ravel(), w1.ravel())
    grid = np.where(np.isfinite(losses), losses, np.inf).reshape(w0.shape)
    around = sliding_window_view(np.pad(grid, 1, constant_values=np.inf), (3, 3)).min(axis=(2, 3))
    valleys = np.flatnonzero((grid <= around) & np.isfinite(grid))
    valleys = valleys[np.argsort(grid.ravel()[valleys], kind="stable")[:CANDIDATES]]
    w = np.array([w0.ravel()[valleys], w1.ravel()[valleys]])
    at = np.array(over(outputs, *w))
    damping = np.full(len(valleys), 1e-3)
    for _ in range(STEPS if len(valleys) else 0):
        further = w + _step(at, damping)
        there = np.array(over(outputs, *further))
        better = there[0] <= at[0]
        w, at = np.where(better, further, w), np.where(better, there, at)
        damping = np.where(better, damping / 4, damping * 8)
    return _Valley(w, at[0], np.abs(at[[3, 5]]))


def _step(at: FloatArray, damping: FloatArray) -> FloatArray:
    """Newton's step in weights of equal curvature, downhill on saddles too: (6, P) -> (2, P)."""
    _, g0, g1, c00, c01, c11 = np.nan_to_num(at, nan=0.0, posinf=0.0, neginf=0.0)
    scale = np.sqrt(np.maximum(np.abs([c00, c11]), 1e-300))
    across = c01 / scale[0] / scale[1]
    curved = np.array([[np.sign(c00), across], [across, np.sign(c11)]]).transpose(2, 0, 1)
    values, axes = np.linalg.eigh(np.nan_to_num(curved))
    slope = np.einsum("pji,jp->pi", axes, np.array([g0, g1]) / scale)
    steps = np.einsum("pij,pj->ip", axes, slope / (np.abs(values) + damping[:, None]))
    found: FloatArray = np.nan_to_num(-steps / scale, posinf=0.0, neginf=0.0)
    return found
