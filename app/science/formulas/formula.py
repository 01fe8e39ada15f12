"""A loss of two weights and an example's values, written once: evaluated and derived."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from app.science.arrays import FloatArray, Values
from app.science.cached_property import cached_property
from app.science.formulas.compiled import function
from app.science.formulas.derive import derivative
from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node, symbol, symbols
from app.science.formulas.update import WEIGHTS


class Formula:
    """``l(w0, w1, inputs)``, made from Python that computes it of nodes.

    Attributes:
        inputs: names of an example's values, or of features of it.
        partial: whether it may have no finite value, and answers that without a warning.

    >>> loss = Formula(lambda w0, w1, x, y, xp: (w1 * xp.tanh(w0 * x) - y) ** 2 / 2, ("x", "y"))
    >>> [float(value) for value in (loss(0, 1, (2, 3)), *loss.gradient(0, 1, (2, 3)))]
    [4.5, -6.0, -0.0]
    """

    def __init__(
        self, written: Callable[..., Node], inputs: tuple[str, ...], *, partial: bool = False
    ) -> None:
        self.inputs = inputs
        self.partial = partial
        self._written = written

    @cached_property
    def node(self) -> Node:
        """The formula as a graph, in the symbols `WEIGHTS` and inputs."""
        return self._written(*map(symbol, (*WEIGHTS, *self.inputs)), xp=Functions())

    @cached_property
    def slopes(self) -> tuple[Node, Node]:
        """Its derivatives by each weight."""
        return derivative(self.node, WEIGHTS[0]), derivative(self.node, WEIGHTS[1])

    @cached_property
    def needed(self) -> tuple[str, ...]:
        """The first inputs, up to the last that its derivatives need."""
        used = {*symbols(*self.slopes)}
        last = max((i for i, name in enumerate(self.inputs) if name in used), default=-1)
        return self.inputs[: last + 1]

    def __call__(self, w0: Values, w1: Values, example: Sequence[Values] | FloatArray) -> Values:
        """The loss, elementwise."""
        return self._values(self._loss, w0, w1, example)[0]

    def gradient(
        self, w0: Values, w1: Values, example: Sequence[Values] | FloatArray
    ) -> tuple[Values, Values]:
        """Its two partial derivatives, elementwise; the `needed` inputs are enough."""
        g0, g1 = self._values(self._gradient, w0, w1, example[: len(self.needed)])
        return g0, g1

    @cached_property
    def _loss(self) -> Callable[..., tuple[Any, ...]]:
        return function((*WEIGHTS, *self.inputs), (self.node,))

    @cached_property
    def _gradient(self) -> Callable[..., tuple[Any, ...]]:
        return function((*WEIGHTS, *self.needed), self.slopes)

    def _values(self, compute: Callable[..., tuple[Any, ...]], *given: Any) -> tuple[Values, ...]:
        w0, w1, example = given
        if self.partial:  # numpy's numbers do not raise where Python's do
            with np.errstate(all="ignore"):
                found = compute(np.asarray(w0, float), np.asarray(w1, float), *example)
        else:
            found = compute(w0, w1, *example)
        if all(np.ndim(each) for each in found):
            return found
        # What no weight and no example changes is a number, whatever the shape that was asked for.
        shape = np.broadcast(w0, w1, *example).shape
        return tuple(each if np.shape(each) == shape else np.full(shape, each) for each in found)
