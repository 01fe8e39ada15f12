"""A ravine: a quadratic fifty times steeper across than along."""

from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.landscape import landscape


def _f(x: Node, y: Node, xp: Functions) -> Node:
    return x * x / 2 + y * y / 100


RAVINE = landscape(
    _f,
    id="ravine",
    title="Ravine",
    description=(
        "Fifty times steeper across than along: the full batch drops to the floor at once and then "
        "creeps. Small batches reach the end sooner, and their cloud is stretched along the floor, "
        "where little pulls it back."
    ),
    source="The noisy quadratic model (Zhang et al. 2019, arXiv:1907.04164)",
    domain=((-4.0, 4.0), (-4.0, 4.0)),
    start=(2.0, 3.5),
    learning_rate=0.5,
    adaptive_learning_rate=0.05,
    noise=0.3,
    epochs=100,
)
