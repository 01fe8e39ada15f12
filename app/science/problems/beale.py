"""Beale's function: a plain between cliffs."""

from app.science.arrays import Values
from app.science.problems.landscape import landscape
from app.science.problems.surface import Functions


def _f(x: Values, y: Values, xp: Functions) -> Values:
    yy = y * y
    u, v, w = 1.5 - x + x * y, 2.25 - x + x * yy, 2.625 - x + x * yy * y
    return u * u + v * v + w * w


def _gradient(x: Values, y: Values, xp: Functions) -> tuple[Values, Values]:
    yy = y * y
    p, q, r = y - 1, yy - 1, yy * y - 1
    u, v, w = 2 * (1.5 + x * p), 2 * (2.25 + x * q), 2 * (2.625 + x * r)
    return u * p + v * q + w * r, x * (u + 2 * y * v + 3 * yy * w)


BEALE = landscape(
    _f,
    _gradient,
    id="beale",
    title="Beale",
    formula=r"(1.5 - x + xy)^2 + (2.25 - x + xy^2)^2 + (2.625 - x + xy^3)^2",
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
