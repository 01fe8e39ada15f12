"""The quick way of two weights: loops that are made of the formulas of loss and update rule.

A mini-batch's gradient is the mean of its own examples' gradients. Where the surface is affine
in features of an example, the same mean is taken of the features before the run
(`surface.Affine`); elsewhere batches of a few examples are summed on Python's floats, and large
ones on arrays. Where numba is installed the loops of shipped surfaces are compiled meanwhile
(`native`), and take over with equal results.
"""

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.batches import Cut
from app.science.formulas import machine, native
from app.science.formulas.body import Batches, Body
from app.science.formulas.formula import Formula
from app.science.formulas.loops import array_loop, float_loop
from app.science.formulas.update import (
    CLIPPED,
    RATE,
    WEIGHT,
    WEIGHTS,
    Update,
    traced,
    unpacked,
)
from app.science.plan import Plan
from app.science.problems import SURFACES
from app.science.problems.problem import Problem
from app.science.problems.surface import Surface
from app.science.restraint import Restraint
from app.science.rule import Optimizer

# Up to so many evaluations of the gradient in an update, Python's floats are quicker than arrays.
FEW = 8

State: TypeAlias = list[Any]  # the values of `Update.next`


class _Rows(NamedTuple):
    """What each update averages over.

    Attributes:
        loss: whose gradient.
        values: of each of its inputs, those of each update, (R, updates), or of the examples in
            the order in which updates take them, along the last axis or along the first.
        batches: whether they are examples, and how they lie.
    """

    loss: Formula
    values: list[FloatArray]
    batches: Batches


def takes(problem: Problem, plan: Plan) -> bool:
    """Whether its updates are made so: of means over examples alike, or of mean features."""
    return not plan.clips_each and (not plan.skewed or bool(problem.features))


