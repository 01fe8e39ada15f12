"""‖G‖² and tr Σ from the parts of a batch: micro-batches, or the ranks of parallel training."""

from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.errors import ParameterError


class PartEstimates(NamedTuple):
    """Of K steps, shape (K,) each; a single one may be negative, and is not to be cut.

    Attributes:
        trace: T, which estimates tr Σ.
        squared_norm: S, which estimates ‖G‖².
    """

    trace: FloatArray
    squared_norm: FloatArray


def part_estimates(
    squares: FloatArray, sizes: IntArray, mean_squares: FloatArray, examples: int | None = None
) -> PartEstimates:
    r"""T and S of each step, from m parts of b_j examples and their weighted mean ḡ.

    .. math:: T = \frac{c}{m-1}\Bigl(\sum_j w_j\|g_j\|^2 - \|\bar g\|^2\Bigr),\quad
        S = \|\bar g\|^2 - T/c,\qquad c = \sum_j b_j,\ w_j = b_j/c,\ \bar g = \sum_j w_j g_j

    Unbiased, for unequal parts too, where examples are independent (two equal parts: McCandlish
    et al. 2018, arXiv:1812.06162, appendix A.1). Of N shuffled examples T is of tr S (divisor
    N − 1) and S of ‖G‖² − tr S/N, at an epoch's first update exactly.

    Args:
        squares: ‖g_j‖² of each part, shape (K, m).
        sizes: b_j, shape (m,) or (K, m).
        mean_squares: ‖ḡ‖², shape (K,).
        examples: N, where they were shuffled and S is to be of ‖G‖² itself: T/N is added. None
            where they were drawn with replacement, or N is not known.

    Raises:
        ParameterError: fewer than two parts, or a part without an example.
    """
    parts = squares.shape[-1]
    if parts < 2:
        raise ParameterError("parts", parts, "an integer of at least 2")
    if np.min(sizes) < 1:
        raise ParameterError("sizes", int(np.min(sizes)), "an integer of at least 1")
    total = np.sum(sizes, axis=-1)
    weighted = np.sum(sizes * squares, axis=-1) / total
    trace = total * (weighted - mean_squares) / (parts - 1)
    squared_norm = mean_squares - trace / total
    if examples is not None:
        squared_norm = squared_norm + trace / examples
    return PartEstimates(trace, squared_norm)
