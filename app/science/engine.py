"""The lock-step ensemble: problem + plan + optimizer -> the paths of any number of replicas.

One loop serves floats (a single path) and arrays of replicas.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np

from app.science.arrays import FloatArray, IntArray, Point, Values
from app.science.errors import ParameterError
from app.science.optimizers import Optimizer, State
from app.science.pauses import pause
from app.science.plan import Plan
from app.science.problems.divergence import check_start, diverged
from app.science.problems.problem import Problem
from app.science.problems.surface import MATH, NUMPY, Example, Functions, Gradient, Surface
from app.science.sampling import SAMPLINGS
from app.science.two_weights import FEW, batches, evaluations, weighted

BLOCK = 1 << 17  # updates × replicas, or examples × replicas, prepared at once


@dataclass(frozen=True)
class Trajectories:
    """The paths of R replicas at P recorded updates.

    Attributes:
        updates: the recorded updates' numbers, from 0 (the start), shape (P,).
        w0, w1: the points, shape (P, R); NaN from a replica's divergence onwards.
        diverged_at: the update at which a replica diverged, 0 if it did not, shape (R,).
    """

    updates: IntArray
    w0: FloatArray
    w1: FloatArray
    diverged_at: IntArray


def generators(seed: int, replicas: int) -> list[np.random.Generator]:
    """The replicas' random generators: ``default_rng([seed, r])`` for replica r."""
    return [np.random.default_rng([seed, r]) for r in range(replicas)]


def run(
    problem: Problem,
    plan: Plan,
    optimizer: Optimizer,
    start: Point,
    rngs: Sequence[np.random.Generator],
    record: IntArray | None = None,
) -> Trajectories:
    """Run every replica through the plan.

    Args:
        problem: the finite sum.
        plan: its mini-batches and learning rates.
        optimizer: the update rule.
        start: where every replica starts.
        rngs: one random generator a replica, used up by the run.
        record: increasing numbers of the updates to keep; None for all, 0 (the start) included.

    Returns:
        The points after the recorded updates.

    Raises:
        ParameterError: a start that has diverged already, or no replica.
    """
    if not rngs:
        raise ParameterError("replicas", 0, "an integer of at least 1")
    check_start(problem.surface, start)
    if plan.deterministic:
        return _repeat(_run(problem, plan, optimizer, start, rngs[:1], record), len(rngs))
    if len(rngs) * evaluations(problem, plan.sizes) <= FEW:
        return _beside([_run(problem, plan, optimizer, start, [rng], record) for rng in rngs])
    return _run(problem, plan, optimizer, start, rngs, record)


def _run(
    problem: Problem,
    plan: Plan,
    optimizer: Optimizer,
    start: Point,
    rngs: Sequence[np.random.Generator],
    record: IntArray | None,
) -> Trajectories:
    replicas = len(rngs)
    record = np.arange(plan.updates + 1) if record is None else record
    kept = np.full((2, len(record), replicas), np.nan)
    first_kept = int(np.searchsorted(record, 0, side="right"))
    kept[:, :first_kept] = np.array(start)[:, None, None]
    diverged_at = np.zeros(replicas, dtype=np.int64)
    done = 0
    for path in descend(problem, plan, optimizer, start, rngs):
        _mark_divergence(problem.surface, path, done, diverged_at)
        count = path.shape[1]
        here = slice(*np.searchsorted(record, [done + 1, done + count + 1]))
        kept[:, here] = path[:, record[here] - done - 1]
        done += count
        if diverged_at.all():
            break
    return Trajectories(record, kept[0], kept[1], diverged_at)


