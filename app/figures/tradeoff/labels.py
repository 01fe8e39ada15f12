"""Places for labels beside points, so that none covers another label or a point."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from app.figures.theme import Theme
from app.science.arrays import FloatArray

SIZE = 11  # of the text, in pixels
WIDE, HIGH = 0.62 * SIZE, 1.25 * SIZE  # of a character at most; of a line
# Frames for which places are looked for at once, in pixels: on a telephone, beside another
# figure, alone. A larger one draws points apart, but labels stay by theirs.
FRAMES = ((230, 265), (430, 265), (620, 265), (1000, 400))
NEAR = (15.0,)  # pixels from a point to its label's middle, besides half of the text's width
FAR = (30.0, 46.0, 64.0, 84.0)  # the same with a line that leads to it
ANGLES = np.radians([180, 270, 225, 45, 0, 90, 315, 135])  # below to the left is free of a front
DOT = 6.0  # pixels from a point's middle to its edge
HIT, CROSSED = 100.0, 0.5  # what covering a label or a point costs, and a drawn line
FAR_COST = 4.0  # what each step away costs


class Place(NamedTuple):
    """Where a label's middle is, in pixels from its point; whether a line leads to it."""

    right: float
    above: float
    led: bool


def place_labels(
    points: FloatArray,
    texts: Sequence[str],
    lines: FloatArray,
    sizes: Sequence[tuple[int, int]] = FRAMES,
) -> tuple[Place, ...]:
    """A place for each label, one after the other, each the best that is left.

    Args:
        points: in shares of the frame's width and height, shape (P, 2).
        texts: the labels; an empty one is none.
        lines: points of drawn lines, rather not to be covered, in such shares too, shape (L, 2).
        sizes: of frames for which places are looked for at once, in pixels.
    """
    frames = [np.array(frame, dtype=np.float64) for frame in sizes]
    dots = [points * frame for frame in frames]
    drawn = [lines.reshape(-1, 2) * frame for frame in frames]
    taken: list[list[FloatArray]] = [[] for _ in frames]
    found = []
    for k, text in enumerate(texts):
        if not text:
            found.append(Place(0.0, 0.0, led=False))
            continue
        half = np.array([WIDE * len(text), HIGH]) / 2
        places, costs = _places(half[0], len(frames))
        offsets = np.array([place[:2] for place in places])
        for f, frame in enumerate(frames):
            costs += _covered(dots[f][k] + offsets, half, frame, taken[f], dots[f], drawn[f])
        best = places[int(np.argmin(costs))]
        found.append(best)
        for f, boxes in enumerate(taken):
            middle = dots[f][k] + best[:2]
            boxes.append(np.concatenate([middle - half, middle + half]))
    return tuple(found)


def annotations(
    points: FloatArray, texts: Sequence[str], places: Sequence[Place], theme: Theme
) -> list[dict[str, Any]]:
    """The labels, of points at these coordinates of the axes (logarithms, if those are)."""
    return [
        {
            "x": float(at),
            "y": float(height),
            "text": text,
            "ax": place.right,
            "ay": -place.above,
            # The arrow is a line to the point; without one it is there all the same, unseen.
            "showarrow": True,
            "arrowhead": 0,
            "arrowwidth": 0.8,
            "arrowcolor": theme.contour if place.led else "rgba(0,0,0,0)",
            "standoff": DOT,
            "borderpad": 0,
            "font": {"size": SIZE, "color": theme.text},
            "captureevents": False,
        }
        for (at, height), text, place in zip(points, texts, places, strict=True)
        if text
    ]


def _places(half: float, frames: int) -> tuple[list[Place], FloatArray]:
    """Places that are tried, and what is against each."""
    places, costs = [], []
    for k, reach in enumerate((*NEAR, *FAR)):
        for n, angle in enumerate(ANGLES):
            right = float(np.cos(angle))
            aside = np.sign(right) * half * abs(right) ** 0.5 if abs(right) > 1e-9 else 0.0
            height = reach * float(np.sin(angle))
            places.append(Place(float(reach * right + aside), height, led=reach not in NEAR))
            costs.append(FAR_COST * k * frames + n / 10)
    return places, np.array(costs)


def _covered(
    middles: FloatArray,
    half: FloatArray,
    frame: FloatArray,
    taken: Sequence[FloatArray],
    dots: FloatArray,
    drawn: FloatArray,
) -> FloatArray:
    """What a label at each of these middles would cover in a frame, (n, 2) -> (n,)."""
    low, high = middles - half, middles + half
    boxes = np.concatenate([np.hstack([dots - DOT, dots + DOT]), np.reshape(taken, (-1, 4))])
    hits = _meets(low, high, boxes[:, :2], boxes[:, 2:])
    hits += np.count_nonzero(np.hstack([low < 0, high > frame]), axis=1)
    return np.asarray(HIT * hits + CROSSED * _meets(low, high, drawn, drawn))


def _meets(low: FloatArray, high: FloatArray, lows: FloatArray, highs: FloatArray) -> FloatArray:
    """How many boxes each of the first ones overlaps, (n, 2) and (m, 2) -> (n,)."""
    apart = (highs <= low[:, None]) | (lows >= high[:, None])
    return np.asarray(np.sum(~apart.any(axis=-1), axis=1), dtype=np.float64)
