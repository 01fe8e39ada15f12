"""A ravine: a quadratic fifty times steeper across than along."""

from app.science.arrays import Values
from app.science.problems.landscape import landscape
from app.science.problems.surface import Functions


def _f(x: Values, y: Values, xp: Functions) -> Values:
    return x * x / 2 + y * y / 100


def _gradient(x: Values, y: Values, xp: Functions) -> tuple[Values, Values]:
    return x, y / 50


RAVINE = landscape(
    _f,
    _gradient,
    id="ravine",
    title="Ravine",
    formula=r"\tfrac{1}{2}x^2 + \tfrac{1}{100}y^2",
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
