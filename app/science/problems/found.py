"""What a function of two weights is drawn and descended with, where nobody says: found on grids."""

from collections.abc import Callable, Iterator
from itertools import product
from typing import NamedTuple, TypeAlias

import numpy as np

from app.science.arrays import FloatArray, Interval, Point
from app.science.formulas.compiled import function
from app.science.formulas.graph import CONSTANT, DIV, MUL, NEG, POW, Node, in_order
from app.science.formulas.update import WEIGHTS
from app.science.message import Message
from app.science.pauses import pause

Box: TypeAlias = tuple[Interval, Interval]
Slopes: TypeAlias = tuple[Node, ...]
# Formulas' values at points w0, w1 of shape (P,), each (P,), or (P, n) of n examples.
Over: TypeAlias = Callable[[Slopes, FloatArray, FloatArray], list[FloatArray]]

# A side of the domain, where none is given: the largest box of such sides on which the function
# is finite and not too tall, and of those as large the first.
SIDES: tuple[Interval, ...] = (
    (-4.0, 4.0),
    (-2.0, 2.0),
    (0.1, 4.0),
    (-4.0, -0.1),
    (-1.0, 1.0),
    (-0.5, 0.5),
)
TALL = 1e5  # of the function itself, where there is a choice
COARSE, FINE = 17, 41  # points along an axis, the domain's edges and middle among them
LARGEST = 1e12  # of a value or a slope
FAINTEST = 1e-12  # the least of a median slope
MIDDLES = 40  # cells along an axis in whose middles slopes and curvatures are measured
STARTS = 10  # the same, of starts
INNER = 0.8  # of the domain's sides, about its middle, in which starts lie
DESCENT = 200  # updates of the full batch, by which starts are told apart

RATES = (1e-6, 100)  # the least and the most
CURVED = 1e-9  # below this, as a share of slope over width, a function counts as flat
STEP = 0.01  # of the domain's width, in an update of an adaptive rule or where nothing is curved
CAREFUL = 0.5  # the learning rate, over one over the largest curvature
STEEP = 10  # the largest curvature, over that of the lower half, beyond which that half's counts
NOISY = 0.5  # the noise, in median slopes
MOST_NOISE = 1000
# Of what is 0 where an argument is, how many of the first arguments.
_ZERO_WHERE = {MUL: 2, DIV: 1, POW: 1, NEG: 1, "abs": 1, "sqrt": 1}
FAINT = 1e-6  # of the steepest slope; what is below is flat, and is not asked for the median


class Found(NamedTuple):
    """The defaults of a function over a domain, as `Surface` has them.

    Attributes:
        rate_reason: what the learning rate is.
        noise_reason: what the noise is.
        places: those of which the start is one.
    """

    learning_rate: float
    adaptive_learning_rate: float
    noise: float
    start: Point
    rate_reason: Message
    noise_reason: Message
    places: Message


def find_domain(formula: Node) -> Box | None:
    """The largest of a few boxes on which a function is finite; None if it is on none.

    One on which it is nowhere above `TALL` comes before a larger one.
    """
    boxes = sorted(product(SIDES, SIDES), key=lambda box: -_size(box[0]) * _size(box[1]))
    outputs = (formula, *_divisors(formula))
    found = None
    for box in boxes:
        if _trouble(outputs, box, COARSE, LARGEST, 1, values) is None:
            found = found or box
            if _trouble(outputs, box, COARSE, TALL, 1, values) is None:
                return box
    return found


def find_trouble(
    formula: Node, slopes: Slopes, domain: Box, over: Over | None = None
) -> Point | None:
    """A point of the domain at or beside which a function or its slope is not finite.

    On a grid, and where a divisor changes its sign between points of that; of every example,
    where ``over`` has them.
    """
    outputs, over = (formula, *_divisors(formula)), over or values
    # Most have no value themselves, and then nothing is made of the slopes.
    return _trouble(outputs, domain, FINE, LARGEST, 1, over) or _trouble(
        slopes, domain, FINE, LARGEST, len(slopes), over
    )


def find_defaults(
    formula: Node, slopes: Slopes, curvatures: Slopes, domain: Box, over: Over | None = None
) -> Found | None:
    """Learning rates, noise and start of a function over a domain; None if it is all but flat.

    The rate is half of one over the largest curvature |λ| on a grid of the domain, the noise half
    the median slope, both within what may be asked for. What is narrower than the grid's cells is
    not seen. Where nothing is curved, the rate is that by which an update moves a hundredth of the
    domain's width.
    The start is the highest of a hundred places, none at the domain's edge, from which the full
    batch descends at that rate without leaving the domain; if there is none, the highest of those
    that stay in it longest.

    Where a function is more than `STEEP` times as curved as in the half of its domain where it is
    lowest, a run would be down the steep part at once and then creep. The rate is then that of
    this half, and the start lies in it, from where the full batch never goes up; unless it leaves
    the domain sooner, as from the foot of a peak.

    Args:
        formula: in `WEIGHTS`.
        slopes: its derivatives by each.
        curvatures: its second derivatives: by the first, by both, by the second.
        domain: as of a `Surface`.
        over: evaluates them, means over examples where they are of such.
    """
    over = over or values
    w0, w1 = _middles(domain, MIDDLES)
    height, g0, g1, c00, c01, c11 = over((formula, *slopes, *curvatures), w0, w1)
    slope = np.hypot(g0, g1)
    typical = float(np.median(slope[slope >= FAINT * slope.max()]))
    if typical < FAINTEST:
        return None
    with np.errstate(all="ignore"):
        spread = np.nan_to_num(np.abs(c00 + c11) / 2 + np.hypot((c00 - c11) / 2, c01))
    width = min(map(_size, domain))
    curvature, middle = float(spread.max()), float(np.nanmedian(height))
    low = float(spread[height <= middle].max())
    least = CURVED * typical / width
    if curvature > least:
        reason = Message("half of one over the largest curvature on a grid of its domain")
        rate, reason = _allowed(CAREFUL / curvature, RATES, reason)
    else:
        reason = Message("by which an update moves a hundredth of its domain's width")
        rate, reason = _allowed(STEP * width / typical, RATES, reason)
    places = Message("a hundred places")
    start, stayed = _start(formula, slopes, domain, rate, over)
    if curvature > STEEP * low > STEEP * least:
        lower_reason = Message(
            "half of one over the largest curvature on a grid of the half of its domain where it "
            "is lowest"
        )
        lower, lower_reason = _allowed(CAREFUL / low, RATES, lower_reason)
        lower_start, longer = _start(formula, slopes, domain, lower, over, middle)
        if longer >= stayed:
            rate, reason, start = lower, lower_reason, lower_start
            places = Message("those of a hundred places that lie in this half and")
    noise, noise_reason = _allowed(
        NOISY * typical, (0, MOST_NOISE), Message("half the median slope")
    )
    return Found(
        learning_rate=rate,
        adaptive_learning_rate=float(np.clip(_rounded(STEP * width), *RATES)),
        noise=noise,
        start=start,
        rate_reason=reason,
        noise_reason=noise_reason,
        places=places,
    )


