"""A network of dense layers as a finite sum: losses, gradients, and what they are made of."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.science.arrays import BoolArray, FloatArray, IntArray
from app.science.cached_property import cached_property
from app.science.networks.activations import ACTIVATIONS, Activation
from app.science.networks.layers import Layers
from app.science.networks.losses import LOSSES, Loss, predicted

ABSURD = 1e6  # a weight beyond it has diverged


def with_ones(x: FloatArray) -> FloatArray:
    """Inputs with one more that is always 1, (..., n) -> (..., n + 1)."""
    return np.concatenate([x, np.ones((*x.shape[:-1], 1))], axis=-1)


class Rows(NamedTuple):
    """Examples as a network takes them, alike for all replicas or each replica's own.

    Attributes:
        x: inputs and a 1, shape (N, inputs + 1) or (R, N, inputs + 1).
        y: targets, (N, outputs) or (R, N, outputs).
        labels: class numbers, (N,) or (R, N).
    """

    x: FloatArray
    y: FloatArray
    labels: IntArray

    @property
    def size(self) -> int:
        """N."""
        return int(self.x.shape[-2])

    def of(self, replicas: slice | IntArray) -> "Rows":
        """Those of some replicas."""
        return (
            self
            if self.x.ndim == 2
            else Rows(self.x[replicas], self.y[replicas], self.labels[replicas])
        )

    def taken(self, examples: IntArray) -> "Rows":
        """Some of the examples."""
        x, y = self.x[..., examples, :], self.y[..., examples, :]
        return Rows(x, y, self.labels[..., examples])


class Passed(NamedTuple):
    """What a pass forward and back leaves of B examples in R replicas.

    Attributes:
        inputs: of each layer: what it took, with a 1, (R, B, inputs + 1).
        deltas: of each layer: gradient of each example's loss by what it gave, (R, B, outputs).
    """

    inputs: list[FloatArray]
    deltas: list[FloatArray]


class LayerWeights(NamedTuple):
    """A layer's weights as a pass takes them, not copied.

    Attributes:
        forward: [W b] turned over, (R, inputs + 1, outputs).
        back: W, (R, outputs, inputs).
    """

    forward: FloatArray
    back: FloatArray


class Buffers:
    """Arrays that passes of R replicas over B examples write into, again and again.

    Of one replica alone, R None, θ, examples and all that is made of them have no axis of replicas:
    numpy's product of matrices is called in half the time that its product of stacks takes, and
    gives the same.
    """

    def __init__(self, layers: Layers, replicas: int | None, batch: int) -> None:
        lanes = () if replicas is None else (replicas,)
        self.layers = layers
        self.product = np.dot if replicas is None else np.matmul
        # Of a single row and some columns of a matrix they differ in the last bit.
        self.product_back = np.matmul if batch == 1 else self.product
        self.inputs = [np.ones((*lanes, batch, width + 1)) for width in layers.widths[:-1]]
        self.hidden = [each[..., :-1] for each in self.inputs[1:]]
        self.outputs = [np.empty((*lanes, batch, width)) for width in layers.widths[1:]]
        self.slopes, self.deltas = (
            [np.empty((*lanes, batch, width)) for width in layers.widths[1:-1]] for _ in range(2)
        )
        self.gradient = np.empty((*lanes, layers.weights))
        self.views = layers.views(self.gradient)
        self._theta: FloatArray | None = None
        self._weights: list[LayerWeights] = []

    def weights(self, theta: FloatArray) -> list["LayerWeights"]:
        """Each layer's weights, looked up anew only for another array than the last one."""
        if theta is not self._theta:
            views = self.layers.views(theta)
            self._weights = [LayerWeights(v.swapaxes(-1, -2), v[..., :-1]) for v in views]
            self._theta = theta
        return self._weights


@dataclass(frozen=True)
class Network:
    """Layers with an activation between them and a loss after them.

    Attributes:
        layers: their widths.
        activation: one of `ACTIVATIONS`.
        loss: one of `LOSSES`.
    """

    layers: Layers
    activation: str = "tanh"
    loss: str = "squared"

    @cached_property
    def unit(self) -> Activation:
        """The activation."""
        return ACTIVATIONS[self.activation]

    @cached_property
    def objective(self) -> Loss:
        """The loss."""
        return LOSSES[self.loss]

    def buffers(self, replicas: int | None, batch: int) -> Buffers:
        """For `gradient`, as long as it is asked for batches of this shape: see `Buffers`."""
        return Buffers(self.layers, replicas, batch)

    def outputs(
        self, theta: FloatArray, x: FloatArray, buffers: Buffers | None = None
    ) -> FloatArray:
        """What the last layer gives: θ (R, P), x (R or 1, B, inputs + 1) -> (R, B, outputs)."""
        buffers = buffers or self.buffers(len(theta), x.shape[-2])
        weights = buffers.weights(theta)
        last = len(weights) - 1
        taken = x
        for k, each in enumerate(weights):
            given = buffers.product(taken, each.forward, buffers.outputs[k])
            if k < last:
                taken = buffers.inputs[k + 1]
                buffers.hidden[k][:] = self.unit.apply(given)
        return given

    def passed(
        self, theta: FloatArray, x: FloatArray, y: FloatArray, buffers: Buffers | None = None
    ) -> Passed:
        """A pass forward and back: θ (R, P), x (R or 1, B, inputs + 1), y (R or 1, B, outputs)."""
        buffers = buffers or self.buffers(len(theta), x.shape[-2])
        delta = self.objective.delta(self.outputs(theta, x, buffers), y)
        weights = buffers.weights(theta)
        deltas = [delta]
        for k in range(len(weights) - 1, 0, -1):
            slope = self.unit.slope(buffers.outputs[k - 1], buffers.slopes[k - 1])
            delta = buffers.product_back(delta, weights[k].back, buffers.deltas[k - 1])
            delta *= slope
            deltas.append(delta)
        deltas.reverse()
        return Passed([x, *buffers.inputs[1:]], deltas)

    def gradient(
        self, theta: FloatArray, x: FloatArray, y: FloatArray, buffers: Buffers | None = None
    ) -> FloatArray:
        """Gradient of the mean loss over B examples, (R, P); the buffers' own, where given."""
        buffers = buffers or self.buffers(len(theta), x.shape[-2])
        passed = self.passed(theta, x, y, buffers)
        for taken, delta, view in zip(passed.inputs, passed.deltas, buffers.views, strict=True):
            buffers.product(delta.mT, taken, view)
        buffers.gradient /= x.shape[-2]
        return buffers.gradient

    def losses(self, theta: FloatArray, rows: Rows) -> FloatArray:
        """Each example's loss, θ (R, P) -> (R, N)."""
        return self.objective.value(self.outputs(theta, _stacked(rows.x)), _stacked(rows.y))

    def scores(self, theta: FloatArray, rows: Rows) -> tuple[FloatArray, FloatArray]:
        """Mean loss and share of examples told rightly, θ (R, P) -> (R,) and (R,)."""
        given = self.outputs(theta, _stacked(rows.x))
        loss = self.objective.value(given, _stacked(rows.y)).mean(axis=-1)
        return loss, (predicted(given) == rows.labels).mean(axis=-1)

    def diverged(self, theta: FloatArray) -> BoolArray:
        """Whether a weight is beyond `ABSURD` or no number: (R, P) -> (R,)."""
        return np.asarray(~(np.abs(theta).max(axis=-1) <= ABSURD))


def _stacked(values: FloatArray) -> FloatArray:
    """An axis of replicas where all have the same."""
    return values if values.ndim == 3 else values[None]
