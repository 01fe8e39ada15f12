"""Himmelblau's function: four equal minima around a hilltop."""

from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.landscape import landscape


def _f(x: Node, y: Node, xp: Functions) -> Node:
    u, v = x * x + y - 11, x + y * y - 7
    return u * u + v * v


HIMMELBLAU = landscape(
    _f,
    id="himmelblau",
    title="Himmelblau",
    description=(
        "The start is beside a hilltop, with four equal minima around it: the draw decides which "
        "one a small batch runs down to. At batch size 1 the path may also cross from one to "
        "another later on."
    ),
    source="Himmelblau 1972",
    domain=((-5.0, 5.0), (-5.0, 5.0)),
    start=(-0.27, -0.9),
    learning_rate=0.005,
    adaptive_learning_rate=0.05,
    noise=60.0,
    epochs=60,
)
