"""Runs of one batch size: replicas in lock-step, scored at recorded updates."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.batches import cut, examples_seen
from app.science.networks.accumulated import Accumulated
from app.science.networks.network import ABSURD, Network, Rows
from app.science.networks.recorded import recorded
from app.science.networks.spec import NetworkSpec
from app.science.noise.preconditioned import preconditioner
from app.science.optimizers import OPTIMIZERS, scaled
from app.science.pauses import pause
from app.science.plan import Plan
from app.science.rule import State

# Up to such a batch replicas in lock-step are quicker than one after the other.
LOCK_STEP = 64
TOGETHER = 8  # at most: others can be trained elsewhere meanwhile
PARTS = ("train", "validation", "test")


@dataclass(frozen=True, kw_only=True)
class Training:
    """Runs of one batch size.

    Attributes:
        spec: the network and its data.
        plan: mini-batches and learning rates of ``spec.examples`` rows.
        optimizer: one of `OPTIMIZERS`.
        hyperparameters: its keyword arguments.
        seed: replica r's order of examples is from ``default_rng([seed, r])``.
        replicas: which.
        record: numbers of the updates that are scored, increasing, where they are others than
            `recorded` has; weights and paths are then not kept.
        scored: which of `PARTS` are; the scores of others are NaN.
        until: a training loss: once every replica has been no higher, the run is over, and
            later scores are NaN.
    """

    spec: NetworkSpec
    plan: Plan
    optimizer: str = "sgd"
    hyperparameters: Mapping[str, float] = field(default_factory=dict)
    seed: int = 0
    replicas: range = range(1)
    record: tuple[int, ...] = ()
    scored: tuple[str, ...] = PARTS
    until: float | None = None

    @property
    def alike(self) -> bool:
        """Whether replicas have nothing to differ in: they are trained once."""
        return self.spec.vary == "order" and self.plan.deterministic


class Scores(NamedTuple):
    """Of each recorded update and replica, shape (K, R); NaN from divergence onwards."""

    train_loss: FloatArray
    train_accuracy: FloatArray
    validation_loss: FloatArray
    validation_accuracy: FloatArray
    test_loss: FloatArray
    test_accuracy: FloatArray


@dataclass(frozen=True)
class Trained:
    """What runs of one batch size came to.

    Attributes:
        updates: numbers of the recorded updates, 0 the start, shape (K,).
        scores: at each of them.
        marks: indices into ``updates`` of those whose weights are kept, shape (M,).
        weights: at these, shape (M, R, P), as the science has them.
        path: of the first replica, at every recorded update, shape (K, P); none, (0, P), where
            weights are not kept.
        scaling: P = 1/(√ŝ + ϵ) with which an adaptive rule arrives at ``weights``, of the same
            shape, NaN at the start; None of other rules.
        diverged_at: the update at which a replica diverged, 0 if it did not, shape (R,).
        clipped: how many gradients of each replica were cut while it had not diverged, shape
            (R,); None where none can be.
        seen: examples that each replica has seen at each recorded update, shape (K, R), where it
            is chance how many a batch has; None elsewhere.
    """

    updates: IntArray
    scores: Scores
    marks: IntArray
    weights: FloatArray = field(repr=False)
    path: FloatArray = field(repr=False)
    diverged_at: IntArray
    clipped: IntArray | None = None
    seen: IntArray | None = None
    scaling: FloatArray | None = field(default=None, repr=False)

    def mean_seen(self, plan: Plan) -> IntArray:
        """Examples seen at each recorded update, where they differ the replicas' mean, (K,)."""
        if self.seen is None:
            return plan.examples_seen[self.updates]
        return np.asarray(np.rint(self.seen.mean(axis=1)), dtype=np.int64)


