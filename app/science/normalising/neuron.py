r"""One neuron behind batch normalisation, :math:`f(x) = \gamma \hat x + \beta`.

.. math:: \hat x_i = \frac{x_i - m_B}{\sqrt{v_B + \epsilon}}

m_B and v_B are the mean and the (biased) variance of the batch while it trains, and running ones
when it predicts (Ioffe and Szegedy 2015, arXiv:1502.03167), as ``torch.nn.BatchNorm1d``.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.cached_property import cached_property
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.problems.problem import Problem

EPSILON = 1e-5  # as in PyTorch
COLUMNS = ("x", "y")  # of the examples that it can be fitted to


class Weights(NamedTuple):
    """The two that are trained.

    Attributes:
        shift: β.
        scale: γ.
    """

    shift: float
    scale: float


def normalised(x: FloatArray) -> FloatArray:
    """x̂ of the batches along the last axis, by their own statistics.

    >>> normalised(np.array([3.0, 5.0])).round(4).tolist()
    [-1.0, 1.0]

    Args:
        x: shape (..., B), B at least 2.

    Raises:
        ParameterError: a batch of 1, which PyTorch refuses too.
    """
    check_batch(x.shape[-1])
    away = x - x.mean(axis=-1, keepdims=True)
    return np.asarray(away / np.sqrt(np.mean(away**2, axis=-1, keepdims=True) + EPSILON))


def check_batch(size: int) -> None:
    """Refuse a batch of 1: its variance is 0, so every example would be the same.

    Raises:
        ParameterError: it is one.
    """
    if size < 2:
        allowed = Message("an integer of at least 2: a batch of 1 has no statistics to train with")
        raise ParameterError("batch_size", size, allowed)


def loss(weights: Weights, x: FloatArray, y: FloatArray) -> FloatArray:
    """½(γ x̂ + β − y)² of each example of batches in training, shape (..., B).

    Raises:
        ParameterError: as `normalised`.
    """
    return np.asarray((weights.scale * normalised(x) + weights.shift - y) ** 2 / 2)


def gradient(weights: Weights, x: FloatArray, y: FloatArray, parts: int | None = None) -> Weights:
    """Of the mean loss of a batch by its two weights, with statistics of ``parts`` of it.

    Ghost batches and micro-batches that are accumulated are such parts, in order, the last one
    perhaps shorter; each part counts by its size.

    Args:
        weights: where.
        x: of one batch, shape (B,).
        y: likewise.
        parts: examples of each part; None for the whole batch.

    Raises:
        ParameterError: as `normalised`, of a part.
    """
    step = parts or len(x)
    found = np.zeros(2)
    for first in range(0, len(x), step):
        part = slice(first, first + step)
        hat = normalised(x[part])
        error = weights.scale * hat + weights.shift - y[part]
        found += [error.sum(), float(error @ hat)]
    return Weights(*(found / len(x)).tolist())


@dataclass(frozen=True, eq=False)
class Neuron:
    """The neuron's examples.

    Attributes:
        x: inputs, shape (N,).
        y: targets, shape (N,).
    """

    x: FloatArray
    y: FloatArray

    @property
    def size(self) -> int:
        """N."""
        return len(self.x)

    @cached_property
    def variance(self) -> float:
        """Biased, of all inputs."""
        return float(self.x.var())

    def predicted(self, mean: float, variance: float) -> FloatArray:
        """x̂ of all examples by given statistics, as when it predicts."""
        return np.asarray((self.x - mean) / np.sqrt(variance + EPSILON))

    @cached_property
    def best(self) -> Weights:
        """The weights of the lowest loss by the statistics of all examples."""
        hat = self.predicted(float(self.x.mean()), self.variance)
        square = float(hat @ hat)
        scale = float(hat @ self.y) / square if square else 0.0
        return Weights(float(self.y.mean()), scale)

    def losses(self, weights: Weights, mean: float, variance: float) -> FloatArray:
        """Of each example in prediction, by given statistics."""
        error = weights.scale * self.predicted(mean, variance) + weights.shift - self.y
        return np.asarray(error**2 / 2)

    @cached_property
    def predicted_losses(self) -> FloatArray:
        """Of each example in prediction at `best`, by the statistics of all."""
        return self.losses(self.best, float(self.x.mean()), self.variance)


def neuron_of(problem: Problem) -> Neuron:
    """The neuron on the examples of a surface.

    Raises:
        ParameterError: examples other than of one input and a number.
    """
    if problem.surface.columns != COLUMNS:
        allowed = Message("a surface whose examples are x and y, as least-squares-raw")
        raise ParameterError("surface", problem.surface.id, allowed)
    x, y = problem.columns
    return Neuron(x, y)
