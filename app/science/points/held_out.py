"""Points that are held out of training: which ones a share of them is."""

from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.points.points import LEAST, Points

MOST = 0.5  # of the points
SEED = 0


class Split(NamedTuple):
    """Points in two parts, each in its order.

    Attributes:
        training: those that are trained on.
        rows: the places of the others among all of them, from 0.
        held_out: the columns of these.
    """

    training: Points
    rows: IntArray
    held_out: dict[str, FloatArray]


def split(points: Points, share: float) -> Split:
    """Hold a share of the points out, their number rounded: those with the smallest draws.

    Each has one of ``default_rng(0).random(points.count)``. So a larger share holds out those of a
    smaller one, and more; and a point that is added at the end changes one of them at most.

    Raises:
        ParameterError: a share beyond `MOST`, or of no point, or that leaves fewer than `LEAST`
            points to train on or such that could not be points by themselves.
    """
    if not 0 <= share <= MOST:
        raise ParameterError("held_out", share, Message("a share from 0 to {most:g}", most=MOST))
    count = round(share * points.count)
    if share and not count:
        allowed = Message("0, or a share that is a point or more of the {all:,}", all=points.count)
        raise ParameterError("held_out", share, allowed)
    rows = np.sort(np.random.default_rng(SEED).random(points.count).argsort()[:count])
    left = {name: np.delete(column, rows) for name, column in points.columns.items()}
    try:
        training = Points(left) if count else points
    except ParameterError:
        training = None
    if training is None or training.count < LEAST:
        allowed = Message(
            "a share that leaves at least {least} points to train on, neither coordinate the same "
            "in all and of labels both: it leaves {count:,} of {all:,}",
            least=LEAST,
            count=points.count - count,
            all=points.count,
        )
        raise ParameterError("held_out", share, allowed)
    held_out = {name: column[rows] for name, column in points.columns.items()}
    return Split(training, rows, held_out)
