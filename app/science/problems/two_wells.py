"""Two Gaussian wells, one sharp and one flat: which of them noise leaves."""

from app.science.arrays import Values
from app.science.problems.landscape import landscape
from app.science.problems.surface import Functions

SHARP_CENTRE, SHARP_WIDTH = -1.2, 0.35
FLAT_CENTRE, FLAT_WIDTH = 1.3, 1.1
WALL = 0.02

SHARP = 1 / (SHARP_WIDTH * SHARP_WIDTH)
FLAT = 1 / (FLAT_WIDTH * FLAT_WIDTH)


def _wells(x: Values, y: Values, xp: Functions) -> tuple[Values, Values, Values, Values]:
    """Distances along x from the two centres, and the two Gaussians."""
    u, v, yy = x - SHARP_CENTRE, x - FLAT_CENTRE, y * y
    return u, v, xp.exp(-SHARP / 2 * (u * u + yy)), xp.exp(-FLAT / 2 * (v * v + yy))


def _f(x: Values, y: Values, xp: Functions) -> Values:
    _, _, sharp, flat = _wells(x, y, xp)
    return WALL * (x * x + y * y) - sharp - flat


def _gradient(x: Values, y: Values, xp: Functions) -> tuple[Values, Values]:
    u, v, sharp, flat = _wells(x, y, xp)
    sharp = SHARP * sharp
    flat = FLAT * flat
    return 2 * WALL * x + u * sharp + v * flat, y * (2 * WALL + sharp + flat)


TWO_WELLS = landscape(
    _f,
    _gradient,
    id="two-wells",
    title="Two wells",
    formula=(
        rf"-e^{{-((x + {-SHARP_CENTRE})^2 + y^2)/(2 \cdot {SHARP_WIDTH}^2)}}"
        rf" - e^{{-((x - {FLAT_CENTRE})^2 + y^2)/(2 \cdot {FLAT_WIDTH}^2)}}"
        rf" + {WALL}\,(x^2 + y^2)"
    ),
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
