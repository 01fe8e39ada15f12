"""What an example's loss is, given a network's outputs: a registry."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.message import Message


class LossCode(NamedTuple):
    """A loss of each example as scripts have it, of outputs ``f`` and targets ``y``.

    Attributes:
        numpy, pytorch, keras: in each library's words.
        delta: its gradient with respect to f in numpy.
    """

    numpy: str
    pytorch: str
    keras: str
    delta: str


class Loss(NamedTuple):
    """A loss of an example, of its outputs f and its target y, along the last axis.

    Attributes:
        title: name for people.
        latex: its formula.
        outputs: how many outputs there are for so many classes.
        targets: class numbers, (N,) -> targets, (N, outputs).
        value: (f, y) -> loss of each example, the last axis gone.
        delta: (f, y) -> its gradient with respect to f.
        bend: (f, v) -> how `delta` changes along v: the Hessian with respect to f times v.
        code: what scripts have.
    """

    title: str
    latex: str
    outputs: Callable[[int], int]
    targets: Callable[[IntArray, int], FloatArray]
    value: Callable[[FloatArray, FloatArray], FloatArray]
    delta: Callable[[FloatArray, FloatArray], FloatArray]
    bend: Callable[[FloatArray, FloatArray], FloatArray]
    code: LossCode


def one_hot(labels: IntArray, classes: int) -> FloatArray:
    """Class numbers as rows of the unit matrix."""
    return np.eye(classes)[labels]


def _signs_or_one_hot(labels: IntArray, classes: int) -> FloatArray:
    return np.asarray(labels[:, None] * 2.0 - 1.0) if classes == 2 else one_hot(labels, classes)


def _squared(f: FloatArray, y: FloatArray) -> FloatArray:
    r = f - y
    return np.asarray(0.5 * np.einsum("...k,...k->...", r, r))


def _cross_entropy(f: FloatArray, y: FloatArray) -> FloatArray:
    highest = f.max(axis=-1, keepdims=True)
    total = np.log(np.exp(f - highest).sum(axis=-1)) + highest[..., 0]
    return np.asarray(total - np.einsum("...k,...k->...", f, np.broadcast_to(y, f.shape)))


def softmax(f: FloatArray) -> FloatArray:
    """Outputs as probabilities."""
    p: FloatArray = np.exp(f - f.max(axis=-1, keepdims=True))
    p /= p.sum(axis=-1, keepdims=True)
    return p


def _softmax_bend(f: FloatArray, v: FloatArray) -> FloatArray:
    p = softmax(f)
    return np.asarray(p * (v - np.einsum("...k,...k->...", p, v)[..., None]))


def predicted(f: FloatArray) -> IntArray:
    """The class that outputs stand for: the sign of one, the largest of several."""
    return (f[..., 0] > 0).astype(np.int64) if f.shape[-1] == 1 else f.argmax(axis=-1)


LOSSES: dict[str, Loss] = {
    "squared": Loss(
        title=Message("squared"),
        latex=r"\tfrac{1}{2}\|f(x)-y\|^2",
        outputs=lambda classes: 1 if classes == 2 else classes,
        targets=_signs_or_one_hot,
        value=_squared,
        delta=np.subtract,
        bend=lambda f, v: v,  # noqa: ARG005
        code=LossCode(
            numpy="((f - y) ** 2).sum(axis=-1) / 2",
            pytorch="((f - y) ** 2).sum(dim=-1) / 2",
            keras="ops.sum((f - y) ** 2, axis=-1) / 2",
            delta="f - y",
        ),
    ),
    "cross-entropy": Loss(
        title=Message("cross-entropy"),
        latex=r"-\log \operatorname{softmax}(f(x))_y",
        outputs=lambda classes: classes,
        targets=one_hot,
        value=_cross_entropy,
        delta=lambda f, y: softmax(f) - y,
        bend=_softmax_bend,
        code=LossCode(
            numpy="np.logaddexp.reduce(f, axis=-1) - (f * y).sum(axis=-1)",
            pytorch='torch.nn.functional.cross_entropy(f, y, reduction="none")',
            keras="keras.losses.categorical_crossentropy(y, f, from_logits=True)",
            delta="np.exp(f - np.logaddexp.reduce(f, axis=-1, keepdims=True)) - y",
        ),
    ),
}
