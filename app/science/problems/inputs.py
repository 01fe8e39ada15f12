"""Draws that several data surfaces share."""

import numpy as np

from app.science.arrays import FloatArray

BALANCED = 0.5  # share of the rare class where neither class is


def standardised(rng: np.random.Generator, n: int) -> FloatArray:
    """Gaussian inputs of mean exactly 0 and standard deviation exactly 1 (divisor n)."""
    x = rng.standard_normal(n)
    return np.asarray((x - x.mean()) / x.std())


def balanced_labels(rng: np.random.Generator, n: int) -> FloatArray:
    """Labels ±1 in random order, as many of one as of the other (give or take one)."""
    return rng.permutation(np.where(np.arange(n) % 2, 1.0, -1.0))


def class_labels(rng: np.random.Generator, n: int, share: float = BALANCED) -> FloatArray:
    """Labels ±1 in random order, +1 being the rare ones; `balanced_labels` where neither is."""
    if share == BALANCED:
        return balanced_labels(rng, n)
    return rng.permutation(np.where(np.arange(n) < rare_count(n, share), 1.0, -1.0))


def rare_count(examples: int, share: float) -> int:
    """How many of so many examples are of the rare class: one at least.

    >>> rare_count(1050, 0.05), rare_count(10, 0.01)
    (52, 1)
    """
    return max(1, round(share * examples))
