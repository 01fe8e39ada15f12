"""Styblinski-Tang: four minima, each coordinate choosing the good or the poor one."""

from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.landscape import landscape


def _f(x: Node, y: Node, xp: Functions) -> Node:
    xx, yy = x * x, y * y
    return xx * xx / 2 - 8 * xx + 2.5 * x + yy * yy / 2 - 8 * yy + 2.5 * y


STYBLINSKI_TANG = landscape(
    _f,
    id="styblinski-tang",
    title="Styblinski-Tang",
    description=(
        "Noise is not always a help. From a poor minimum batches of 1 visit all four, the best one "
        "most, yet so hot that their mean loss is higher than that of the minimum they left."
    ),
    source="Styblinski and Tang 1990",
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(2.5, 2.2),
    learning_rate=0.015,
    adaptive_learning_rate=0.2,
    noise=50.0,
    epochs=20,
)
