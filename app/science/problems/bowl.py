"""A quadratic bowl: constant noise, so every closed form of the noise floor holds."""

from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.landscape import landscape


def _f(x: Node, y: Node, xp: Functions) -> Node:
    return x * x / 2 + y * y / 4


BOWL = landscape(
    _f,
    id="bowl",
    title="Bowl",
    description=(
        "A quadratic bowl with the same noise everywhere: paths settle into a cloud whose size "
        "grows with learning rate over batch size; the full batch glides in and stays."
    ),
    source="The noisy quadratic model (Zhang et al. 2019, arXiv:1907.04164)",
    domain=((-4.0, 4.0), (-4.0, 4.0)),
    start=(-3.0, 2.5),
    learning_rate=0.1,
    adaptive_learning_rate=0.15,
    noise=2.0,
    epochs=20,
)
