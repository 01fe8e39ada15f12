"""The quick way of two weights: floats or arrays of replicas, each weight by itself.

A mini-batch's gradient is the mean of its own examples' gradients. Where the surface is affine
in features of an example, the same mean is taken of the features before the run
(`surface.Affine`); elsewhere batches of a few examples are summed on Python's floats, and large
ones on arrays.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import numpy as np

from app.science.arrays import FloatArray, IntArray, Values
from app.science.batches import Cut
from app.science.problems.problem import Problem
from app.science.problems.surface import MATH, NUMPY, Example, Functions, Gradient, Surface
from app.science.rule import Optimizer, State, Update

# Up to so many evaluations of the gradient in an update, Python's floats are quicker than arrays.
FEW = 8


def descend(
    problem: Problem,
    cut: Cut,
    weights: FloatArray,
    rates: Sequence[Values],
    optimizer: Optimizer,
    theta: FloatArray,
    states: tuple[State, State] | None,
) -> tuple[FloatArray, tuple[State, State]]:
    """A block of updates, as `engine.descend` has them."""
    # A single path runs on Python floats: several times quicker than arrays of one.
    scalar = theta.shape[1:] == (1,)
    rows, gradient = _batches(problem, cut, () if scalar else theta.shape[1:])
    if np.any(weights != 1):
        rows, gradient = zip(rows, weights.tolist(), strict=False), _weighted(gradient)
    points, states = _walk(
        zip(islice(rows, len(rates)), rates, strict=True),
        gradient,
        optimizer.update,
        states or (optimizer.init, optimizer.init),
        theta.ravel().tolist() if scalar else list(theta),
        MATH if scalar else NUMPY,
    )
    path = np.full((2, len(rates), *theta.shape[1:]), np.nan)
    for w, values in zip(path, points, strict=True):
        # A float path may end early: its formula had no finite value at the next point.
        w[: len(values)] = np.reshape(values, (-1, *theta.shape[1:]))
    return path, states


def _walk(
    updates: Iterable[tuple[Example, Values]],
    gradient: Gradient,
    update: Update,
    states: tuple[State, State],
    start: Sequence[Values],
    xp: Functions,
) -> tuple[tuple[list[Values], list[Values]], tuple[State, State]]:
    """w0 and w1 after each update, and the optimizer's last state of each."""
    (state0, state1), (w0, w1) = states, start
    # Two flat lists: a tuple a point would wake the garbage collector thousands of times.
    path0, path1 = [], []
    try:
        for row, rate in updates:
            g0, g1 = gradient(w0, w1, row, xp)
            step, state0 = update(state0, g0, rate)
            w0 = w0 + step
            step, state1 = update(state1, g1, rate)
            w1 = w1 + step
            path0.append(w0)
            path1.append(w1)
    except (OverflowError, ValueError, ZeroDivisionError):
        # What `math` raises where numpy answers inf or NaN. Anything else wrong would raise
        # on the arrays too.
        if xp is not MATH:
            raise
    return (path0, path1), (state0, state1)


def _batches(
    problem: Problem, cut: Cut, lanes: tuple[int, ...]
) -> tuple[Iterator[Example], Gradient]:
    """What each update averages over, and the gradient that takes it.

    Args:
        problem: the finite sum.
        cut: the updates' mini-batches.
        lanes: shape of w0 and w1; () if the one replica runs on floats.
    """
    surface, order = problem.surface, cut.order
    scalar = not lanes
    if cut.sizes.max() == 1:
        return _rows([c[order] for c in problem.columns], scalar=scalar), surface.gradient
    if surface.affine and problem.features:
        features = problem.features[: surface.affine.gradient_features]
        means = [_batch_means(f[order], cut.starts, cut.sizes) for f in features]
        return _rows(means, scalar=scalar), surface.affine.gradient
    if scalar and cut.sizes.max() <= FEW:
        examples = list(_rows([c[order] for c in problem.columns], scalar=True))
        return cut.slices(examples), _mean_of_floats(surface)
    # A batch lies along an axis before those of w0 and w1.
    index = order[0] if scalar else cut.taken(lanes)
    slices = (cut.slices(c[index]) for c in problem.columns)
    return zip(*slices, strict=True), _mean_of_arrays(surface)


def _weighted(gradient: Gradient) -> Gradient:
    """A gradient that takes pairs of an example and a weight, and multiplies by the weight."""

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
