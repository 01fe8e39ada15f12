"""Dense layers as one row of weights a replica.

Within the science a layer's weights lie as [W b], a row an output, so that its biases are the
weights of an input that is always 1. Answers have all of W, row by row, and then b; `Layers.order`
turns the one into the other.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.cached_property import cached_property
from app.science.errors import ParameterError


@dataclass(frozen=True)
class Layers:
    """The shape of a network.

    >>> Layers((2, 16, 16, 1)).weights
    337

    Attributes:
        widths: inputs, hidden units a layer, outputs.

    Raises:
        ParameterError: fewer than two widths, or one below 1.
    """

    widths: tuple[int, ...]

    def __post_init__(self) -> None:
        if len(self.widths) < 2 or min(self.widths) < 1:
            raise ParameterError("hidden", self.widths, "at least an input and an output")

    @property
    def shapes(self) -> tuple[tuple[int, int], ...]:
        """Of each layer's W: outputs × inputs."""
        return tuple(
            (out, inputs) for inputs, out in zip(self.widths, self.widths[1:], strict=False)
        )

    @property
    def weights(self) -> int:
        """P, biases included."""
        return sum(out * (inputs + 1) for out, inputs in self.shapes)

    @cached_property
    def order(self) -> IntArray:
        """Where each weight of an answer (W, then b) lies within the science, shape (P,)."""
        parts = []
        for first, (out, inputs) in self._parts():
            index = first + np.arange(out * (inputs + 1)).reshape(out, inputs + 1)
            parts += [index[:, :-1].ravel(), index[:, -1]]
        return np.concatenate(parts)

    def views(self, theta: FloatArray) -> list[FloatArray]:
        """Each layer's [W b], (..., P) -> (..., outputs, inputs + 1); not copied."""
        return [
            theta[..., first : first + out * (inputs + 1)].reshape(
                *theta.shape[:-1], out, inputs + 1
            )
            for first, (out, inputs) in self._parts()
        ]

    def drawn(self, rng: np.random.Generator) -> FloatArray:
        """First weights, shape (P,): N(0, 1/inputs), biases 0; a layer after the other."""
        theta = np.zeros(self.weights)
        for view, (out, inputs) in zip(self.views(theta), self.shapes, strict=True):
            view[:, :-1] = rng.normal(0.0, inputs**-0.5, (out, inputs))
        return theta

    def told(self, theta: FloatArray) -> FloatArray:
        """Weights as answers have them, the last axis ordered."""
        return np.ascontiguousarray(theta[..., self.order])

    def taken(self, told: FloatArray) -> FloatArray:
        """Weights as the science has them, of those of an answer."""
        theta = np.empty_like(told)
        theta[..., self.order] = told
        return theta

    def _parts(self) -> Iterator[tuple[int, tuple[int, int]]]:
        first = 0
        for out, inputs in self.shapes:
            yield first, (out, inputs)
            first += out * (inputs + 1)
