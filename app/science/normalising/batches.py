"""Sums over all batches that there are of some examples, or over many that are drawn."""

from collections.abc import Iterator
from itertools import chain, combinations
from math import comb

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.pauses import pause

EVERY = 1_200_000  # indices of examples, up to which every batch is made


def enumerable(examples: int, size: int) -> bool:
    """Whether every batch of a size is made, by its members or by what it leaves out.

    >>> [enumerable(1050, size) for size in (1, 2, 3, 1049, 1050)]
    [True, True, False, True, True]
    """
    few = min(size, examples - size)
    return comb(examples, few) * max(few, 1) <= EVERY


def every_sum(columns: FloatArray, size: int) -> FloatArray:
    """Sums of columns over every batch of a size, each once.

    Args:
        columns: shape (C, N).
        size: from 0 to N, an `enumerable` one.

    Returns:
        Shape (C, batches).
    """
    examples = columns.shape[1]
    few = min(size, examples - size)
    if few == 0:
        sums = np.zeros((len(columns), 1))
    else:
        count = comb(examples, few)
        members = chain.from_iterable(combinations(range(examples), few))
        chosen = np.fromiter(members, dtype=np.int64, count=count * few).reshape(count, few)
        sums = columns[:, chosen].sum(axis=-1)
    return sums if few == size else columns.sum(axis=1, keepdims=True) - sums


def orders(examples: int, draws: int, seed: int) -> Iterator[IntArray]:
    """Permutations of examples, one a draw: the k-th of ``default_rng(seed)``."""
    rng = np.random.default_rng(seed)
    for _ in range(draws):
        pause()
        yield rng.permutation(examples)
