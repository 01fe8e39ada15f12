"""Two Gaussian wells, one sharp and one flat: which of them noise leaves."""

from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node
from app.science.problems.landscape import landscape

SHARP_CENTRE, SHARP_WIDTH = -1.2, 0.35
FLAT_CENTRE, FLAT_WIDTH = 1.3, 1.1
WALL = 0.02

SHARP = 2 * SHARP_WIDTH * SHARP_WIDTH
FLAT = 2 * FLAT_WIDTH * FLAT_WIDTH


def _f(x: Node, y: Node, xp: Functions) -> Node:
    u, v, yy = x - SHARP_CENTRE, x - FLAT_CENTRE, y * y
    sharp, flat = xp.exp(-(u * u + yy) / SHARP), xp.exp(-(v * v + yy) / FLAT)
    return WALL * (x * x + yy) - sharp - flat


TWO_WELLS = landscape(
    _f,
    id="two-wells",
    title="Two wells",
    description=(
        "The start is at the bottom of a narrow well, which is a little deeper than the wide one. "
        "At batch size 1 the noise throws the path out, and it spends most of its time in the wide "
        "well; at 32 it stays. Width and depth decide it together, and the way back stays open."
    ),
    source="A sharp and a flat minimum, after Keskar et al. 2017",
    domain=((-3.0, 4.0), (-3.0, 3.0)),
    start=(-1.17, 0.0),
    learning_rate=0.12,
    adaptive_learning_rate=0.11,
    noise=1.5,
    epochs=20,
)
