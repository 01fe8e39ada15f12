"""Rastrigin: an egg box on a bowl."""

import math

from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.landscape import landscape

AMPLITUDE = 3.0  # A; 10 in the original
TAU = 2 * math.pi


def _f(x: Node, y: Node, xp: Functions) -> Node:
    waves = xp.cos(TAU * x) + xp.cos(TAU * y)
    return x * x + y * y - AMPLITUDE * waves + 2 * AMPLITUDE


RASTRIGIN = landscape(
    _f,
    id="rastrigin",
    title="Rastrigin",
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
