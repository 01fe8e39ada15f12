"""Where an axis has ticks: as Plotly chooses them, for every length in pixels that it may have."""

import math
from typing import NamedTuple

from app.science.arrays import Interval

FEWEST, MOST = 4, 9  # of the spaces of so many pixels that an axis is taken to have
STEPS = (2, 5, 10)  # times a power of ten
INFINITE = math.inf


class Ticks(NamedTuple):
    """The ticks of an axis that is at least so many pixels long, and shorter than the next."""

    least: float
    below: float
    values: list[float]
    labels: list[str]


def axis_ticks(interval: Interval, space: float) -> list[Ticks]:
    """Ticks by the axis' length: about one in each ``space`` pixels, `FEWEST` to `MOST` of these.

    >>> [(each.least, each.below, each.labels) for each in axis_ticks((0, 1), 80)]
    [(0.0, inf, ['0', '0.2', '0.4', '0.6', '0.8', '1'])]
    """
    extent = interval[1] - interval[0]
    scale = 10.0 ** math.floor(math.log10(extent / (MOST + 1)))
    # The counts above which another step begins to be coarse enough.
    finer = (extent / (scale * step) for step in (1, 2, 5, 10, 20))
    above = sorted(n for n in finer if FEWEST + 1 <= n < MOST + 1)
    counts = [(0.0, FEWEST + 1.0)]
    counts += [((n - 1) * space, n * (1 + 1e-9)) for n in above]
    counts.append((MOST * space, MOST + 1.0))
    found: list[tuple[float, float]] = []
    for least, count in counts:
        step = _step(extent, count)
        if not found or step != found[-1][1]:
            found.append((least, step))
    ends = [least for least, _ in found[1:]] + [INFINITE]
    return [
        Ticks(least, end, *_labelled(interval, step))
        for (least, step), end in zip(found, ends, strict=True)
    ]


def _step(extent: float, count: float) -> float:
    """The step that is the next even one above a share of the extent."""
    rough = extent / count
    power = 10.0 ** math.floor(math.log10(rough))
    return power * next((step for step in STEPS if rough / power <= step), STEPS[-1])


def _labelled(interval: Interval, step: float) -> tuple[list[float], list[str]]:
    first, last = (
        math.floor(end / step + nudge)
        for end, nudge in zip(interval, (1 - 1e-9, 1e-9), strict=True)
    )
    values = [i * step for i in range(first, last + 1)]
    return values, [f"{value:.6g}".replace("-", "−") for value in values]
