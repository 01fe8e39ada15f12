"""Gradient noise at points, exactly: of all examples, from what one pass back leaves of each."""

from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.networks.network import Network, Passed, Rows

HOLDERS = 100  # of so many examples one is among those whose share is told


class GradientNoise(NamedTuple):
    """Of R points, shape (R,) each.

    Attributes:
        squared_norm: ‖G‖², of the mean loss' gradient.
        trace: tr Σ, divisor N.
        noise_scale: tr Σ / ‖G‖²; infinite where G alone is 0, NaN where there is no noise either.
        share: of Σ‖g_i‖², what the 1 % of the examples with the largest ‖g_i‖² hold (at least
            one); NaN where all are 0.
    """

    squared_norm: FloatArray
    trace: FloatArray
    noise_scale: FloatArray
    share: FloatArray


class GradientSquares(NamedTuple):
    """Squared norms of B examples' gradients.

    Attributes:
        each: ‖g_i‖², shape (R, B).
        mean: of their mean, shape (R,).
    """

    each: FloatArray
    mean: FloatArray


def gradient_noise(
    network: Network, theta: FloatArray, rows: Rows, shares: FloatArray | None = None
) -> GradientNoise:
    """Of the examples' gradients at θ (R, P); of a layer, g_i = δ_i a_iᵀ, so ‖g_i‖² = ‖δ_i‖²‖a_i‖².

    (Goodfellow 2015, arXiv:1510.01799.)

    Args:
        network: which.
        theta: R points, shape (R, P).
        rows: the N examples.
        shares: with which probability each is drawn, shape (N,); None if all with the same. Mean
            and trace are then those of a drawn one.
    """
    squares, squared_norm = gradient_squares(network, theta, rows, shares)
    mean = squares.mean(axis=-1) if shares is None else squares @ shares
    trace = np.maximum(mean - squared_norm, 0.0)  # below 0 by rounding alone
    held = np.sort(squares, axis=-1)[:, -most_held(rows.size) :].sum(axis=-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return GradientNoise(squared_norm, trace, trace / squared_norm, held / squares.sum(axis=-1))


def preconditioned_scale(
    network: Network, theta: FloatArray, rows: Rows, scaling: FloatArray
) -> FloatArray:
    """tr(PΣP)/‖PG‖² in examples, P diagonal: the noise scale of steps along P·g.

    Of a layer ‖P g_i‖² = (δ_i²)ᵀ P² (a_i²), squares by element. With P = 1 it is the plain one.

    Args:
        network: which.
        theta: R points, shape (R, P).
        rows: the examples.
        scaling: the diagonals, shape (R, P); of any common length.

    Returns:
        Shape (R,); infinite where G alone is 0, NaN where there is no noise either.
    """
    passed = _passed(network, theta, rows)
    square = (scaling / scaling.max(axis=-1, keepdims=True)) ** 2  # so that it is finite
    of_mean, of_each = np.zeros(len(theta)), np.zeros(len(theta))
    for taken, delta, view in zip(
        passed.inputs, passed.deltas, network.layers.views(square), strict=True
    ):
        mean = np.matmul(delta.swapaxes(-1, -2), taken) / rows.size
        of_mean += np.einsum("roi,roi->r", view, mean**2)
        onto = np.matmul(taken**2, view.swapaxes(-1, -2))
        of_each += np.einsum("rno,rno->r", delta**2, onto)
    trace = np.maximum(of_each / rows.size - of_mean, 0.0)  # below 0 by rounding alone
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(trace / of_mean)


def gradient_squares(
    network: Network, theta: FloatArray, rows: Rows, shares: FloatArray | None = None
) -> GradientSquares:
    """Of examples at θ (R, P), their mean weighted by ``shares`` as in `gradient_noise`."""
    passed = _passed(network, theta, rows)
    squares = sum(
        np.einsum("...o,...o->...", delta, delta) * np.einsum("...i,...i->...", taken, taken)
        for taken, delta in zip(passed.inputs, passed.deltas, strict=True)
    )
    squared_norm = np.zeros(len(theta))
    for taken, delta in zip(passed.inputs, passed.deltas, strict=True):
        weighed = delta if shares is None else delta * (rows.size * shares)[:, None]
        mean = np.matmul(weighed.swapaxes(-1, -2), taken) / rows.size
        squared_norm += np.einsum("roi,roi->r", mean, mean)
    return GradientSquares(np.asarray(squares), squared_norm)


def most_held(examples: int) -> int:
    """How many examples 1 % are, at least one.

    >>> most_held(50), most_held(1437)
    (1, 14)
    """
    return max(1, examples // HOLDERS)


def gradient_products(network: Network, theta: FloatArray, rows: Rows) -> FloatArray:
    """g_i·g_j of all examples at one point, θ (P,) -> (N, N); of a layer (δ_i·δ_j)(a_i·a_j)."""
    passed = _passed(network, theta[None], rows)
    products = np.zeros((rows.size, rows.size))
    for taken, delta in zip(passed.inputs, passed.deltas, strict=True):
        layer = np.matmul(delta[0], delta[0].T)
        layer *= np.matmul(taken[0], taken[0].T)
        products += layer
    return products


def projected(network: Network, theta: FloatArray, rows: Rows, axes: FloatArray) -> FloatArray:
    """g_i of each example at one point along some axes, θ (P,), axes (A, P) -> (N, A)."""
    passed = _passed(network, theta[None], rows)
    along = np.zeros((rows.size, len(axes)))
    for view, taken, delta in zip(
        network.layers.views(axes), passed.inputs, passed.deltas, strict=True
    ):
        along += np.einsum("ano,no->na", np.matmul(taken[0], view.swapaxes(-1, -2)), delta[0])
    return along


def covariance(gradients: FloatArray) -> FloatArray:
    """Σ of gradients along A axes, divisor N, (N, A) -> (A, A)."""
    away = gradients - gradients.mean(axis=0)
    return np.asarray(away.T @ away / len(gradients))


def _passed(network: Network, theta: FloatArray, rows: Rows) -> Passed:
    x, y = (each if each.ndim == 3 else each[None] for each in (rows.x, rows.y))
    return network.passed(theta, x, y)