def _start(
    formula: Node, slopes: Slopes, domain: Box, rate: float, over: Over, most: float = np.inf
) -> tuple[Point, float]:
    """The start, of a height of ``most``, and how many updates from there stay in the domain."""
    starts = _middles((_inner(domain[0]), _inner(domain[1])), STARTS)
    (lo0, hi0), (lo1, hi1) = domain
    w0, w1 = starts
    inside = np.full(w0.shape, fill_value=True)
    stayed = np.zeros(w0.shape)
    for update in range(DESCENT):
        if update % 50 == 0:
            pause()
        g0, g1 = over(slopes, w0, w1)
        w0, w1 = np.where(inside, w0 - rate * g0, w0), np.where(inside, w1 - rate * g1, w1)
        inside &= (lo0 <= w0) & (w0 <= hi0) & (lo1 <= w1) & (w1 <= hi1)
        stayed += inside
    (height,) = over((formula,), *starts)
    stayed[height > most] = -1
    # The last digits are another processor's own.
    ranks = [(n, float(f"{high:.9g}")) for n, high in zip(stayed, height, strict=True)]
    best = max(range(len(ranks)), key=lambda i: ranks[i])
    return (float(f"{starts[0][best]:.9g}"), float(f"{starts[1][best]:.9g}")), float(stayed[best])


def _allowed(wanted: float, limits: Interval, reason: Message) -> tuple[float, Message]:
    """A value that may be asked for, and what it is."""
    wanted = _rounded(wanted)
    value = float(np.clip(wanted, *limits))
    if value != wanted:
        reason = Message("as near as may be to {wanted:g}, {reason}", wanted=wanted, reason=reason)
    return value, reason


def _divisors(formula: Node) -> Iterator[Node]:
    """What a formula divides by or takes the logarithm of, in factors, numbers left out.

    Where one of these is 0 the formula has no value. A square changes its sign nowhere, but what
    is squared does.
    """
    left = [each.args[1] for each in in_order([formula]) if each.op == DIV]
    left += (each.args[0] for each in in_order([formula]) if each.op == "log")
    found: dict[Node, None] = {}
    while left:
        each = left.pop()
        if each not in found:
            found[each] = None
            left += each.args[: _ZERO_WHERE.get(each.op, 0)]
    return (each for each in found if each.op not in {CONSTANT, *_ZERO_WHERE})


def _trouble(
    outputs: Slopes, domain: Box, resolution: int, most: float, finite: int, over: Over
) -> Point | None:
    """As `find_trouble`: of what is to be finite, the first outputs, and of divisors."""
    w0, w1 = (each.ravel() for each in np.meshgrid(*(np.linspace(*s, resolution) for s in domain)))
    found = [each.reshape(len(w0), -1) for each in over(outputs, w0, w1)]
    # Written so that NaN is bad.
    small = (np.all(np.abs(each) <= most, axis=1) for each in found[:finite])
    bad = [int(np.argmin(each)) for each in small if not each.all()]
    for each in found[finite:]:
        crossed = (each.min(axis=0) <= 0) & (each.max(axis=0) >= 0)
        if crossed.any():
            bad.append(int(np.abs(each[:, np.argmax(crossed)]).argmin()))
    return (float(w0[bad[0]]), float(w1[bad[0]])) if bad else None


def values(outputs: Slopes, w0: FloatArray, w1: FloatArray) -> list[FloatArray]:
    """Formulas at points, each of their shape; not finite where they have no value."""
    with np.errstate(all="ignore"):
        found = function(WEIGHTS, outputs)(w0, w1)
    return [np.broadcast_to(each, w0.shape) for each in found]


def _middles(domain: Box, cells: int) -> tuple[FloatArray, FloatArray]:
    """The middles of a grid's cells: off its axes of symmetry, if their number is even."""
    sides = [lo + (np.arange(cells) + 0.5) / cells * (hi - lo) for lo, hi in domain]
    w0, w1 = np.meshgrid(*sides)
    return w0.ravel(), w1.ravel()


def _inner(side: Interval) -> Interval:
    margin = (1 - INNER) / 2 * _size(side)
    return side[0] + margin, side[1] - margin


def _size(side: Interval) -> float:
    return side[1] - side[0]


def _rounded(value: float) -> float:
    """To two digits, as people write it."""
    return float(f"{value:.2g}")
