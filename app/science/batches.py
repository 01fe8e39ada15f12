"""Some epochs of a run cut into mini-batches: which examples each update takes."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from app.science.accumulation import Accumulation, Share, shares
from app.science.arrays import FloatArray, IntArray
from app.science.epoch_plan import EpochPlan
from app.science.plan import Plan
from app.science.sampling import member_counts


class Cut(NamedTuple):
    """Consecutive epochs in mini-batches.

    Attributes:
        order: the examples, each replica's in the order it draws them in, shape (R, E·N).
        starts: where in it each update's batch begins, shape (U,).
        sizes: how many examples that has, shape (U,).
        micro_batches: examples of a micro-batch, shape (U,); None where it makes no difference
            in which micro-batches an update takes its examples.
        clipped_each: how micro-batches are averaged where each is clipped by itself; else None.
        weights: where sizes are drawn, what the batch's mean gradient is multiplied by so that it
            is a sum over B: members/B, shape (U,). A batch without a member has example 0, at
            weight 0.
    """

    order: IntArray
    starts: IntArray
    sizes: IntArray
    micro_batches: IntArray | None = None
    clipped_each: Accumulation | None = None
    weights: FloatArray | None = None

    def taken(self, lanes: tuple[int, ...]) -> IntArray:
        """The order, of shape (E·N, 1, …, R): beside ``lanes``, of which the last are replicas."""
        order = np.ascontiguousarray(self.order.T)
        return np.expand_dims(order, tuple(range(1, len(lanes))))

    def slices(self, values: Sequence[Any] | FloatArray | IntArray) -> Iterator[Any]:
        """Each update's part of values that lie in the order of the examples."""
        for start, size in zip(self.starts.tolist(), self.sizes.tolist(), strict=True):
            yield values[start : start + size]

    def parts(self, k: int) -> tuple[Share, ...]:
        """What of an update's examples is averaged apart, and what each part counts."""
        size = int(self.sizes[k])
        if self.micro_batches is None:
            return shares(size, None)
        micro_batch = int(self.micro_batches[k])
        return (self.clipped_each.parts if self.clipped_each else shares)(size, micro_batch)


def cut(plan: Plan, epochs: range, orders: list[Iterator[IntArray]]) -> Cut:
    """Cut some epochs.

    Args:
        plan: the run's plan.
        epochs: which of its epochs.
        orders: each replica's source of epochs, an order of all examples at a time; where sizes
            are drawn, that of one replica.
    """
    if plan.drawn_sizes:
        (source,) = orders
        return _drawn([plan.epochs[e] for e in epochs], source)
    order = np.empty((len(orders), len(epochs) * plan.examples), dtype=np.int64)
    for replica, source in zip(order, orders, strict=True):
        for epoch in replica.reshape(len(epochs), -1):
            epoch[:] = next(source)
    cuts = [plan.epochs[e] for e in epochs]
    sizes = [epoch.sizes for epoch in cuts]
    starts = [k * plan.examples + epoch.starts for k, epoch in enumerate(cuts)]
    micro_batches = None
    if plan.skewed or plan.clips_each:
        each = [plan.accumulation.micro_batch(epoch.batch_size) for epoch in cuts]
        micro_batches = np.repeat(each, [epoch.updates for epoch in cuts])
    return Cut(
        order,
        np.concatenate(starts),
        np.concatenate(sizes),
        micro_batches,
        plan.accumulation if plan.clips_each else None,
    )


def _drawn(epochs: Sequence[EpochPlan], source: Iterator[IntArray]) -> Cut:
    """Batches of drawn sizes."""
    members, counts, weights = [], [], []
    for epoch in epochs:
        drawn = next(source)
        count = member_counts(drawn, epoch)
        empty = np.flatnonzero(count == 0) * epoch.examples
        members.append(np.sort(np.concatenate([drawn, empty])) % epoch.examples)
        counts.append(np.maximum(count, 1))
        weights.append(count / epoch.batch_size)
    sizes = np.concatenate(counts)
    starts = np.cumsum(sizes) - sizes
    return Cut(np.concatenate(members)[None], starts, sizes, weights=np.concatenate(weights))


def examples_seen(plan: Plan, rng: np.random.Generator) -> IntArray:
    """Examples that a replica has seen after each update, from 0 before the first, (U + 1,).

    Args:
        plan: the run's.
        rng: a new generator seeded as the replica's was; used up.
    """
    if not plan.drawn_sizes:
        return plan.examples_seen
    counts = [
        member_counts(drawn, epoch)
        for epoch, drawn in zip(plan.epochs, plan.orders(rng), strict=True)
    ]
    return np.concatenate([[0], np.cumsum(np.concatenate(counts)[: plan.updates])])
