"""Which weight γ is best in training, where statistics are of so many examples."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.normalising.batches import enumerable, every_sum, orders
from app.science.normalising.neuron import EPSILON, Neuron, check_batch


class BestScale(NamedTuple):
    r"""What training by the statistics of m examples tends to.

    The mean loss over all batches is a parabola in γ, and in β by itself since x̂ has mean 0 in
    every batch: :math:`\gamma = E[\overline{\hat x y}]/E[\overline{\hat x^2}]`.

    Attributes:
        size: m.
        scale: γ, lowest in training.
        error: its standard error over draws; 0 where every batch was made.
        every: whether it was.
        training: the mean loss in training there.
        prediction: that of the same weights in prediction, by the statistics of all.
        slope: of the mean training loss along γ at the weights that are best in prediction.
    """

    size: int
    scale: float
    error: float
    every: bool
    training: float
    prediction: float
    slope: float


def best_scales(
    neuron: Neuron, sizes: Sequence[int], *, draws: int, seed: int
) -> tuple[BestScale, ...]:
    """γ that is best in training, against how many examples give the statistics.

    A draw cuts the k-th ``rng.permutation(N)`` of ``default_rng(seed)`` into ⌊N/m⌋ batches.

    Args:
        neuron: with its examples.
        sizes: each m, from 2 to N.
        draws: where not every batch can be made.
        seed: of the draws.

    Raises:
        ParameterError: a batch of 1.
    """
    for size in sizes:
        check_batch(size)
    x, y = neuron.x - neuron.x.mean(), neuron.y - neuron.y.mean()
    columns = np.stack([x, x * x, y, x * y])
    drawn = [size for size in sizes if not enumerable(neuron.size, size)]
    means = np.empty((len(drawn), 2, draws))
    if drawn:
        for k, order in enumerate(orders(neuron.size, draws, seed)):
            before = np.concatenate([np.zeros((4, 1)), np.cumsum(columns[:, order], axis=1)], 1)
            for s, size in enumerate(drawn):
                sums = np.diff(before[:, : neuron.size + 1 : size], axis=1)
                means[s, :, k] = _moments(sums, size).mean(axis=1)
    found = []
    for size in sizes:
        every = size not in drawn
        each = _moments(every_sum(columns, size), size) if every else means[drawn.index(size)]
        found.append(_best(neuron, size, each, every=every))
    return tuple(found)


def _moments(sums: FloatArray, size: int) -> FloatArray:
    """Means of x̂ y and of x̂² in batches, from sums of x, x², y and xy: (4, K) -> (2, K)."""
    x, xx, y, xy = sums / size
    variance = np.maximum(xx - x * x, 0.0)
    return np.stack([(xy - x * y) / np.sqrt(variance + EPSILON), variance / (variance + EPSILON)])


def _best(neuron: Neuron, size: int, each: FloatArray, *, every: bool) -> BestScale:
    product, square = (float(mean) for mean in each.mean(axis=1))
    scale = product / square if square else 0.0
    error = 0.0
    if not every and square:
        away = each[0] - scale * each[1]
        error = float(away.std(ddof=1)) / math.sqrt(len(away)) / square
    spread, best = float(neuron.y.var()), neuron.best
    weights = best._replace(scale=scale)
    predicted = neuron.losses(weights, float(neuron.x.mean()), neuron.variance)
    return BestScale(
        size=size,
        scale=scale,
        error=error,
        every=every,
        training=(spread - 2 * scale * product + scale**2 * square) / 2,
        prediction=float(predicted.mean()),
        slope=best.scale * square - product,
    )


def normal_share(size: int) -> float:
    r"""γ over that of all, of normal inputs and a line: the mean standard deviation of m over σ.

    :math:`\sqrt{2/m}\,\Gamma(m/2)/\Gamma((m-1)/2)`, of the biased one (Cochran 1934).

    >>> [round(normal_share(size), 3) for size in (2, 8, 32)]
    [0.564, 0.903, 0.976]
    """
    ratio = math.exp(math.lgamma(size / 2) - math.lgamma((size - 1) / 2))
    return math.sqrt(2 / size) * ratio
