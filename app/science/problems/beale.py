"""Beale's function: a plain between cliffs."""

from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.landscape import landscape


def _f(x: Node, y: Node, xp: Functions) -> Node:
    yy = y * y
    u, v, w = 1.5 - x + x * y, 2.25 - x + x * yy, 2.625 - x + x * yy * y
    return u * u + v * v + w * w


BEALE = landscape(
    _f,
    id="beale",
    title="Beale",
    description=(
        "A plain beside steep cliffs: the gradient is large at the start and faint near the "
        "minimum. The full batch slows down on the plain, and batches of 1 spread along it rather "
        "than across."
    ),
    source="Beale 1958",
    domain=((-1.0, 4.5), (-2.0, 2.0)),
    start=(1.0, 1.0),
    learning_rate=0.01,
    adaptive_learning_rate=0.03,
    noise=3.0,
    epochs=150,
)
