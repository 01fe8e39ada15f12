"""Mini-batches made ready for the engine: what each update averages, and the gradient of that.

A mini-batch's gradient is the mean of its own examples' gradients. Where the surface is affine
in features of an example, the same mean is taken of the features before the run
(`surface.Affine`); elsewhere batches of a few examples are summed on Python's floats, and large
ones on arrays.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from app.science.arrays import FloatArray, IntArray, Values
from app.science.plan import Plan
from app.science.problems.problem import Problem
from app.science.problems.surface import NUMPY, Example, Functions, Gradient, Surface

# Up to so many evaluations of the gradient an update, floats one by one beat arrays.
FEW = 8


def evaluations(problem: Problem, sizes: IntArray) -> int:
    """How many times an update evaluates the gradient, at most, for batches of these sizes."""
    return 1 if problem.features else int(sizes.max())


def batches(
    problem: Problem,
    plan: Plan,
    epochs: range,
    orders: list[Iterator[IntArray]],
    shape: tuple[int, ...],
) -> tuple[Iterator[Example], Gradient]:
    """What each update of some epochs averages over, and the gradient that takes it.

    Args:
        problem: the finite sum.
        plan: the run's plan.
        epochs: which of its epochs.
        orders: each replica's source of epochs, an order of all examples at a time.
        shape: of w0 and w1: () if the one replica runs on floats; the replicas lie along the
            last axis.
    """
    surface = problem.surface
    scalar = not shape
    order = np.empty((len(orders), len(epochs) * plan.examples), dtype=np.int64)
    for replica, source in zip(order, orders, strict=True):
        for epoch in replica.reshape(len(epochs), -1):
            epoch[:] = next(source)
    sizes = np.concatenate([plan.epochs[e].sizes for e in epochs])
    starts = np.concatenate(
        [
            k * plan.examples + np.cumsum(plan.epochs[e].sizes) - plan.epochs[e].sizes
            for k, e in enumerate(epochs)
        ]
    )
    if sizes.max() == 1:
        return _rows([c[order] for c in problem.columns], scalar=scalar), surface.gradient
    if surface.affine and problem.features:
        features = problem.features[: surface.affine.gradient_features]
        means = [_batch_means(f[order], starts, sizes) for f in features]
        return _rows(means, scalar=scalar), surface.affine.gradient
    if scalar and sizes.max() <= FEW:
        examples = list(_rows([c[order] for c in problem.columns], scalar=True))
        return _slices(examples, starts, sizes), _mean_of_floats(surface)
    index = order[0] if scalar else np.ascontiguousarray(order.T)
    # A batch lies along an axis before those of w0 and w1.
    index = np.expand_dims(index, tuple(range(1, len(shape))))
    columns = [c[index] for c in problem.columns]
    slices = (_slices(c, starts, sizes) for c in columns)
    return zip(*slices, strict=True), _mean_of_arrays(surface)


def weighted(gradient: Gradient) -> Gradient:
    """The gradient of a pair of what ``gradient`` takes and a weight: weight times the former's."""

    def scaled(
        w0: Values, w1: Values, pair: Example, xp: Functions = NUMPY
    ) -> tuple[Values, Values]:
        row, weight = pair
        g0, g1 = gradient(w0, w1, row, xp)
        return weight * g0, weight * g1

    return scaled


def _batch_means(values: FloatArray, starts: IntArray, sizes: IntArray) -> FloatArray:
    """Means over consecutive slices of the last axis, (R, examples) -> (R, updates)."""
    ends = starts + sizes
    if np.array_equal(starts[1:], ends[:-1]) and ends[-1] == values.shape[1]:
        return np.add.reduceat(values, starts, axis=1) / sizes
    # Gaps (a dropped remainder): reduce the gaps too, and leave their sums out.
    edges = np.unique(np.concatenate([starts, ends[ends < values.shape[1]]]))
    sums = np.add.reduceat(values, edges, axis=1)
    return sums[:, np.searchsorted(edges, starts)] / sizes


def _rows(values: list[FloatArray], *, scalar: bool) -> Iterator[Example]:
    """An update's values, one update after the other: floats, or arrays over replicas."""
    if scalar:
        return zip(*(v[0].tolist() for v in values), strict=True)
    return zip(*(np.ascontiguousarray(v.T) for v in values), strict=True)


def _slices(values: Sequence[Any] | FloatArray, starts: IntArray, sizes: IntArray) -> Iterator[Any]:
    """Each update's part of what lies one example after the other."""
    for start, size in zip(starts.tolist(), sizes.tolist(), strict=True):
        yield values[start : start + size]


def _mean_of_floats(surface: Surface) -> Gradient:
    """The gradient of a batch that is a list of examples."""
    gradient = surface.gradient

    def mean(
        w0: Values, w1: Values, batch: Example, xp: Functions = NUMPY
    ) -> tuple[Values, Values]:
        sum0 = sum1 = 0.0
        for example in batch:
            g0, g1 = gradient(w0, w1, example, xp)
            sum0 += g0
            sum1 += g1
        return sum0 / len(batch), sum1 / len(batch)

    return mean


def _mean_of_arrays(surface: Surface) -> Gradient:
    """The gradient of a batch whose columns are arrays with the batch along the first axis."""
    gradient = surface.gradient

    def mean(
        w0: Values, w1: Values, batch: Example, xp: Functions = NUMPY
    ) -> tuple[Values, Values]:
        del xp  # a batch is an array, even where w0 is a float
        g0, g1 = gradient(w0, w1, batch)
        size = len(batch[0])
        return np.add.reduce(g0, axis=0) / size, np.add.reduce(g1, axis=0) / size

    return mean
