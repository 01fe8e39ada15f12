"""The noise scale at a point as an adaptive rule feels it, which scales each coordinate."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.noise.cloud import Cloud
from app.science.noise.law import gradient_covariances
from app.science.noise.point import PointNoise


def preconditioner(square: FloatArray, eps: float) -> FloatArray:
    r"""What RMSprop and Adam multiply each coordinate by, :math:`P = 1/(\sqrt{\hat s} + \epsilon)`.

    (Tieleman and Hinton 2012; Kingma and Ba 2015, arXiv:1412.6980.)

    >>> preconditioner(np.array([4.0, 0.25]), 0.0)
    array([0.5, 2. ])

    Args:
        square: ŝ, the smoothed squared gradient, of any shape.
        eps: ϵ, above 0 unless no ŝ is 0.
    """
    return np.asarray(1 / (np.sqrt(square) + eps))


def resting_square(
    noise: PointNoise,
    batch_sizes: IntArray | Sequence[int],
    *,
    replacement: bool = False,
    poisson: bool = False,
) -> FloatArray:
    r"""The mean of ŝ while a rule stays at the point, :math:`E g_B^2 = G^2 + \Sigma_{jj}/B`.

    In the place of Σ/B are the `gradient_covariances`. Adam's ŝ is a weighted mean of such squares,
    so this is exactly its mean, for every β₂ and after any number of updates; RMSprop's is the same
    times 1 − αᵗ, for both coordinates alike.

    Args:
        noise: the point's.
        batch_sizes: B, shape (M,).
        replacement: whether an example may be drawn again within a batch.
        poisson: whether each example joins a batch by a draw of its own.

    Returns:
        Of each batch size and coordinate, shape (M, 2).
    """
    covariances = gradient_covariances(noise, batch_sizes, replacement=replacement, poisson=poisson)
    return np.asarray(noise.gradient**2 + np.diagonal(covariances, axis1=1, axis2=2))


def preconditioned_scale(noise: PointNoise, scaling: FloatArray) -> FloatArray | None:
    r"""tr(PΣP)/‖PG‖², in examples, P diagonal: the noise scale of steps along P·g.

    As the noise scale of McCandlish et al. 2018 (arXiv:1812.06162) for gradients P·g; with P = 1 it
    is that. It does not depend on the length of P.

    Args:
        noise: the point's.
        scaling: the diagonal of P, shape (..., 2).

    Returns:
        Shape (...); None at a stationary point, where it has no bound.
    """
    if noise.stationary:
        return None
    # To a common length, whose squares are finite.
    square = (scaling / scaling.max(axis=-1, keepdims=True)) ** 2
    return np.asarray((square @ np.diag(noise.covariance)) / (square @ noise.gradient**2))


@dataclass(frozen=True, eq=False)
class FeltScales:
    """The noise scale that RMSprop and Adam feel while they stay at a point.

    Attributes:
        noise: the point's.
        batch_sizes: B, increasing, shape (M,).
        scales: with P of the exact `resting_square`, shape (M,); None at a stationary point.
        measured: by batch size, with P of the mean square of drawn gradients; likewise.
        draws: of each of these.
        poisson: whether they are of Poisson batches, and the scales those of their ŝ.
    """

    noise: PointNoise
    batch_sizes: IntArray
    scales: FloatArray | None
    measured: dict[int, float] | None
    draws: int
    poisson: bool


def felt_scales(
    noise: PointNoise,
    batch_sizes: IntArray,
    clouds: Sequence[Cloud],
    *,
    replacement: bool,
    eps: float,
) -> FeltScales:
    """The noise scale that RMSprop and Adam feel at a point, against batch size.

    Args:
        noise: the point's.
        batch_sizes: B, increasing, at which it is exact.
        clouds: draws there, by which it is measured; of Poisson batches it is exact of those.
        replacement: whether an example may be drawn again within a batch.
        eps: ϵ of the rule.
    """
    draws, poisson = len(clouds[0].gradients), clouds[0].poisson
    if noise.stationary:
        return FeltScales(noise, batch_sizes, None, None, draws, poisson)
    square = resting_square(noise, batch_sizes, replacement=replacement, poisson=poisson)
    exact = preconditioned_scale(noise, preconditioner(square, eps))
    drawn = np.array([np.mean(cloud.gradients**2, axis=0) for cloud in clouds])
    measured = preconditioned_scale(noise, preconditioner(drawn, eps))
    sizes = [cloud.batch_size for cloud in clouds]
    values = [] if measured is None else measured.tolist()
    drawn_at = dict(zip(sizes, values, strict=True))
    return FeltScales(noise, batch_sizes, exact, drawn_at, draws, poisson)
