"""The lock-step ensemble: finite sum + plan + optimizer -> the paths of any number of replicas.

θ may have any number of weights; two have a quick way of their own (`two_weights`).
"""

from collections.abc import Iterator, Sequence
from copy import deepcopy
from functools import partial
from typing import Protocol

import numpy as np

from app.science import two_weights
from app.science.accumulation import averaged
from app.science.arrays import BoolArray, FloatArray, IntArray
from app.science.batches import Cut, cut, examples_seen
from app.science.errors import ParameterError
from app.science.local_descent import Log, descend_apart
from app.science.optimizers import scaled
from app.science.pauses import pause
from app.science.plan import Plan
from app.science.problems.problem import Problem
from app.science.restraint import Restraint
from app.science.rule import Optimizer, State
from app.science.sampling import Labels
from app.science.trajectories import Trajectories, beside, repeated
from app.science.two_weights import FEW

BLOCK = 1 << 18  # numbers prepared at once: examples × weights × replicas


class FiniteSum(Protocol):
    """What the engine asks of a loss ``L(θ) = 1/N Σ l_i(θ)``, θ of P weights.

    Replicas, each with a mini-batch of its own, lie along further axes (...) of θ and examples;
    those of examples may be of length 1, for all alike.
    """

    @property
    def size(self) -> int:
        """N, the number of examples."""

    @property
    def labels(self) -> Labels:
        """What examples are sorted by, shape (N,); None where they have no label."""

    def batch_gradient(self, theta: FloatArray, examples: IntArray) -> FloatArray:
        """Mean gradient over B examples: θ of shape (P, ...), examples (B, ...) -> (P, ...)."""

    def diverged(self, theta: FloatArray) -> BoolArray:
        """Whether points count as diverged, which ends a run: (P, ...) -> (...)."""

    def check_start(self, start: Sequence[float]) -> None:
        """Refuse a start that has diverged already.

        Raises:
            ParameterError: it has.
        """


def generators(seed: int, replicas: int) -> list[np.random.Generator]:
    """The replicas' random generators: ``default_rng([seed, r])`` for replica r."""
    return [np.random.default_rng([seed, r]) for r in range(replicas)]


