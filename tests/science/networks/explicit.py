"""Gradients of single examples, by the slow way."""

import numpy as np

from app.science.arrays import FloatArray
from app.science.networks.network import Network, Rows


def one_by_one(network: Network, theta: FloatArray, rows: Rows) -> FloatArray:
    """The gradient of each example's own loss at θ (P,), by a batch of one."""
    return np.concatenate(
        [
            network.gradient(theta[None], rows.x[None, i : i + 1], rows.y[None, i : i + 1]).copy()
            for i in range(rows.size)
        ]
    )
