"""Running statistics along a run: what a neuron normalises by when it predicts."""

from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.epoch_plan import EpochPlan
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.normalising.neuron import Neuron
from app.science.pauses import pause

SHARE = 0.1  # of the newest batch: PyTorch's momentum; Keras calls 1 − this its momentum, 0.99
MOST_UPDATES = 20_000
START = (0.0, 1.0)  # mean and variance, as PyTorch has them


@dataclass(frozen=True, eq=False)
class Running:
    r"""Statistics of each batch, and the running ones.

    .. math:: r' = (1 - a)\,r + a\,s

    with s the batch's mean, or its variance times n/(n − 1), which is unbiased, as PyTorch keeps
    it; Keras keeps the biased one.

    Attributes:
        neuron: with its examples.
        plan: how an epoch is cut.
        share: a.
        batch_mean, batch_variance: of each batch, the variance biased, shape (U,).
        mean, variance: running, from their start on, shape (U + 1,).
        failed: whether the next batch is of 1, at which training stops with an error.
    """

    neuron: Neuron
    plan: EpochPlan
    share: float
    batch_mean: FloatArray
    batch_variance: FloatArray
    mean: FloatArray
    variance: FloatArray
    failed: bool

    @property
    def updates(self) -> int:
        """U, those made."""
        return len(self.batch_mean)

    @property
    def left(self) -> float:
        """Share of the start that is left at the end, (1 − a)^U."""
        return float((1 - self.share) ** self.updates)

    @property
    def sizes(self) -> IntArray:
        """Examples in each batch, shape (U,)."""
        return np.resize(self.plan.sizes, self.updates)

    def loss(self, update: int) -> float:
        """Mean loss in prediction by the running statistics of an update, at the best weights."""
        mean, variance = float(self.mean[update]), float(self.variance[update])
        return float(self.neuron.losses(self.neuron.best, mean, variance).mean())


def running(
    neuron: Neuron, plan: EpochPlan, *, epochs: int, seed: int, share: float = SHARE
) -> Running:
    """Keep running statistics for some epochs, of a new ``rng.permutation(N)`` each.

    Args:
        neuron: with its examples.
        plan: how an epoch is cut.
        epochs: how many.
        seed: of ``default_rng([seed, 0])``, as of a run's first replica.
        share: a, of the newest batch.

    Raises:
        ParameterError: more than `MOST_UPDATES`.
    """
    if epochs * plan.updates > MOST_UPDATES:
        allowed = Message("at most {most:,} updates in all", most=MOST_UPDATES)
        raise ParameterError("epochs", epochs, allowed)
    rng = np.random.default_rng([seed, 0])
    means: list[float] = []
    variances: list[float] = []
    kept, failed = [START], False
    for _ in range(epochs):
        pause()
        order = rng.permutation(neuron.size)
        for start, size in zip(plan.starts.tolist(), plan.sizes.tolist(), strict=True):
            if size == 1:
                failed = True
                break
            batch = neuron.x[order[start : start + size]]
            means.append(float(batch.mean()))
            variances.append(float(batch.var()))
            mean, variance = kept[-1]
            unbiased = variances[-1] * size / (size - 1)
            kept.append(
                (
                    (1 - share) * mean + share * means[-1],
                    (1 - share) * variance + share * unbiased,
                )
            )
        if failed:
            break
    mean, variance = np.array(kept).T
    return Running(
        neuron, plan, share, np.array(means), np.array(variances), mean, variance, failed
    )
