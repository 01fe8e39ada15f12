"""Rastrigin: an egg box on a bowl."""

import math

from app.science.arrays import Values
from app.science.problems.landscape import landscape
from app.science.problems.surface import Functions

AMPLITUDE = 3.0  # A; 10 in the original
TAU = 2 * math.pi


def _f(x: Values, y: Values, xp: Functions) -> Values:
    waves = xp.cos(TAU * x) + xp.cos(TAU * y)
    return x * x + y * y - AMPLITUDE * waves + 2 * AMPLITUDE


def _gradient(x: Values, y: Values, xp: Functions) -> tuple[Values, Values]:
    return (
        2 * x + TAU * AMPLITUDE * xp.sin(TAU * x),
        2 * y + TAU * AMPLITUDE * xp.sin(TAU * y),
    )


RASTRIGIN = landscape(
    _f,
    _gradient,
    id="rastrigin",
    title="Rastrigin",
    formula=rf"x^2 + y^2 - {AMPLITUDE:g}\cos 2\pi x - {AMPLITUDE:g}\cos 2\pi y + {2 * AMPLITUDE:g}",
    description=(
        "An egg box on a bowl. Batches of 32 and the full batch stay in the first pit; batches of "
        "1 hop from pit to pit towards the middle, and though they never rest, their loss is about "
        "half as high."
    ),
    source="Rastrigin 1974",
    domain=((-4.0, 4.0), (-4.0, 4.0)),
    start=(2.9, -2.1),
    learning_rate=0.008,
    adaptive_learning_rate=0.05,
    noise=25.0,
    epochs=20,
)
