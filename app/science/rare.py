"""What mini-batches see of a rare class: how many of them hold no example of it."""

from typing import NamedTuple

import numpy as np
from scipy.special import gammaln

from app.science.arrays import FloatArray, IntArray
from app.science.batches import cut
from app.science.budget import Budget
from app.science.epoch_plan import EpochPlan
from app.science.planning import make_plan
from app.science.sampling import BALANCED, FIXED, POISSON

EPOCHS = 20  # looked at, fewer where so many batches would be too many
MOST_NUMBERS = 20_000_000  # drawn for them


class RareBatches(NamedTuple):
    """The batches of a run's first epochs.

    Attributes:
        batch_size: B.
        epochs: how many.
        counts: how many examples of the rare class are in each batch.
        expected: share of batches that hold none, exact; None where no chance decides.
    """

    batch_size: int
    epochs: int
    counts: IntArray
    expected: float | None

    @property
    def without(self) -> float:
        """Share of the batches that hold none."""
        return float(np.mean(self.counts == 0))


def rare_batches(
    labels: FloatArray, batch_size: int, sampling: str, rng: np.random.Generator
) -> RareBatches:
    """Look at the batches that a run draws.

    Args:
        labels: ±1, the rare class being +1.
        batch_size: B.
        sampling: one of `SAMPLINGS`.
        rng: seeded as the replica's is; used up.

    Raises:
        ParameterError: as `make_plan`.
    """
    examples = len(labels)
    poisson = sampling == POISSON
    epoch = EpochPlan(examples, batch_size, poisson=poisson)
    an_epoch = examples * (epoch.updates if poisson else 1)
    plan = make_plan(
        examples=examples,
        batch_size=batch_size,
        budget=Budget(epochs=max(1, min(EPOCHS, MOST_NUMBERS // an_epoch))),
        learning_rate=1.0,
        sampling=sampling,
    )
    batches = cut(plan, range(len(plan.epochs)), [plan.orders(rng, labels)])
    rare = np.append((labels[batches.order[0]] > 0).astype(np.int64), 0)
    totals = np.append(0, np.cumsum(rare))
    counts = totals[batches.starts + batches.sizes] - totals[batches.starts]
    if batches.weights is not None:
        counts = np.where(batches.weights > 0, counts, 0)
    k = int(np.count_nonzero(labels > 0))
    return RareBatches(batch_size, len(plan.epochs), counts, expected_without(epoch, k, sampling))


def expected_without(epoch: EpochPlan, rare: int, sampling: str) -> float | None:
    """Share of an epoch's batches that are expected to hold none of the rare examples; exact.

    Of b examples of N none is one of k with probability C(N − k, b)/C(N, b) without replacement
    (hypergeometric), (1 − k/N)ᵇ with it, (1 − b/N)ᵏ where each joins by a draw of its own, and
    (1/2)ᵇ where the two classes are as likely.

    >>> expected_without(EpochPlan(4, 2), 1, "reshuffle")
    0.5

    Args:
        epoch: its batches, of which the last may be smaller.
        rare: k.
        sampling: one of `SAMPLINGS`.

    Returns:
        None where no chance decides what is in a batch.
    """
    if sampling in FIXED:
        return None
    sizes = np.array([size for size, _ in epoch.groups])
    shares = none_of(epoch.examples, rare, sizes, sampling)
    counts = [count for _, count in epoch.groups]
    return round(float(np.average(shares, weights=counts)), 12)


def none_of(examples: int, rare: int, sizes: IntArray, sampling: str) -> FloatArray:
    """Probability that a batch of each size holds no rare example, as `expected_without` says."""
    n, k = examples, rare
    if sampling == "with-replacement":
        return np.asarray((1 - k / n) ** sizes)
    if sampling == POISSON:
        return np.asarray((1 - sizes / n) ** k)
    if sampling == BALANCED:
        return np.asarray((0.5 if 0 < k < n else 1 - k / n) ** sizes)
    there = sizes <= n - k
    b = np.where(there, sizes, 0)
    logarithm = gammaln(n - k + 1) - gammaln(n - k - b + 1) - gammaln(n + 1) + gammaln(n - b + 1)
    return np.asarray(np.where(there, np.exp(logarithm), 0.0))
