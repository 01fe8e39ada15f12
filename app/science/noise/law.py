"""How gradient noise falls with batch size: the laws beside which measurements are drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.noise.cosine import cosine_large_batch, expected_cosine
from app.science.noise.point import PointNoise


@dataclass(frozen=True, eq=False)
class NoiseLaw:
    """What theory says of mini-batch gradients g_B at a point, against batch size.

    Attributes:
        batch_sizes: B, increasing, shape (M,).
        trace: total variance of g_B, exact, shape (M,).
        mean_square: E‖g_B‖², exact, shape (M,).
        cosine: mean cosine of the angle between g_B and G if g_B were Gaussian, shape (M,);
            None at a stationary point.
        cosine_large_batch: the same for large batches, None where they are not large; None
            altogether at a stationary point.
    """

    batch_sizes: IntArray
    trace: FloatArray
    mean_square: FloatArray
    cosine: FloatArray | None
    cosine_large_batch: tuple[float | None, ...] | None


def noise_law(noise: PointNoise, batch_sizes: IntArray, *, replacement: bool = False) -> NoiseLaw:
    """The laws at a point.

    Args:
        noise: the point's.
        batch_sizes: B, such as `law_batch_sizes` chooses.
        replacement: whether an example may be drawn again within a batch.
    """
    factor = variance_factor(batch_sizes, noise.examples, replacement=replacement)
    trace = noise.trace * factor
    mean_square = noise.norm**2 + trace
    if noise.stationary:
        return NoiseLaw(batch_sizes, trace, mean_square, None, None)
    covariances = factor[:, None, None] * noise.covariance
    return NoiseLaw(
        batch_sizes,
        trace,
        mean_square,
        expected_cosine(noise.gradient, covariances),
        cosine_large_batch(noise.gradient, covariances, batch_sizes),
    )


def variance_factor(
    batch_sizes: IntArray | Sequence[int] | int, examples: int, *, replacement: bool
) -> FloatArray:
    """Variance of a batch's mean over that of one example.

    With replacement 1/B; without, 1/B · (N−B)/(N−1), the finite-population correction (Cochran
    1977): exactly 0 at B = N. The covariance of a mini-batch gradient is Σ times this.

    >>> variance_factor([1, 10, 100], 100, replacement=False).round(4).tolist()
    [1.0, 0.0909, 0.0]
    """
    b = np.asarray(batch_sizes, dtype=np.float64)
    return 1 / b if replacement else (examples - b) / (b * (examples - 1))


def gradient_covariances(
    noise: PointNoise,
    batch_sizes: IntArray | Sequence[int],
    *,
    replacement: bool = False,
    poisson: bool = False,
) -> FloatArray:
    r"""The covariance of g_B, exact: Σ times the `variance_factor`.

    Of Poisson batches, whose size is drawn too, :math:`(1/B - 1/N)(\Sigma + GG^\top)`: with
    p = B/N the sum over B of members' g_i has Σ_i p(1 − p) g_i g_iᵀ/B².

    Args:
        noise: the point's.
        batch_sizes: B, shape (M,).
        replacement: whether an example may be drawn again within a batch.
        poisson: whether each example joins a batch by a draw of its own.

    Returns:
        Of each batch size, shape (M, 2, 2).
    """
    if poisson:
        factor = 1 / np.asarray(batch_sizes, dtype=np.float64) - 1 / noise.examples
        return np.asarray(factor[:, None, None] * noise.second_moment)
    factor = variance_factor(batch_sizes, noise.examples, replacement=replacement)
    return np.asarray(factor[:, None, None] * noise.covariance)


def law_batch_sizes(examples: int, asked: Sequence[int] = (), count: int = 60) -> IntArray:
    """Batch sizes to draw a law through: 1, N and those ``asked`` among them.

    Evenly spaced on a logarithmic axis, and as closely towards N as towards 1, where the
    finite-population correction bends the law.

    Args:
        examples: N.
        asked: further batch sizes, from 1 to N.
        count: how many evenly spaced, about.

    Raises:
        ParameterError: a batch size outside 1..N.
    """
    check_batch_sizes(asked, examples)
    up = np.geomspace(1, examples, count).round().astype(np.int64)
    return np.unique(np.concatenate([up, examples + 1 - up, np.array(asked, dtype=np.int64)]))


def check_batch_sizes(batch_sizes: Sequence[int], examples: int) -> None:
    """Refuse a batch size outside 1..N.

    Raises:
        ParameterError: naming the first of them.
    """
    for size in batch_sizes:
        if not 1 <= size <= examples:
            raise ParameterError(
                "batch_size", size, Message("an integer from 1 to {most}", most=examples)
            )