def train(training: Training) -> Trained:
    """Train every replica: small batches in lock-step, large ones one by one.

    What a replica comes to does not depend on which others are trained with it.

    Raises:
        ParameterError: as `NetworkSpec.split`.
    """
    if training.alike:
        return joined([_train(training, training.replicas[:1])] * len(training.replicas))
    return joined([_train(training, part.replicas) for part in parts(training)])


def parts(training: Training) -> list[Training]:
    """The same runs in parts that can be trained apart, in any order and anywhere."""
    if training.alike:
        return [training]
    plan = training.plan
    step = TOGETHER if plan.sizes.max() <= LOCK_STEP and not plan.drawn_sizes else 1
    return [
        replace(training, replicas=training.replicas[first : first + step])
        for first in range(0, len(training.replicas), step)
    ]


def joined(apart: list[Trained]) -> Trained:
    """The `parts`' runs beside each other."""
    first = apart[0]
    if len(apart) == 1:
        return first
    any_seen = first.seen is not None
    columns = zip(*(part.scores for part in apart), strict=True)
    return Trained(
        first.updates,
        Scores(*(np.concatenate(each, axis=1) for each in columns)),
        first.marks,
        np.concatenate([part.weights for part in apart], axis=1),
        first.path,
        np.concatenate([part.diverged_at for part in apart]),
        None
        if first.clipped is None
        else np.concatenate([part.clipped for part in apart if part.clipped is not None]),
        np.hstack([part.seen for part in apart if part.seen is not None]) if any_seen else None,
        None
        if first.scaling is None
        else np.concatenate([part.scaling for part in apart if part.scaling is not None], axis=1),
    )


def _train(training: Training, replicas: range) -> Trained:
    spec, network = training.spec, training.spec.network
    record, marks = recorded(training.plan.updates)
    if training.record:
        record, marks = np.array(training.record, dtype=np.int64), marks[:0]
    theta = np.stack([spec.weights(r) for r in replicas])
    parts = {name: spec.stacked(name, replicas) for name in PARTS if name in training.scored}
    learnt = parts["train"] if "train" in parts else spec.stacked("train", replicas)
    arrived = np.zeros(len(replicas), dtype=bool)
    scores = np.full((len(Scores._fields), len(record), len(replicas)), np.nan)
    weights = np.full((len(marks), *theta.shape), np.nan)
    path = np.full((0 if training.record else len(record), network.layers.weights), np.nan)
    rule = OPTIMIZERS[training.optimizer]
    square = rule.smoothed_square
    optimizer = scaled(rule(**training.hyperparameters), training.plan)
    scaling = None if square is None else np.full_like(weights, np.nan)
    diverged_at = np.zeros(len(replicas), dtype=np.int64)
    clipped = np.zeros_like(diverged_at) if training.plan.restraint.kind.clips else None
    k = 0
    for update, state in enumerate(
        descend(training, replicas, learnt, theta, diverged_at, clipped)
    ):
        if update != record[k]:
            continue
        alive = diverged_at == 0
        for name, rows in parts.items():
            for column, values in enumerate(network.scores(theta, rows)):
                scores[2 * PARTS.index(name) + column, k, alive] = values[alive]
        weights[marks == k] = np.where(alive[:, None], theta, np.nan)
        if scaling is not None and square and update and (marks == k).any():
            known = square(state, **optimizer.hyperparameters)
            known = preconditioner(known, optimizer.hyperparameters["eps"])
            scaling[marks == k] = np.where(alive[:, None], known, np.nan)
        if alive[0] and len(path):
            path[k] = theta[0]
        if training.until is not None:
            arrived |= scores[0, k] <= training.until
        k += 1
        if k == len(record) or (arrived | ~alive).all():
            break
    seen = None
    if training.plan.drawn_sizes:
        rngs = (np.random.default_rng([training.seed, r]) for r in replicas)
        seen = np.stack([examples_seen(training.plan, rng)[record] for rng in rngs], axis=1)
    return Trained(
        record, Scores(*scores), marks, weights, path, diverged_at, clipped, seen, scaling
    )


