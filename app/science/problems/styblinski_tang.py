"""Styblinski-Tang: four minima, each coordinate choosing the good or the poor one."""

from app.science.arrays import Values
from app.science.problems.landscape import landscape
from app.science.problems.surface import Functions


def _f(x: Values, y: Values, xp: Functions) -> Values:
    xx, yy = x * x, y * y
    return ((xx - 16) * xx + 5 * x + (yy - 16) * yy + 5 * y) / 2


def _gradient(x: Values, y: Values, xp: Functions) -> tuple[Values, Values]:
    return (2 * x * x - 16) * x + 2.5, (2 * y * y - 16) * y + 2.5


STYBLINSKI_TANG = landscape(
    _f,
    _gradient,
    id="styblinski-tang",
    title="Styblinski-Tang",
    formula=r"\tfrac{1}{2}\left(x^4 - 16x^2 + 5x + y^4 - 16y^2 + 5y\right)",
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
