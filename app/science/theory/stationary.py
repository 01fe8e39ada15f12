r"""Where SGD comes to rest on a quadratic: the covariance of θ once it no longer changes.

The noisy quadratic model (Zhang et al. 2019, arXiv:1907.04164): loss ½ θᵀAθ, independent batches
whose gradient is Aθ plus noise of covariance C/B, the same everywhere.
"""

import numpy as np

from app.science.arrays import FloatArray

EYE = np.eye(2)


def stationary_covariance(
    hessian: FloatArray, noise: FloatArray, learning_rate: float, batch_size: float
) -> FloatArray | None:
    r"""The exact covariance S of SGD, of any rate that is stable.

    .. math:: S = (I - \varepsilon A) S (I - \varepsilon A) + \varepsilon^2 C/B
        \quad\Longleftrightarrow\quad AS + SA - \varepsilon ASA = (\varepsilon/B)\,C

    Args:
        hessian: A, shape (2, 2).
        noise: C, covariance of an example's gradient, shape (2, 2).
        learning_rate: ε.
        batch_size: B.

    Returns:
        S, shape (2, 2); None unless every eigenvalue of εA is above 0 and below 2.
    """
    if not _stable(hessian, learning_rate):
        return None
    operator = np.kron(hessian, EYE) + np.kron(EYE, hessian)
    operator -= learning_rate * np.kron(hessian, hessian)
    return _solve(operator, learning_rate / batch_size * noise)


def small_rate_covariance(
    hessian: FloatArray, noise: FloatArray, learning_rate: float, batch_size: float
) -> FloatArray | None:
    r"""Its limit for small rates, :math:`AS + SA = (\varepsilon/B)\,C` (Mandt et al. 2017).

    Its floor is ε tr C/(4B). Where A and C have the same axes it is too small, by the factor
    1 − ελ/2 along an axis of curvature λ.

    Returns:
        S, shape (2, 2); None unless every eigenvalue of εA is above 0 and below 2.
    """
    if not _stable(hessian, learning_rate):
        return None
    operator = np.kron(hessian, EYE) + np.kron(EYE, hessian)
    return _solve(operator, learning_rate / batch_size * noise)


def heavy_ball_covariance(
    hessian: FloatArray,
    noise: FloatArray,
    learning_rate: float,
    batch_size: float,
    momentum: float,
) -> FloatArray | None:
    r"""The exact covariance of θ under v′ = βv + g, θ′ = θ − εv′.

    .. math:: P = F P F^T + Q,\quad
        F = \begin{pmatrix} I - \varepsilon A & -\varepsilon\beta I \\ A & \beta I \end{pmatrix},
        \quad Q = \begin{pmatrix} \varepsilon^2 & -\varepsilon \\ -\varepsilon & 1 \end{pmatrix}
        \otimes C/B

    Args:
        hessian, noise, learning_rate, batch_size: as in `stationary_covariance`.
        momentum: β.

    Returns:
        The block of P that is θ's, shape (2, 2); None if F does not contract.
    """
    e, beta = learning_rate, momentum
    step = np.block([[EYE - e * hessian, -e * beta * EYE], [hessian, beta * EYE]])
    if np.abs(np.linalg.eigvals(step)).max() >= 1:
        return None
    kick = np.kron(np.array([[e * e, -e], [-e, 1.0]]), noise / batch_size)
    return _solve(np.eye(16) - np.kron(step, step), kick)[:2, :2]


def loss_floor(hessian: FloatArray, covariance: FloatArray) -> float:
    """Mean loss above the minimum of points so scattered, ½ tr(AS)."""
    return float(np.trace(hessian @ covariance)) / 2


def _stable(hessian: FloatArray, learning_rate: float) -> bool:
    steps = learning_rate * np.linalg.eigvalsh(hessian)
    return bool(np.all((steps > 0) & (steps < 2)))


def _solve(operator: FloatArray, right: FloatArray) -> FloatArray:
    """The symmetric matrix whose entries, in a row, the operator takes to ``right``."""
    solution = np.linalg.solve(operator, right.ravel()).reshape(right.shape)
    return np.asarray((solution + solution.T) / 2)
