"""Up to which learning rate SGD is stable in the mean square, against batch size."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.message import Message
from app.science.noise.cloud import mean_deviations
from app.science.problems.problem import Problem
from app.science.replicas import CONFIDENCE
from app.science.theory.moments import AffineGradients, affine_gradients, squares, stable_rate

GROUPS = 20  # of the draws, each left out once for the error


class Measured(NamedTuple):
    """The largest stable rate of a batch size, from draws.

    Attributes:
        rate: as the draws' own second moments have it.
        error: its standard error, leaving out each of `GROUPS` groups of draws.
    """

    rate: float
    error: float

    @property
    def interval(self) -> tuple[float, float]:
        """Of 95 %, by the normal law."""
        reach = CONFIDENCE * self.error
        return max(0.0, self.rate - reach), self.rate + reach


@dataclass(frozen=True, eq=False)
class StableRates:
    """The largest stable rates of plain SGD.

    Attributes:
        examples: N.
        draws: mini-batches of each measured size.
        batch_sizes: of ``exact``, increasing, shape (M,).
        exact: from the exact second moments of all batches, shape (M,).
        measured: batch size -> from draws.
        limit: 2/λ_max, that of the full batch.
        tilts_alone: whether all examples have the same curvature.
    """

    examples: int
    draws: int
    batch_sizes: IntArray
    exact: FloatArray
    measured: dict[int, Measured]
    limit: float
    tilts_alone: bool


def stable_rates_refusal(problem: Problem) -> str | None:
    """Why no rate can be called the largest stable one, None if it can."""
    if not problem.minima:
        return Message("There is no minimum to stay at")
    if affine_gradients(problem) is None:
        return Message("The curvature changes from place to place, and with it the rate it bears")
    return None


def stable_rates(
    problem: Problem,
    batch_sizes: IntArray,
    measured: Sequence[int],
    *,
    draws: int = 500,
    seed: int = 0,
    replacement: bool = False,
) -> StableRates | None:
    """The largest rate at which E‖θ − θ*‖² shrinks, the batches of all updates being independent.

    Args:
        problem: the finite sum.
        batch_sizes: B of the exact rates, besides those measured.
        measured: B of the rates from draws.
        draws: mini-batches of each of them.
        seed: of the draws.
        replacement: whether an example may be drawn again within a batch.

    Returns:
        None where it is refused.
    """
    gradients = affine_gradients(problem)
    if gradients is None:
        return None
    batch_sizes = np.union1d(batch_sizes, measured)
    full = 2 / float(np.linalg.eigvalsh(gradients.hessian)[-1])
    exact = [
        gradients.largest_rate(size, replacement=replacement) or 0.0
        for size in batch_sizes.tolist()
    ]
    return StableRates(
        examples=problem.size,
        draws=draws,
        batch_sizes=batch_sizes,
        exact=np.array(exact),
        measured=_measured(gradients, measured, draws, seed, replacement=replacement),
        limit=full,
        tilts_alone=gradients.same_noise,
    )


def _measured(
    gradients: AffineGradients,
    batch_sizes: Sequence[int],
    draws: int,
    seed: int,
    *,
    replacement: bool,
) -> dict[int, Measured]:
    sizes = np.array(sorted(set(batch_sizes)), dtype=np.int64)
    apart = (gradients.slopes - gradients.hessian).reshape(-1, 4).T  # (4, N)
    drawn = mean_deviations(apart, sizes, draws, seed, replacement=replacement)
    return {
        size: _from_draws(gradients.hessian, deviations.reshape(-1, 2, 2))
        for size, deviations in zip(sizes.tolist(), drawn, strict=True)
    }


def _from_draws(hessian: FloatArray, deviations: FloatArray) -> Measured:
    """E[A ⊗ A] by the draws' A − H, whose mean is known to be 0."""
    groups = np.array([squares(group) for group in np.array_split(deviations, GROUPS)])
    counts = np.array([len(group) for group in np.array_split(deviations, GROUPS)])
    sums = groups * counts[:, None, None]
    whole, plain = sums.sum(axis=0), np.kron(hessian, hessian)
    rate = stable_rate(hessian, plain + whole / counts.sum()) or 0.0
    without = np.array(
        [
            stable_rate(hessian, plain + (whole - left_out) / (counts.sum() - count)) or 0.0
            for left_out, count in zip(sums, counts, strict=True)
        ]
    )
    error = float(np.sqrt((GROUPS - 1) / GROUPS * np.sum((without - without.mean()) ** 2)))
    return Measured(rate, error)
