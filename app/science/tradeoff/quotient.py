"""Where the final loss depends on learning rate and batch size by their quotient ε/B alone."""

from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.tradeoff.rate_map import RateMap, medians
from app.science.tradeoff.resampling import INTERVAL, RESAMPLES, Bootstrapped

TOLERANCE = 0.25  # by how much more losses of one quotient may differ, and still count as one


class Reach(NamedTuple):
    """The largest part of a map, from its lowest rate and B = 1 on, that the quotient decides.

    Attributes:
        rate, size: index of its largest rate and batch size.
        ratio: the largest quotient of two medians of one diagonal in it.
    """

    rate: int
    size: int
    ratio: Bootstrapped[float]


class Apart(NamedTuple):
    """The two cells of one diagonal whose medians are furthest apart.

    Attributes:
        ratio: of the higher to the lower one; finite.
        low, high: where they are, (rate, batch size) as indices.
    """

    ratio: float
    low: tuple[int, int]
    high: tuple[int, int]


def diagonals(found: RateMap) -> list[IntArray]:
    """The cells of each quotient, (n, 2) indices of rate and batch size, two at least.

    The full batch is of none: its size is no power of 2 times the others.
    """
    rates, sizes = len(found.rates), len(found.batch_sizes) - 1
    lines = [
        np.array([(i + shift, i) for i in range(sizes) if 0 <= i + shift < rates])
        for shift in range(1 - sizes, rates)
    ]
    return [line for line in lines if len(line) > 1]


def reach(found: RateMap, seed: int = 0) -> Reach | None:
    """How far the quotient alone decides: no two medians of a diagonal differ by more.

    Of all parts {ε ≤ ε*, B ≤ B*} in which that is so, the one with the most cells that lie on a
    diagonal with others. The interval is the percentile bootstrap's over replicas, which are
    drawn alike for all cells, for these see the same permutations.

    Args:
        found: the map.
        seed: of the bootstrap.

    Returns:
        None where there is no such part of two cells of one diagonal.
    """
    best = None
    for rate in range(1, len(found.rates)):
        for size in range(1, len(found.batch_sizes) - 1):
            parts = _parts(found, rate, size)
            count = sum(map(len, parts))
            if best and count <= best[0]:
                continue
            if _largest(found.medians, parts) <= 1 + TOLERANCE:
                best = count, rate, size
    if best is None:
        return None
    _count, rate, size = best
    parts = _parts(found, rate, size)
    replicas = found.losses.shape[-1]
    drawn = np.random.default_rng(seed).integers(replicas, size=(RESAMPLES, replicas))
    resampled = medians(found.losses[: rate + 1, : size + 1, drawn])
    ratios = _largest(resampled, parts)
    value = float(_largest(found.medians, parts))
    low, high = np.quantile(ratios, INTERVAL, method="inverted_cdf")
    bound = Bootstrapped(value, min(float(low), value), max(float(high), value))
    return Reach(rate, size, bound)


def furthest_apart(found: RateMap) -> Apart | None:
    """Where the quotient decides least; None where no diagonal has two finite medians."""
    worst = None
    for line in diagonals(found):
        values = found.medians[tuple(line.T)]
        kept = np.flatnonzero(np.isfinite(values))
        if len(kept) < 2:
            continue
        low, high = kept[values[kept].argmin()], kept[values[kept].argmax()]
        ratio = float(values[high] / values[low])
        if worst is None or ratio > worst.ratio:
            worst = Apart(ratio, _cell(line[low]), _cell(line[high]))
    return worst


def _parts(found: RateMap, rate: int, size: int) -> list[IntArray]:
    """The diagonals' cells up to a rate and a batch size, of those that have two."""
    parts = (line[(line[:, 0] <= rate) & (line[:, 1] <= size)] for line in diagonals(found))
    return [part for part in parts if len(part) > 1]


def _largest(middles: FloatArray, parts: list[IntArray]) -> FloatArray:
    """The largest quotient within one of them, (F, S, …) -> (…); infinite if a median is."""
    most = np.full(middles.shape[2:], np.inf if not parts else 1.0)
    for part in parts:
        values = middles[tuple(part.T)]
        finite = np.isfinite(values).all(axis=0)
        known = np.where(finite, values, 1.0)
        most = np.maximum(most, np.where(finite, known.max(axis=0) / known.min(axis=0), np.inf))
    return np.asarray(most)


def _cell(pair: IntArray) -> tuple[int, int]:
    return int(pair[0]), int(pair[1])