def run(
    problem: FiniteSum,
    plan: Plan,
    optimizer: Optimizer,
    start: Sequence[float],
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
    problem.check_start(start)
    if plan.deterministic:
        return repeated(_run(problem, plan, optimizer, start, rngs[:1], record), len(rngs))
    if plan.drawn_sizes:
        return beside([_run(problem, plan, optimizer, start, [rng], record) for rng in rngs])
    if isinstance(problem, Problem) and not plan.workers.several:
        evaluations = problem.evaluations(int(plan.sizes.max()))  # of the gradient, an update
        if len(rngs) * evaluations <= FEW:
            return beside([_run(problem, plan, optimizer, start, [rng], record) for rng in rngs])
    return _run(problem, plan, optimizer, start, rngs, record)


def _run(
    problem: FiniteSum,
    plan: Plan,
    optimizer: Optimizer,
    start: Sequence[float],
    rngs: Sequence[np.random.Generator],
    record: IntArray | None,
) -> Trajectories:
    replicas = len(rngs)
    record = np.arange(plan.updates + 1) if record is None else record
    kept = np.empty((len(start), len(record), replicas))
    first_kept = int(np.searchsorted(record, 0, side="right"))
    kept[:, :first_kept] = np.array(start)[:, None, None]
    diverged_at = np.zeros(replicas, dtype=np.int64)
    seen = examples_seen(plan, deepcopy(rngs[0]))[record, None] if plan.drawn_sizes else None
    done = 0
    clipped = np.zeros(replicas) if plan.restraint.kind.clips else None
    log = Log(plan.workers, plan.updates) if plan.workers.several else None
    for path in descend(problem, plan, optimizer, start, rngs, clipped=clipped):
        if log:
            path = log.mean(path, done)
        _mark_divergence(problem, path, done, diverged_at)
        count = path.shape[1]
        here = slice(*np.searchsorted(record, [done + 1, done + count + 1]))
        dense = here.stop - here.start == count
        kept[:, here] = path if dense else path[:, record[here] - done - 1]
        done += count
        if diverged_at.all():
            break
    kept[:, np.searchsorted(record, done, side="right") :] = np.nan
    cut_of = None
    if clipped is not None:
        cut_of = np.where(diverged_at > 0, 0, clipped).astype(np.int64)
    apart = log.apart(diverged_at) if log else None
    return Trajectories(record, kept, diverged_at, cut_of, seen, apart)


def descend(
    problem: FiniteSum,
    plan: Plan,
    optimizer: Optimizer,
    start: Sequence[float],
    rngs: Sequence[np.random.Generator],
    factors: FloatArray | None = None,
    clipped: FloatArray | None = None,
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
        clipped: where it is kept how many gradients have been cut, shape (R,), without factors.

    Yields:
        θ after each of the next updates, shape (P, updates, R), with factors
        (P, updates, F, R); with W workers that of each, before they are averaged, (P, updates, W,
        R). What a diverged replica does is not checked here.
    """
    optimizer = scaled(optimizer, plan)
    orders = [plan.orders(rng, problem.labels) for rng in rngs]
    workers = plan.workers
    lanes = (len(rngs),) if factors is None else (len(factors), len(rngs))
    if workers.several:
        lanes = (workers.count, len(rngs))
    theta = np.tile(np.reshape(start, (-1, *(1 for _ in lanes))), lanes)
    state: State = None
    done = 0
    for epochs in _blocks(plan, theta.size):
        pause()
        batches = cut(plan, epochs, orders)
        now = slice(done, min(done + len(batches.sizes), plan.updates))
        rates = plan.rates[now]
        if factors is not None:
            rates = rates[:, None, None] * factors[:, None]
        weights = plan.weights[now]
        if batches.weights is not None:
            weights = weights * batches.weights[: len(weights)]
        given = batches, weights, rates, optimizer, plan.restraint, theta, state
        with np.errstate(all="ignore"):  # a diverging replica overflows before its block ends
            if workers.several:
                path, state = descend_apart(problem.batch_gradient, *given, workers, done)
            elif isinstance(problem, Problem) and two_weights.takes(problem, plan):
                path, state = two_weights.descend(problem, *given)
                if clipped is not None:
                    clipped[:] = two_weights.clipped(state)
            else:
                path, state = _descend(problem, *given, clipped)
            if isinstance(problem, Problem) and problem.surface.partial:
                path[:, problem.undefined(path)] = np.nan
        theta = path[:, -1].copy()  # whoever takes the path may change it
        if workers.several:
            theta = workers.met(theta, now.stop)
        yield path
        done = now.stop


def _blocks(plan: Plan, numbers: int) -> Iterator[range]:
    """Consecutive epochs, as many at once as fit `BLOCK`, with so many numbers an example."""
    size = max(1, BLOCK // (plan.examples * numbers))
    for first in range(0, len(plan.epochs), size):
        yield range(first, min(first + size, len(plan.epochs)))


def _descend(
    problem: FiniteSum,
    batches: Cut,
    weights: FloatArray,
    rates: FloatArray,
    optimizer: Optimizer,
    restraint: Restraint,
    theta: FloatArray,
    state: State,
    clipped: FloatArray | None,
) -> tuple[FloatArray, State]:
    """θ after each of a block's updates, and the optimizer's state; None before the first."""
    path = np.empty((len(theta), len(rates), *theta.shape[1:]))
    state = optimizer.init if state is None else state
    examples = batches.slices(batches.taken(theta.shape[1:]))
    for k, (batch, weight, rate) in enumerate(zip(examples, weights, rates, strict=False)):
        mean, parts = partial(_mean, problem, theta, batch), batches.parts(k)
        if batches.clipped_each:
            gradient, was_cut = restraint.cut_parts(mean, parts)
            held = restraint.unclipped.held(theta, weight * gradient)
        else:
            gradient = weight * averaged(mean, parts)
            was_cut = restraint.excess(gradient)[0] > 1
            held = restraint.held(theta, gradient)
        if clipped is not None:
            clipped += was_cut
        step, state = optimizer.update(state, held, rate)
        path[:, k] = theta = restraint.kept(rate) * theta + step
    return path, state


def _mean(problem: FiniteSum, theta: FloatArray, batch: IntArray, some: slice) -> FloatArray:
    return problem.batch_gradient(theta, batch[some])


def _mark_divergence(
    problem: FiniteSum, path: FloatArray, done: int, diverged_at: IntArray
) -> None:
    """Note each replica's first absurd point, and blank what follows it."""
    if isinstance(problem, Problem):
        ends = problem.leaves(path)
    else:
        ends = np.any(problem.diverged(path), axis=0)
    for r in np.flatnonzero(ends | (diverged_at > 0)):
        first = 0 if diverged_at[r] else int(problem.diverged(path[:, :, r]).argmax())
        path[:, first:, r] = np.nan
        diverged_at[r] = diverged_at[r] or done + first + 1
