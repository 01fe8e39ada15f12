"""The mean cosine of the angle between a noisy gradient and the full one."""

import math

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.errors import ParameterError

# The expansion in 1/B takes a batch's gradient for Gaussian, which that of fewer examples is not,
# and its noise for small beside the full gradient.
LARGE_BATCH = 16
SMALL_NOISE = 0.1  # tr C/‖G‖² of the batch gradient

# Nodes of `expected_cosine` in log t, 0 being about where its integrand turns. To the left it
# falls at least as fast as t, to the right as 1/t: at both ends nothing of it is left.
LOG_NODES = np.arange(-35.0, 40.0, 0.15)


def expected_cosine(gradient: FloatArray, covariances: FloatArray) -> FloatArray:
    r"""E cos ∠(g, G) of a Gaussian g with mean G and any covariance C.

    From :math:`1/\lVert g\rVert = \frac{2}{\sqrt\pi}\int_0^\infty e^{-t^2\lVert g\rVert^2}dt`
    and the Gaussian integral under it, with :math:`M = I + 2t^2C`,

    .. math:: E\cos = \frac{2}{\sqrt\pi\,\lVert G\rVert} \int_0^\infty
        |M|^{-1/2}\, e^{-t^2 G'M^{-1}G}\; G'M^{-1}G \;dt,

    by the trapezoidal rule in log t, whose error falls exponentially with the number of nodes.
    Exact for Gaussian g to 1e-12; a singular C is no exception. A mini-batch gradient is
    nearly Gaussian unless the batch is small.

    Args:
        gradient: G, not 0, shape (2,).
        covariances: C of the batch gradient (not of an example's), shape (..., 2, 2).

    Returns:
        Values in (0, 1], shape (...).

    Raises:
        ParameterError: G is 0, so that there is no angle to it.
    """
    squared = _squared_norm(gradient)
    variances, axes = np.linalg.eigh(covariances / squared)
    variances = np.maximum(variances, 0.0)[..., None, :]
    parts = (gradient / math.sqrt(squared) @ axes)[..., None, :] ** 2
    scale = 1 / np.sqrt(1 + 2 * variances.max(axis=-1))
    t = scale * np.exp(LOG_NODES)
    m = 1 + 2 * t[..., None] ** 2 * variances
    quadratic = np.sum(parts / m, axis=-1)
    integrand = t * quadratic * np.exp(-(t**2) * quadratic) / np.sqrt(np.prod(m, axis=-1))
    step = LOG_NODES[1] - LOG_NODES[0]
    integral = step * np.sum(integrand, axis=-1)
    return np.asarray(np.minimum(2 / math.sqrt(math.pi) * integral, 1.0))


def cosine_large_batch(
    gradient: FloatArray, covariances: FloatArray, batch_sizes: IntArray
) -> tuple[float | None, ...]:
    """The leading term for large batches, 1 − u′Cu/(2‖G‖²), u the unit vector across G.

    C being Σ/B, or that with the finite-population correction, this is the law
    1 − E cos ∝ 1/B. It is refused (None) for batches of fewer than `LARGE_BATCH` examples, and
    where tr C is more than `SMALL_NOISE` of ‖G‖², so for batches of less than ten noise scales:
    there the terms left out count.

    Args:
        gradient: G, not 0, shape (2,).
        covariances: C of each batch gradient, shape (M, 2, 2).
        batch_sizes: B, shape (M,).

    Raises:
        ParameterError: G is 0.
    """
    squared = _squared_norm(gradient)
    across = np.array([-gradient[1], gradient[0]]) / math.sqrt(squared)
    cosines = 1 - across @ covariances @ across / (2 * squared)
    small_noise = np.trace(covariances, axis1=1, axis2=2) <= SMALL_NOISE * squared
    holds = (np.asarray(batch_sizes) >= LARGE_BATCH) & small_noise
    return tuple(
        cosine if good else None
        for cosine, good in zip(cosines.tolist(), holds.tolist(), strict=True)
    )


def _squared_norm(gradient: FloatArray) -> float:
    squared = float(gradient @ gradient)
    if squared == 0:
        raise ParameterError("gradient", tuple(gradient.tolist()), "different from 0")
    return squared
