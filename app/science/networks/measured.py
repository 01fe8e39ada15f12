"""What is measured exactly at points of runs: sharpness and gradient noise."""

from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.networks.curvature import sharpness
from app.science.networks.gradient_noise import (
    gradient_noise,
    gradient_products,
    preconditioned_scale,
)
from app.science.networks.network import Network, Rows
from app.science.networks.spec import NetworkSpec
from app.science.noise.fieller import ratio
from app.science.noise.parts import PartEstimates, part_estimates
from app.science.pauses import pause

ESTIMATES = 3  # the stream of random numbers, beside those of `spec`
BATCHES = 64  # drawn at each point
HALVED = 2  # examples at least: a batch is halved


class Measured(NamedTuple):
    """Of M points of R replicas each, shape (M, R); NaN from divergence onwards.

    Attributes:
        sharpness: λ₁, the largest eigenvalue of the training loss' Hessian.
        squared_norm: ‖G‖².
        trace: tr Σ, divisor N.
        noise_scale: tr Σ / ‖G‖².
        share: of Σ‖g_i‖², what the 1 % of the examples with the largest ‖g_i‖² hold (at least one).
        felt: tr(PΣP)/‖PG‖², as an adaptive rule feels it with the ŝ that it arrives with,
            P = 1/(√ŝ + ϵ); NaN at the start, where there is none yet, and of other rules.
        estimate: the noise scale as batches of this size, at least of `HALVED`, estimate it; NaN
            where they say nothing.
        low, high: its 95 % interval by Fieller; ``high`` is infinite where it is open.
    """

    sharpness: FloatArray
    squared_norm: FloatArray
    trace: FloatArray
    noise_scale: FloatArray
    share: FloatArray
    felt: FloatArray
    estimate: FloatArray
    low: FloatArray
    high: FloatArray


class Points(NamedTuple):
    """What `measure` takes, as a task that can be run anywhere."""

    spec: NetworkSpec
    weights: FloatArray
    replicas: range
    batch_size: int
    seed: int
    scaling: FloatArray | None = None


def measure_points(points: Points) -> Measured:
    """As `measure`."""
    return measure(*points)


def measure(
    spec: NetworkSpec,
    weights: FloatArray,
    replicas: range,
    batch_size: int,
    seed: int,
    scaling: FloatArray | None = None,
) -> Measured:
    """Measure points of runs of one batch size; a replica's do not depend on the others.

    The noise scale is estimated at each point from `BATCHES` batches of B examples, or `HALVED`
    where B is 1, each in two halves, the full batch's too. They are drawn with replacement, point
    after point, from ``default_rng([seed, r, 3])``: what they estimate is exactly ``noise_scale``.

    Args:
        spec: the network and its data.
        weights: of M points of each replica, shape (M, R, P); NaN from divergence onwards.
        replicas: which.
        batch_size: B.
        seed: of the runs.
        scaling: P of an adaptive rule at each point, shaped as ``weights``; NaN where it has none.

    Raises:
        ParameterError: as `NetworkSpec.split`.
    """
    network, rows = spec.network, spec.stacked("train", replicas)
    draws = [np.random.default_rng([seed, r, ESTIMATES]) for r in replicas]
    measured = Measured(*np.full((len(Measured._fields), *weights.shape[:2]), np.nan))
    for point, theta in enumerate(weights):
        pause()
        drawn = [rng.integers(rows.size, size=(BATCHES, max(batch_size, HALVED))) for rng in draws]
        alive = np.flatnonzero(~np.isnan(theta).any(axis=-1))
        if not alive.size:
            break
        theirs = rows.of(alive)
        measured.sharpness[point, alive] = sharpness(network, theta[alive], theirs)
        exact = gradient_noise(network, theta[alive], theirs)
        for name, values in exact._asdict().items():
            getattr(measured, name)[point, alive] = values
        if scaling is not None and not np.isnan(scaling[point, alive]).any():
            measured.felt[point, alive] = preconditioned_scale(
                network, theta[alive], theirs, scaling[point, alive]
            )
        for k, r in enumerate(alive):
            own = theirs.of(slice(k, k + 1))
            found = ratio(_estimates(network, theta[r], own, drawn[r]))
            for name, value in found._asdict().items():
                getattr(measured, name)[point, r] = value
    return measured


def _estimates(network: Network, theta: FloatArray, rows: Rows, drawn: IntArray) -> PartEstimates:
    """T and S of drawn batches, (K, B), each in two halves, at one point θ (P,)."""
    batches, size = drawn.shape
    sizes = np.array([size // 2, size - size // 2])
    some, place = np.unique(drawn, return_inverse=True)
    # How often each example is in each half: a half's gradient is so weighted a mean.
    half = 2 * np.arange(batches)[:, None] + np.repeat([0, 1], sizes)
    place = half * some.size + place.reshape(drawn.shape)
    counts = np.bincount(place.ravel(), minlength=2 * batches * some.size)
    shares = counts.reshape(batches, 2, some.size) / sizes[:, None]
    onto = np.matmul(shares, gradient_products(network, theta, rows.taken(some)))
    products = np.matmul(onto, shares.swapaxes(-1, -2))  # of the halves' gradients, (K, 2, 2)
    weights = sizes / size
    return part_estimates(
        np.einsum("kjj->kj", products), sizes, np.einsum("i,kij,j->k", weights, products, weights)
    )


def beside(apart: list[Measured]) -> Measured:
    """What was measured of further replicas beside those of the first."""
    columns = zip(*apart, strict=True)
    return Measured(*(np.concatenate(each, axis=1) for each in columns))
