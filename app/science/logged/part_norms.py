"""What the norms of a step's parts show, beside their mean."""

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

EXACTLY = 1e-5  # of a squared norm that was cut to a value in single precision


class PartNorms(NamedTuple):
    """Of one step; each as `Steps` has it."""

    mean_part_norm: float
    least_norm: float
    spread: bool
    growing: bool
    tied: bool


def seen(squares: list[float], weights: Sequence[float]) -> PartNorms:
    """Of ‖g_j‖² and what the parts weigh, m of each; NaN where a norm is none."""
    total = sum(weights)
    shares = [weight / total for weight in weights]
    # The largest part's pull, less that of all others against it.
    pulls = [share * math.sqrt(square) for share, square in zip(shares, squares, strict=True)]
    low, high = min(squares), max(squares)
    spread = len(squares) < 2 or low < high
    return PartNorms(
        mean_part_norm=sum(w * square for w, square in zip(shares, squares, strict=True)),
        least_norm=max(0.0, 2 * max(pulls) - sum(pulls)) ** 2,
        spread=spread,
        growing=len(squares) > 2 and all(a < b for a, b in pairwise(squares)),
        tied=spread and sum(square >= high * (1 - EXACTLY) for square in squares) > 1,
    )
