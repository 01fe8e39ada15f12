"""When paths come down to a target: the first passage of their loss, averaged over a while."""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple, TypeAlias

import numpy as np

from app.science.arrays import BoolArray, FloatArray, IntArray, Point
from app.science.engine import descend
from app.science.plan import Plan
from app.science.problems.problem import Problem
from app.science.rule import Optimizer

# A noisy path of two weights passes the target by chance long before it stays near it, so a single
# low loss says nothing. Losses are therefore averaged, over the last quarter of the updates so far;
# of a path that has come down for good this delays the arrival by no more than that quarter.
WINDOW = 0.25

RESOLUTION = 0.02  # relative distance between the updates at which a path is judged

QUANTILES = (0.05, 0.5, 0.95)

# Once half of a rate's replicas have arrived, the others are waited for, up to so many times as
# long.
PATIENCE = 4

Excess: TypeAlias = Callable[[FloatArray, FloatArray], FloatArray]


class Passages(NamedTuple):
    """First passages at F learning rates in R replicas.

    Attributes:
        updates: the number of the update, 0 where the target was not reached by ``until``,
            shape (F, R).
        diverged: whether the path diverged before it could, shape (F, R).
        until: the number of updates that were run.
    """

    updates: IntArray
    diverged: BoolArray
    until: int


def checks(updates: int) -> IntArray:
    """Numbers of the updates at which a path is judged.

    Every one up to 50, from there on 2 % apart, and the last: as finely in proportion for every
    batch size.
    """
    count = math.ceil(math.log(updates) / math.log1p(RESOLUTION)) + 1
    return np.unique(np.minimum(np.ceil((1 + RESOLUTION) ** np.arange(count)), updates)).astype(int)


def quantiles(updates: IntArray) -> FloatArray:
    """`QUANTILES` over replicas, the last axis; infinite where too few have arrived.

    The smallest number of updates within which at least that share of the replicas arrived.
    """
    arrivals = np.where(updates > 0, updates, np.inf)
    return np.asarray(np.quantile(arrivals, QUANTILES, axis=-1, method="inverted_cdf"))


def soonest(rates: Sequence[float] | FloatArray, updates: IntArray) -> int | None:
    """Index of the rate whose median replica arrives first, of equals that with the middle rate.

    Args:
        rates: shape (F,).
        updates: first passages, shape (F, R).

    Returns:
        None where of every rate more than half of the replicas do not arrive.
    """
    medians = quantiles(updates)[1]
    if np.isinf(medians.min()):
        return None
    first = np.flatnonzero(medians == medians.min())
    return int(first[np.argsort(np.asarray(rates)[first], kind="stable")[len(first) // 2]])


def passages(
    problem: Problem,
    plan: Plan,
    optimizer: Optimizer,
    start: Point,
    rngs: Sequence[np.random.Generator],
    rates: FloatArray,
    excess: Excess,
    judged: IntArray,
    patience: float = PATIENCE,
) -> Passages:
    """Race learning rates to the target, until the soonest is known.

    A path arrives at the first check t at which its excess, averaged over the updates after the
    last check up to (1 − WINDOW)·t, is 0 or less. The soonest rate is the one whose median
    replica arrives first; the race is over once 95 % of its replicas have arrived, or
    ``patience`` times its median has passed. Who has not arrived then could not have made
    another rate the soonest.

    Args:
        problem: the finite sum.
        plan: its mini-batches, planned at learning rate 1.
        optimizer: the update rule.
        start: where every path starts.
        rngs: one random generator a replica.
        rates: learning rates, shape (F,).
        excess: the loss less the target at points of any shape, finite.
        judged: the `checks` up to the plan's end.
        patience: 1 if only the soonest rate is of interest.
    """
    replicas = len(rngs)
    if plan.deterministic:
        rngs = rngs[:1]
    # For each check, the number of checks before its window; sums[0] is that of no update.
    opens = np.searchsorted(judged, (1 - WINDOW) * judged, side="right")
    lanes = (len(rates), len(rngs))
    sums = np.zeros((len(judged) + 1, *lanes))
    arrived, diverged_at = np.zeros((2, *lanes), dtype=np.int64)
    carried, done = np.zeros(lanes), 0
    for path in descend(problem, plan, optimizer, start, rngs, rates):
        running = excess(*path)
        running[0] += carried
        np.cumsum(running, axis=0, out=running)
        first, last = np.searchsorted(judged, [done, done + len(running)], side="right")
        here = judged[first:last]
        sums[first + 1 : last + 1] = running[here - done - 1]
        below = sums[first + 1 : last + 1] <= sums[opens[first:last]]
        _note_divergence(problem, path, done, diverged_at)
        for number, arrives in zip(here, below, strict=True):
            alive = (diverged_at == 0) | (number < diverged_at)
            arrived[arrives & alive & (arrived == 0)] = number
        carried, done = running[-1], done + len(running)
        if _decided(arrived, (arrived > 0) | (diverged_at > 0), done / patience):
            break
    diverged_first = (diverged_at > 0) & (arrived == 0)
    repeats = replicas // len(rngs)
    return Passages(
        np.repeat(arrived, repeats, axis=1), np.repeat(diverged_first, repeats, axis=1), done
    )


def _note_divergence(problem: Problem, path: FloatArray, done: int, at: IntArray) -> None:
    """Note the update at which each path's first absurd point is."""
    f, r = np.nonzero(problem.leaves(path) & (at == 0))
    at[f, r] = done + 1 + problem.diverged(path[:, :, f, r]).argmax(axis=0)


def _decided(arrived: IntArray, ended: BoolArray, wait: float) -> bool:
    """Whether the soonest rate is known, and its median is that long ago or all have arrived.

    A median that is not known yet is later than all that are.
    """
    _, medians, late = quantiles(arrived)
    median = medians.min()
    if np.isinf(median):
        return bool(ended.all())
    soonest = medians == median
    over = np.isfinite(late[soonest]) | ended[soonest].all(axis=1)
    return bool(wait >= median or over.all())
