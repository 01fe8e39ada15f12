"""The noise scale estimated from batches of two sizes, as where Σ cannot be had."""

import math
from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, IntArray, Values
from app.science.errors import ParameterError
from app.science.message import Message

Sizes = int | IntArray


@dataclass(frozen=True)
class Estimate:
    """What K pairs of batches say of the gradient and its noise.

    Each is averaged by itself before they are divided: a single pair's may be negative.

    Attributes:
        pairs: K.
        squared_norm: mean of the estimates of ‖G‖².
        squared_norm_error: its standard error, None of a single pair.
        trace: mean of the estimates of the noise's trace.
        trace_error: its standard error, None of a single pair.
    """

    pairs: int
    squared_norm: float
    squared_norm_error: float | None
    trace: float
    trace_error: float | None

    @property
    def noise_scale(self) -> float | None:
        """Mean trace over mean squared norm; None where `reason` says why."""
        return None if self.reason else self.trace / self.squared_norm

    @property
    def reason(self) -> str | None:
        """Why there is no noise scale, None if there is one."""
        if self.squared_norm == self.trace == 0:
            return Message("All gradients drawn are zero to rounding")
        if self.squared_norm <= 0:
            return Message(
                "The estimates of ‖G‖² average to nothing above 0: the gradient is lost in noise"
            )
        if self.trace < 0:
            return Message(
                "The estimates of the trace average below 0: too few pairs to see the noise"
            )
        return None


def estimate(small: FloatArray, large: FloatArray, b: Sizes, c: Sizes) -> Estimate:
    """Average `pair_estimates`, numerator and denominator apart.

    Args:
        small: ‖g‖² of the smaller batch of each pair, shape (K,).
        large: of the larger one.
        b: size of the smaller batch, one for all or shape (K,).
        c: of the larger one, above b.

    Raises:
        ParameterError: no pair, or a larger batch that is not larger.
    """
    if not len(small):
        raise ParameterError("pairs", 0, "an integer of at least 1")
    if np.any(np.asarray(b) >= np.asarray(c)):
        raise ParameterError(
            "batch_size", b, Message("below the size of the larger batch, {size}", size=c)
        )
    squares, traces = pair_estimates(small, large, b, c)
    return Estimate(
        pairs=len(small),
        squared_norm=float(squares.mean()),
        squared_norm_error=_standard_error(squares),
        trace=float(traces.mean()),
        trace_error=_standard_error(traces),
    )


def pair_estimates(
    small: FloatArray, large: FloatArray, b: Sizes, c: Sizes
) -> tuple[FloatArray, FloatArray]:
    """Estimates of ‖G‖² and of the trace from each pair of batches, of sizes b < c.

    (c‖g_c‖² − b‖g_b‖²)/(c − b) and (‖g_b‖² − ‖g_c‖²)/(1/b − 1/c), unbiased whether or not the
    batches of a pair share examples (McCandlish et al. 2018, arXiv:1812.06162, appendix A.1).
    What they are unbiased for is in `targets`.
    """
    squares = (c * large - b * small) / (c - b)
    traces = (small - large) / (1 / b - 1 / c)
    return squares, traces


def targets(
    squared_norm: Values, trace: Values, examples: int, *, replacement: bool
) -> tuple[Values, Values]:
    """What is really estimated for ‖G‖² and the trace, given ‖G‖², tr Σ and N.

    With replacement these themselves. Without, E‖g_B‖² = ‖G‖² + tr S (1/B − 1/N), S = Σ·N/(N−1), so
    the trace is tr S and the squared norm is ‖G‖² − tr S/N, which may be negative.
    """
    if replacement:
        return squared_norm, trace
    return squared_norm - trace / (examples - 1), trace * examples / (examples - 1)


def _standard_error(values: FloatArray) -> float | None:
    return float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else None