def descend(
    training: Training,
    replicas: range,
    rows: Rows,
    theta: FloatArray,
    diverged_at: IntArray,
    clipped: IntArray | None = None,
) -> Iterator[State]:
    """Change weights (R, P) in place, an update at a time; first as they are at the start.

    Diverged replicas are noted in ``diverged_at``, and stay at 0. Gradients that were cut are
    counted in ``clipped``.

    Yields:
        The rule's state after each update, as it is: it may change with the next one.
    """
    plan, network = training.plan, training.spec.network
    restraint = plan.restraint
    left = restraint.unclipped if plan.clips_each else restraint
    restrained, decoupled = bool(restraint), bool(restraint.decoupled)
    labels = np.broadcast_to(rows.labels, (len(replicas), rows.size))
    orders = [
        plan.orders(np.random.default_rng([training.seed, r]), own)
        for r, own in zip(replicas, labels, strict=True)
    ]
    optimizer = scaled(OPTIMIZERS[training.optimizer](**training.hyperparameters), plan)
    stepped = partial(optimizer.formula, **optimizer.hyperparameters)
    alone = len(replicas) == 1
    weights = theta[0] if alone else theta
    gradients = Accumulated(network, plan, None if alone else len(replicas))
    rates, shares = plan.rates.tolist(), plan.weights.tolist()
    state, update, updates, absurd = optimizer.init, 0, plan.updates, ABSURD**2
    drawn: list[IntArray] = []
    yield state
    for number, epoch in enumerate(plan.epochs):
        pause()
        starts, sizes, before = epoch.starts, epoch.sizes, drawn
        if plan.drawn_sizes:
            batches = cut(plan, range(number, number + 1), orders)
            starts, sizes, shares[update:] = batches.starts, batches.sizes, batches.weights
            drawn = [*batches.order]
        else:
            drawn = [next(order) for order in orders]
        # An order that stays is one object.
        if [*map(id, drawn)] != [*map(id, before)]:
            x, y = _ordered(rows, drawn)
            if alone:
                x, y = x[0], y[0]
        gradients.begin(epoch)
        for start, size in zip(starts.tolist(), sizes.tolist(), strict=True):
            if update == updates:
                return
            gradient, was_cut = gradients.gradient(weights, x, y, start, size)
            if shares[update] != 1:
                gradient *= shares[update]
            if restrained:
                if clipped is not None:
                    over = (
                        restraint.excess(gradient, -1)[..., 0] > 1 if was_cut is None else was_cut
                    )
                    clipped += over & (diverged_at == 0)
                gradient = left.held(weights, gradient, -1)
            step, state = stepped(state, gradient, rates[update])
            if decoupled:
                weights *= restraint.kept(rates[update])
            weights += step
            update += 1
            # One number for all: only where it is large, or none, is each looked at.
            if not np.vdot(weights, weights) <= absurd:
                _mark(network, theta, state, diverged_at, update)
            yield state


def _ordered(rows: Rows, orders: list[IntArray]) -> tuple[FloatArray, FloatArray]:
    """Inputs and targets in each replica's order, (R, N, …)."""
    order = np.stack(orders)
    if rows.x.ndim == 2:
        return rows.x[order], rows.y[order]
    replica = np.arange(len(order))[:, None]
    return rows.x[replica, order], rows.y[replica, order]


def _mark(
    network: Network, theta: FloatArray, state: Any, diverged_at: IntArray, update: int
) -> None:
    """Note what has diverged now, and put what has ever at rest."""
    bad = network.diverged(theta)
    diverged_at[bad & (diverged_at == 0)] = update
    stopped = diverged_at > 0
    theta[stopped] = 0.0
    for kept in state if isinstance(state, tuple) else (state,):
        if isinstance(kept, np.ndarray):
            kept.reshape(theta.shape)[stopped] = 0.0
