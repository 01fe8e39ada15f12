"""A saddle between two minima: noise is what leaves it."""

from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.landscape import landscape


def _f(x: Node, y: Node, xp: Functions) -> Node:
    yy = y * y
    return x * x / 2 - yy / 2 + yy * yy / 4


SADDLE = landscape(
    _f,
    id="saddle",
    title="Saddle",
    description=(
        "From a start on the ridge the full batch walks straight to the saddle and stops, for "
        "nothing pushes it sideways. Smaller batches fall off to one side or the other, and the "
        "draw decides which."
    ),
    source="A strict saddle (Ge et al. 2015, Escaping from saddle points)",
    domain=((-2.5, 2.5), (-2.0, 2.0)),
    start=(2.0, 0.0),
    learning_rate=0.05,
    adaptive_learning_rate=0.05,
    noise=0.6,
    epochs=100,
)
