"""Draws that several data surfaces share."""

import numpy as np

from app.science.arrays import FloatArray


def standardised(rng: np.random.Generator, n: int) -> FloatArray:
    """Gaussian inputs of mean exactly 0 and standard deviation exactly 1 (divisor n)."""
    x = rng.standard_normal(n)
    return np.asarray((x - x.mean()) / x.std())


def balanced_labels(rng: np.random.Generator, n: int) -> FloatArray:
    """Labels ±1 in random order, as many of one as of the other (give or take one)."""
    return rng.permutation(np.where(np.arange(n) % 2, 1.0, -1.0))
