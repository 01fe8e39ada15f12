"""The loss of one example at fixed weights, whoever else is in its batch."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.normalising.batches import enumerable, every_sum, orders
from app.science.normalising.neuron import EPSILON, Neuron, check_batch


class MateLosses(NamedTuple):
    """The loss of an example in batches of a size.

    Attributes:
        batch_size: B, at least 2.
        losses: in each batch, shape (K,).
        every: whether these are all batches that there are with it, each once; else as many draws.
    """

    batch_size: int
    losses: FloatArray
    every: bool

    @property
    def spread(self) -> float:
        """Standard deviation over batches."""
        return float(self.losses.std())


def mate_losses(
    neuron: Neuron, example: int, sizes: Sequence[int], *, draws: int, seed: int
) -> tuple[MateLosses, ...]:
    """The loss of an example at the neuron's best weights, against its batch mates.

    Draw k takes as mates the first B − 1 of the k-th ``rng.permutation(N - 1)`` of
    ``default_rng(seed)``, of the other examples in their order.

    Args:
        neuron: with its examples.
        example: which, from 0.
        sizes: each B, from 2 to N.
        draws: where not every batch can be made.
        seed: of the draws.

    Raises:
        ParameterError: no such example, or a batch of 1.
    """
    if not 0 <= example < neuron.size:
        allowed = Message("an integer from 0 to {most}", most=neuron.size - 1)
        raise ParameterError("example", example, allowed)
    for size in sizes:
        check_batch(size)
    # About the mean of all, so that no variance is lost to rounding.
    x = neuron.x - neuron.x.mean()
    mates = np.delete(x, example)
    columns = np.stack([mates, mates**2])
    drawn = [size for size in sizes if not enumerable(neuron.size - 1, size - 1)]
    sums = np.empty((len(drawn), 2, draws))
    if drawn:
        last = np.array(drawn) - 2
        for k, order in enumerate(orders(neuron.size - 1, draws, seed)):
            sums[:, :, k] = np.cumsum(columns[:, order], axis=1)[:, last].T
    found = []
    for size in sizes:
        every = size not in drawn
        total, square = every_sum(columns, size - 1) if every else sums[drawn.index(size)]
        mean = (total + x[example]) / size
        variance = np.maximum((square + x[example] ** 2) / size - mean**2, 0.0)
        hat = (x[example] - mean) / np.sqrt(variance + EPSILON)
        error = neuron.best.scale * hat + neuron.best.shift - neuron.y[example]
        found.append(MateLosses(size, error**2 / 2, every))
    return tuple(found)