def descend(
    problem: Problem,
    plan: Plan,
    optimizer: Optimizer,
    start: Point,
    rngs: Sequence[np.random.Generator],
    factors: FloatArray | None = None,
) -> Iterator[FloatArray]:
    """Run R replicas in lock-step, some epochs at a time, for as long as it is asked to.

    Args:
        problem: the finite sum.
        plan: its mini-batches and learning rates.
        optimizer: the update rule.
        start: where every replica starts.
        rngs: one random generator a replica.
        factors: by which the plan's learning rates are multiplied, shape (F,): every replica runs
            once with each, through the same mini-batches. None for as planned.

    Yields:
        w0 and w1 after each of the next updates, shape (2, updates, R), with factors
        (2, updates, F, R). What a diverged replica does is not checked here.
    """
    # A full batch takes the stored order: bit for bit the same for every seed.
    sampling = SAMPLINGS["sequential" if plan.deterministic else plan.sampling]
    orders = [sampling(rng, plan.examples) for rng in rngs]
    # A single path runs on Python floats: several times quicker than arrays of one.
    shape = (len(rngs),) if factors is None else (len(factors), len(rngs))
    scalar = shape == (1,)
    w0: Values = start[0] if scalar else np.full(shape, start[0])
    w1: Values = start[1] if scalar else np.full(shape, start[1])
    xp = MATH if scalar else NUMPY
    states = optimizer.init, optimizer.init
    done = 0
    for epochs in _blocks(plan, math.prod(shape)):
        pause()
        count = min(sum(plan.epochs[e].updates for e in epochs), plan.updates - done)
        rows, gradient = batches(problem, plan, epochs, orders, () if scalar else shape)
        weights = plan.weights[done : done + count]
        if np.any(weights != 1):
            rows, gradient = zip(rows, weights.tolist(), strict=False), weighted(gradient)
        rates: list[Values] = plan.rates[done : done + count].tolist()
        if factors is not None:
            rates = [rate * factors[:, None] for rate in rates]
        with np.errstate(all="ignore"):  # a diverging replica overflows before its block ends
            path0, path1, states = _descend(
                islice(rows, count), rates, gradient, optimizer, states, w0, w1, xp
            )
        path = np.full((2, count, *shape), np.nan)
        # A float path may end early: its formula had no finite value at the next point.
        path[0, : len(path0)] = np.reshape(path0, (-1, *shape))
        path[1, : len(path1)] = np.reshape(path1, (-1, *shape))
        yield path
        if len(path0) < count:
            return
        w0, w1 = path0[-1], path1[-1]
        done += count


def _blocks(plan: Plan, replicas: int) -> Iterator[range]:
    """Consecutive epochs, as many at once as fit a block."""
    size = max(1, BLOCK // (plan.examples * replicas))
    for first in range(0, len(plan.epochs), size):
        yield range(first, min(first + size, len(plan.epochs)))


def _descend(
    rows: Iterable[Example],
    rates: list[Values],
    gradient: Gradient,
    optimizer: Optimizer,
    states: tuple[State, State],
    w0: Values,
    w1: Values,
    xp: Functions,
) -> tuple[list[Values], list[Values], tuple[State, State]]:
    """w0 and w1 after each row's update, and the optimizer's last state of each."""
    update = optimizer.update
    state0, state1 = states
    # Two flat lists: a tuple a point would wake the garbage collector thousands of times.
    path0, path1 = [], []
    try:
        for row, rate in zip(rows, rates, strict=True):
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
    return path0, path1, (state0, state1)


def _mark_divergence(surface: Surface, path: FloatArray, done: int, diverged_at: IntArray) -> None:
    """Note each replica's first absurd point, and blank what follows it."""
    bad = diverged(surface, path[0], path[1])
    bad[:, diverged_at > 0] = True
    for r in np.flatnonzero(bad.any(axis=0)):
        first = int(bad[:, r].argmax())
        path[:, first:, r] = np.nan
        diverged_at[r] = diverged_at[r] or done + first + 1


def _beside(paths: list[Trajectories]) -> Trajectories:
    return Trajectories(
        paths[0].updates,
        np.concatenate([p.w0 for p in paths], axis=1),
        np.concatenate([p.w1 for p in paths], axis=1),
        np.concatenate([p.diverged_at for p in paths]),
    )


def _repeat(path: Trajectories, replicas: int) -> Trajectories:
    return Trajectories(
        path.updates,
        np.repeat(path.w0, replicas, axis=1),
        np.repeat(path.w1, replicas, axis=1),
        np.repeat(path.diverged_at, replicas),
    )


def last_points(paths: Trajectories) -> IntArray:
    """Index of each replica's last recorded point before divergence, shape (R,)."""
    finite = np.isfinite(paths.w0)
    return np.asarray(len(finite) - 1 - np.argmax(finite[::-1], axis=0))
