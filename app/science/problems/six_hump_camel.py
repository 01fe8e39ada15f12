"""The six-hump camel: two deep minima and four shallow ones."""

from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.landscape import landscape


def _f(x: Node, y: Node, xp: Functions) -> Node:
    xx, yy = x * x, y * y
    in_x = 4 * xx - 2.1 * (xx * xx) + xx * xx * xx / 3
    return in_x + x * y - 4 * yy + 4 * (yy * yy)


SIX_HUMP_CAMEL = landscape(
    _f,
    id="six-hump-camel",
    title="Six-hump camel",
    description=(
        "The start is by one of the shallow minima. Batches of 1 leave it for the two deep ones in "
        "the middle and go back and forth between them; batches of 32 and the full batch stay in "
        "the first they meet."
    ),
    source="Dixon and Szegö 1978",
    domain=((-2.1, 2.1), (-1.2, 1.2)),
    start=(-1.6, 0.9),
    learning_rate=0.02,
    adaptive_learning_rate=0.05,
    noise=5.0,
    epochs=40,
)
