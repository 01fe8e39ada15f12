"""The six-hump camel: two deep minima and four shallow ones."""

from app.science.arrays import Values
from app.science.problems.landscape import landscape
from app.science.problems.surface import Functions


def _f(x: Values, y: Values, xp: Functions) -> Values:
    xx, yy = x * x, y * y
    return (4 - 2.1 * xx + xx * xx / 3) * xx + x * y + 4 * (yy - 1) * yy


def _gradient(x: Values, y: Values, xp: Functions) -> tuple[Values, Values]:
    xx = x * x
    return x * (8 - 8.4 * xx + 2 * xx * xx) + y, x + y * (16 * y * y - 8)


SIX_HUMP_CAMEL = landscape(
    _f,
    _gradient,
    id="six-hump-camel",
    title="Six-hump camel",
    formula=r"\left(4 - 2.1x^2 + \tfrac{1}{3}x^4\right)x^2 + xy + 4(y^2 - 1)\,y^2",
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
