"""Rosenbrock's curved valley, its walls softened to b = 10."""

from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.landscape import landscape

STEEPNESS = 10.0  # b; 100 in the original


def _f(x: Node, y: Node, xp: Functions) -> Node:
    u, v = 1 - x, y - x * x
    return u * u + STEEPNESS * v * v


ROSENBROCK = landscape(
    _f,
    id="rosenbrock",
    title="Rosenbrock",
    description=(
        "A curved valley with a gentle floor: at equal epochs the full batch is left halfway round "
        "the bend. Batches of 32 arrive at the minimum; batches of 1 arrive first and then smear "
        "along the floor."
    ),
    source="Rosenbrock 1960",
    domain=((-2.0, 2.0), (-1.0, 3.0)),
    start=(-1.2, 1.0),
    learning_rate=0.005,
    adaptive_learning_rate=0.03,
    noise=4.0,
    epochs=200,
)
