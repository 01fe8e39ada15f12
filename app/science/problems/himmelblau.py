"""Himmelblau's function: four equal minima around a hilltop."""

from app.science.arrays import Values
from app.science.problems.landscape import landscape
from app.science.problems.surface import Functions


def _f(x: Values, y: Values, xp: Functions) -> Values:
    u, v = x * x + y - 11, x + y * y - 7
    return u * u + v * v


def _gradient(x: Values, y: Values, xp: Functions) -> tuple[Values, Values]:
    u, v = 2 * (x * x + y - 11), 2 * (x + y * y - 7)
    return 2 * x * u + v, u + 2 * y * v


HIMMELBLAU = landscape(
    _f,
    _gradient,
    id="himmelblau",
    title="Himmelblau",
    formula=r"(x^2 + y - 11)^2 + (x + y^2 - 7)^2",
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