def descend(
    problem: Problem,
    cut: Cut,
    weights: FloatArray,
    rates: FloatArray,
    optimizer: Optimizer,
    restraint: Restraint,
    theta: FloatArray,
    state: State | None,
) -> tuple[FloatArray, State]:
    """A block of updates, as `engine.descend` has them; rates of shape (updates, ...)."""
    init = unpacked(optimizer.init)
    update = traced(optimizer.formula, tuple(optimizer.hyperparameters), len(init), restraint.kind)
    # A single path runs on Python floats: several times quicker than arrays of one.
    lanes = () if theta.shape[1:] == (1,) else theta.shape[1:]
    rows = _rows(problem, cut, lanes)
    each = {WEIGHT: weights} if np.any(weights != 1) else {}
    given = [*optimizer.hyperparameters.values(), *restraint.numbers]
    if np.any(rates != rates[0]):
        each[RATE] = rates
    else:
        given.append(rates[0] if lanes else rates[0].item())
    state = state or _begun(update, theta, init, lanes)
    path = np.empty((2, len(rates), *theta.shape[1:]))
    body = Body(rows.loss.slopes, rows.loss.needed, update, tuple(each), rows.batches)
    make = machine.replicas if lanes else machine.single
    compiled = native.COMPILER.ready(make, body) if _is_shipped(problem.surface) else None
    if lanes:
        run = compiled or array_loop(body)
        # Numbers of an update beside those of its replicas.
        beside = [v.reshape(len(v), *v.shape[1:] or (1,) * len(lanes)) for v in each.values()]
        run([*_by_update(rows, cut, lanes), *beside], state, given, path)
    elif compiled:
        values = [*(v[0] for v in rows.values), *each.values()]
        path[:] = np.nan
        compiled(values, cut.starts, cut.sizes, state, given, path[:, :, 0])
    else:
        # The last epoch may have more batches than the plan has updates.
        first, *others = _by_update(rows, cut, lanes)
        values = [islice(first, len(rates)), *others, *(v.tolist() for v in each.values())]
        path[:] = np.nan
        points = np.fromiter(float_loop(body)(values, state, given), np.float64)
        # It may end early: a formula had no finite value at the next point.
        path[:, : len(points) // 2, 0] = points.reshape(-1, 2).T
    return path, state


def clipped(state: State) -> Any:
    """How many gradients have been cut so far, of an update that clips."""
    return state[-1]


def _is_shipped(surface: Surface) -> bool:
    """Whether its loops may be compiled: those of readers' own formulas would be too many."""
    return SURFACES.get(surface.id) is surface


def _begun(
    update: Update, theta: FloatArray, init: Sequence[float], lanes: tuple[int, ...]
) -> State:
    """The values of `Update.next` before the first update."""
    values: dict[str, Any] = {CLIPPED: 0.0}
    for kept in update.kept:
        values |= dict(zip(kept, init, strict=True))
    if lanes:
        values |= {name: np.full(lanes, values[name]) for name in values if name in update.laned}
    values |= zip(WEIGHTS, theta if lanes else theta.ravel().tolist(), strict=True)
    return [values[name] for name in update.next]


def _rows(problem: Problem, cut: Cut, lanes: tuple[int, ...]) -> _Rows:
    """What each update averages over.

    Args:
        problem: the finite sum.
        cut: the updates' mini-batches.
        lanes: shape of w0 and w1; () if the one replica runs on floats.
    """
    surface, order = problem.surface, cut.order
    largest = cut.sizes.max()
    if largest > 1 and surface.affine and problem.features:
        features = problem.features[: len(surface.affine.loss.needed)]
        means = [_update_means(f[order], cut) for f in features]
        return _Rows(surface.affine.loss, means, "none")
    columns = problem.columns[: len(surface.loss.needed)]
    if largest == 1 or (not lanes and largest <= FEW):
        batches: Batches = "none" if largest == 1 else "lists"
        # An update after the other in memory, as loops take them: turned once, and not each column.
        turned = np.ascontiguousarray(order.T)
        return _Rows(surface.loss, [c[turned].T for c in columns], batches)
    # A batch lies along an axis before those of w0 and w1.
    index = cut.taken(lanes) if lanes else order[0]
    return _Rows(surface.loss, [c[index] for c in columns], "arrays")


def _update_means(values: FloatArray, cut: Cut) -> FloatArray:
    """Means over each update's examples, or over its micro-batches of theirs."""
    if cut.micro_batches is None:
        return _batch_means(values, cut.starts, cut.sizes)
    counts = -(-cut.sizes // cut.micro_batches)
    firsts = np.cumsum(counts) - counts
    before = np.repeat(cut.micro_batches, counts) * (
        np.arange(counts.sum()) - np.repeat(firsts, counts)
    )
    sizes = np.minimum(np.repeat(cut.micro_batches, counts), np.repeat(cut.sizes, counts) - before)
    means = _batch_means(values, np.repeat(cut.starts, counts) + before, sizes)
    return np.asarray(np.add.reduceat(means, firsts, axis=1) / counts)


def _batch_means(values: FloatArray, starts: IntArray, sizes: IntArray) -> FloatArray:
    """Means over consecutive slices of the last axis, (R, examples) -> (R, updates)."""
    ends = starts + sizes
    if np.array_equal(starts[1:], ends[:-1]) and ends[-1] == values.shape[1]:
        return np.add.reduceat(values, starts, axis=1) / sizes
    # Gaps (a dropped remainder): reduce the gaps too, and leave their sums out.
    edges = np.unique(np.concatenate([starts, ends[ends < values.shape[1]]]))
    sums = np.add.reduceat(values, edges, axis=1)
    return sums[:, np.searchsorted(edges, starts)] / sizes


def _by_update(rows: _Rows, cut: Cut, lanes: tuple[int, ...]) -> list[Iterable[Any]]:
    """Of each input an update's values after the other's; or of all inputs, as lists of examples.

    They are floats, or arrays over replicas or examples.
    """
    if rows.batches == "arrays":
        return [cut.slices(v) for v in rows.values]
    if lanes:
        return [np.ascontiguousarray(v.T) for v in rows.values]
    numbers = [v[0].tolist() for v in rows.values]
    return [cut.slices([*zip(*numbers, strict=True)])] if rows.batches == "lists" else [*numbers]
