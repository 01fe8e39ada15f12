"""Losses that have a value wherever a path may be."""

import numpy as np

from app.science.formulas.graph import ADD, CONSTANT, DIV, MUL, NEG, SUB, SYMBOL, Node, in_order
from app.science.problems.divergence import DIVERGENCE_HALF_WIDTHS
from app.science.problems.found import COARSE, Box
from app.science.problems.problem import HIGHEST
from app.science.problems.sample import Sample

# What has a value of all numbers, if it is not too large.
TOTAL = {CONSTANT, SYMBOL, ADD, SUB, MUL, NEG, "tanh", "sin", "cos", "abs", "softplus", "log1p"}


def everywhere_finite(node: Node, domain: Box, points: Sample) -> bool:
    """Whether a loss of points has a value wherever a path may be, and none has to be checked.

    Args:
        node: the loss.
        domain: about 0.
        points: all of them.
    """
    total = all(
        each.op in TOTAL or (each.op == DIV and each.args[1].op == CONSTANT)
        for each in in_order([node])
    )
    axes = (DIVERGENCE_HALF_WIDTHS * np.linspace(*side, COARSE) for side in domain)
    w0, w1 = (each.ravel() for each in np.meshgrid(*axes))
    return total and bool(np.all(points.each((node,), w0, w1)[0] <= HIGHEST))
