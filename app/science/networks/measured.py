"""What is measured exactly at points of runs: sharpness and gradient noise."""

from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.networks.spec import NetworkSpec


class Measured(NamedTuple):
    """Of M points of R replicas each, shape (M, R); NaN from divergence onwards.

    Attributes:
        sharpness: λ₁, the largest eigenvalue of the training loss' Hessian.
        squared_norm: ‖G‖².
        trace: tr Σ, divisor N.
        noise_scale: tr Σ / ‖G‖².
        share: of Σ‖g_i‖², what the 1 % of the examples with the largest ‖g_i‖² hold (at least one).
        estimate: the noise scale as batches of this size estimate it; NaN where they say nothing.
        low, high: its 95 % interval by Fieller; ``high`` is infinite where it is open.
    """

    sharpness: FloatArray
    squared_norm: FloatArray
    trace: FloatArray
    noise_scale: FloatArray
    share: FloatArray
    estimate: FloatArray
    low: FloatArray
    high: FloatArray


def measure(
    spec: NetworkSpec, weights: FloatArray, replicas: range, batch_size: int, seed: int
) -> Measured:
    """All of it."""
    raise NotImplementedError


def beside(apart: list[Measured]) -> Measured:
    """What was measured of further replicas beside those of the first."""
    columns = zip(*apart, strict=True)
    return Measured(*(np.concatenate(each, axis=1) for each in columns))
