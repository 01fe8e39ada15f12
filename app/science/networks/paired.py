"""Means over replicas and their paired differences, with intervals by Student's t."""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from scipy.special import stdtrit

from app.science.arrays import FloatArray

LEVEL = 0.05  # of all comparisons together, that an interval of one of them misses


class Mean(NamedTuple):
    """A mean over replicas, and half of its interval's width."""

    value: float
    half: float

    @property
    def low(self) -> float:
        """Lower end."""
        return self.value - self.half

    @property
    def high(self) -> float:
        """Upper end."""
        return self.value + self.half

    @property
    def certain(self) -> bool:
        """Whether it is not 0: the interval leaves that out."""
        return abs(self.value) > self.half


def mean(values: FloatArray, comparisons: int = 1, unit: float = 0.0) -> Mean:
    r"""Mean of R replicas, with :math:`t_{1 - \alpha/2m,\,R - 1}\, s/\sqrt{R}` to either side.

    With m comparisons α is shared out equally (Bonferroni): all m intervals hold at once with
    95 %, however the comparisons hang together.

    Args:
        values: shape (R,), at least two; NaN of replicas that are left out.
        comparisons: m.
        unit: what a value is told in: s is not taken to be less than that of rounding to it.
    """
    values = values[~np.isnan(values)]
    replicas = len(values)
    spread = max(float(np.std(values, ddof=1)), unit / 12**0.5)
    half = _quantile(comparisons, replicas - 1) * spread / replicas**0.5
    return Mean(float(np.mean(values)), half)


@cache
def _quantile(comparisons: int, degrees: int) -> float:
    return float(stdtrit(degrees, 1 - LEVEL / (2 * comparisons)))


def differences(
    columns: Sequence[FloatArray], reference: FloatArray, comparisons: int, unit: float = 0.0
) -> tuple[Mean, ...]:
    """Each column less the reference, replica by replica; the intervals hold all at once.

    Args:
        columns: values of the same replicas, shape (R,) each.
        reference: theirs elsewhere, shape (R,).
        comparisons: how many columns there will be, those that are not known yet too.
        unit: as `mean` has it.
    """
    return tuple(mean(column - reference, comparisons, unit) for column in columns)
