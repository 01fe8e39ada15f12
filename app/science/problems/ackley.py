"""Ackley: a pitted plain with a funnel in its middle."""

import math

from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.landscape import landscape

TAU = 2 * math.pi
TINY = 1e-200  # makes 0/0 a 0 at the cusp, and is lost in rounding anywhere else


def _f(x: Node, y: Node, xp: Functions) -> Node:
    radius = xp.sqrt((x * x + y * y) / 2 + TINY)
    waves = (xp.cos(TAU * x) + xp.cos(TAU * y)) / 2
    return 20 - 20 * xp.exp(-0.2 * radius) + math.e - xp.exp(waves)


ACKLEY = landscape(
    _f,
    id="ackley",
    title="Ackley",
    description=(
        "A pitted plain with a deep funnel in the middle. Batches of 32 and the full batch are "
        "caught in the first pit; batches of 1 jump the pits, find the funnel and stay around it: "
        "here noise clearly helps."
    ),
    source="Ackley 1987",
    domain=((-4.0, 4.0), (-4.0, 4.0)),
    start=(2.9, -2.1),
    learning_rate=0.02,
    adaptive_learning_rate=0.05,
    noise=8.0,
    epochs=40,
)
