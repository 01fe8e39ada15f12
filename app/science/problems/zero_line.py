"""The line between two classes, where a model of two inputs is 0."""

import numpy as np

from app.science.arrays import FloatArray
from app.science.formulas.compiled import function
from app.science.formulas.derive import derivative
from app.science.formulas.graph import Node, symbols
from app.science.formulas.update import WEIGHTS
from app.science.problems.model import POINTS, Box, Line

FAR = 3  # widths of the box, beyond which a line is not drawn


def zero_line(model: Node, inputs: tuple[str, str]) -> Line | None:
    """Where a model is 0, as `Model.line` has it; None unless it is affine in an input.

    Args:
        model: of `WEIGHTS` and the inputs.
        inputs: their names.
    """
    slopes = tuple(derivative(model, name) for name in inputs)
    solvable = [i for i in (0, 1) if inputs[i] not in symbols(slopes[i])]
    if not solvable:
        return None
    compute = function((*WEIGHTS, *inputs), (model, *slopes))

    def at(w0: float, w1: float, place: list[FloatArray]) -> list[FloatArray]:
        with np.errstate(all="ignore"):
            found = compute(np.asarray(w0, float), np.asarray(w1, float), *place)
        return [np.broadcast_to(each, np.shape(place[0])) for each in found]

    def line(w0: float, w1: float, box: Box) -> tuple[FloatArray, FloatArray]:
        middles = [np.asarray(np.mean(side)) for side in box]
        _, *steep = at(w0, w1, middles)
        widths = [float(np.ptp(side)) for side in box]
        # A straight line is solved for the input that it is steeper in.
        i = max(solvable, key=lambda i: float(np.nan_to_num(np.abs(steep[i]))) * widths[i])
        place = [np.zeros(POINTS), np.zeros(POINTS)]
        place[1 - i] = np.linspace(*box[1 - i], POINTS)
        height, *steep = at(w0, w1, place)
        with np.errstate(all="ignore"):
            place[i] = -height / steep[i]
        near = np.abs(place[i] - middles[i]) <= FAR * widths[i]
        return place[0][near], place[1][near]

    return line
