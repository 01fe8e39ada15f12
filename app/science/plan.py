"""A whole run laid out before it starts: every update's batch size, rate, epoch and cost."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby

import numpy as np

from app.science.accumulation import MICRO_BATCH, ONE_BATCH, Accumulation
from app.science.arrays import FloatArray, IntArray
from app.science.cached_property import cached_property
from app.science.epoch_plan import EpochPlan
from app.science.local_sgd import ALONE, Workers
from app.science.restraint import FREE, Restraint
from app.science.sampling import FIXED, INDEPENDENT, POISSON, SAMPLINGS, Labels, poisson_epoch


@dataclass(frozen=True)
class Segment:
    """Consecutive epochs cut in the same way.

    Attributes:
        first_epoch: number of its first epoch, from 0.
        first_update: number of its first update, from 1.
        epoch: how each of its epochs is cut.
        learning_rate: ε scaled with their batch size, before the schedule.
    """

    first_epoch: int
    first_update: int
    epoch: EpochPlan
    learning_rate: float


@dataclass(frozen=True)
class Plan:
    """Every update of a run.

    Attributes:
        batch_size: B the run begins with.
        examples: N.
        sampling: one of `SAMPLINGS`.
        epochs: how each epoch is cut, the last one perhaps not finished.
        scaled_rates: ε of each epoch, scaled with its batch size, before the schedule.
        sizes: examples in each update's batch, shape (U,); on average where they are `drawn_sizes`.
        rates: learning rate of each update, shape (U,).
        weights: what each batch's gradient is multiplied by before the optimizer takes it, shape
            (U,); 1 but for a last, smaller batch under ``weight``. Where sizes are drawn, the mean
            of a batch is multiplied by its size over B as well (`cut`).
        accumulation: in which micro-batches each update takes its examples.
        restraint: weight decay and clipping.
        beta_power: to which the optimizer's β that follow the batch size are raised.
        workers: who take the parts of each batch.
    """

    batch_size: int
    examples: int
    sampling: str
    epochs: tuple[EpochPlan, ...]
    scaled_rates: tuple[float, ...]
    sizes: IntArray = field(repr=False)
    rates: FloatArray = field(repr=False)
    weights: FloatArray = field(repr=False)
    accumulation: Accumulation = ONE_BATCH
    restraint: Restraint = FREE
    beta_power: float = 1.0
    workers: Workers = ALONE

    @property
    def updates(self) -> int:
        """U, the number of updates."""
        return len(self.sizes)

    @property
    def learning_rate(self) -> float:
        """ε the run begins with."""
        return self.scaled_rates[0]

    @cached_property
    def examples_seen(self) -> IntArray:
        """Examples seen after each update, from 0 before the first, shape (U + 1,).

        On average where they are `drawn_sizes`: what a replica saw is told by `Trajectories`.
        """
        return np.concatenate([[0], np.cumsum(self.sizes)])

    @cached_property
    def epoch(self) -> FloatArray:
        """Epochs elapsed after each update, from 0, shape (U + 1,).

        Within an epoch the fraction of the examples that the epoch uses.
        """
        return np.concatenate([[0.0], epochs_elapsed(self.epochs)[: self.updates]])

    @cached_property
    def epoch_ends(self) -> IntArray:
        """Numbers of the updates that end an epoch."""
        ends = np.cumsum([epoch.updates for epoch in self.epochs])
        return ends[ends <= self.updates]

    @property
    def segments(self) -> tuple[Segment, ...]:
        """The epochs, consecutive ones that are cut alike in one segment."""
        segments, epoch, update = [], 0, 1
        for plan, group in groupby(self.epochs):
            count = len(list(group))
            segments.append(Segment(epoch, update, plan, self.scaled_rates[epoch]))
            epoch, update = epoch + count, update + count * plan.updates
        return tuple(segments)

    def until(self, update: int) -> "Plan":
        """Its first updates alone, at the rates that the whole has; itself if it has no more."""
        if self.updates <= update:
            return self
        epochs = 1 + int(np.searchsorted(self.epoch_ends, update))
        return replace(
            self,
            epochs=self.epochs[:epochs],
            scaled_rates=self.scaled_rates[:epochs],
            sizes=self.sizes[:update],
            rates=self.rates[:update],
            weights=self.weights[:update],
        )

    def made(self, diverged_at: IntArray) -> int:
        """Updates that the last replica made, those of divergence among them.

        Args:
            diverged_at: the update at which each replica diverged, 0 if it did not, shape (R,).
        """
        return self.updates if np.any(diverged_at == 0) else int(diverged_at.max())

    @property
    def ends_in_one(self) -> bool:
        """Whether an epoch of it ends in a batch of 1, though its batch size is more."""
        return any(
            segment.epoch.ends_in_one and self.updates >= self._last_update(segment)
            for segment in self.segments
        )

    @property
    def has_micro_batch_of_one(self) -> bool:
        """Whether a micro-batch, or a worker's part, is 1 example, though its update has more."""
        return any(
            (
                self.accumulation.leaves_one(size, segment.epoch.batch_size)
                or size == self.workers.count > 1
            )
            and (size == segment.epoch.batch_size or self.updates >= self._last_update(segment))
            for segment in self.segments
            for size, _count in segment.epoch.groups
        )

    @staticmethod
    def _last_update(segment: Segment) -> int:
        """Number of the update that ends a segment's first epoch."""
        return segment.first_update + segment.epoch.updates - 1

    @property
    def deterministic(self) -> bool:
        """Whether every update uses all examples once and alike, so that no seed matters."""
        once = self.sampling not in INDEPENDENT and all(epoch.whole for epoch in self.epochs)
        if self.workers.several:  # which part is whose is drawn
            return once and self.sampling == "sequential"
        return once and not (self.skewed or self.clips_each)

    @property
    def ordered_alike(self) -> bool:
        """Whether examples come in one order whatever the seed, or none of it matters."""
        return self.deterministic or self.sampling in FIXED

    @property
    def clips_each(self) -> bool:
        """Whether each of several micro-batches is clipped, before they are averaged."""
        each = self.accumulation.pieces > 1 and self.accumulation.clip_each == MICRO_BATCH
        return each and self.restraint.clip is not None

    @cached_property
    def skewed(self) -> bool:
        """Whether examples of one update may count differently: in a mean of unequal means."""
        return any(epoch.skewed for epoch in {*self.epochs})

    @property
    def drawn_sizes(self) -> bool:
        """Whether it is chance how many examples a batch has: Poisson batches, unless of all."""
        return self.sampling == POISSON and not self.deterministic

    def orders(self, rng: np.random.Generator, labels: Labels = None) -> Iterator[IntArray]:
        """The order of each epoch's examples: the stored one of a full batch, whatever the seed.

        Where sizes are drawn, its batches' members as `poisson_epoch` gives them.

        Args:
            rng: draws them.
            labels: of the examples, by which they are sorted, or which are their classes.

        Raises:
            ParameterError: they are to be sorted or balanced, and have none.
        """
        if self.drawn_sizes:
            return (poisson_epoch(rng, epoch) for epoch in self.epochs)
        drawn = SAMPLINGS["sequential" if self.deterministic else self.sampling]
        return drawn(rng, self.examples, labels)


def epochs_elapsed(epochs: tuple[EpochPlan, ...]) -> FloatArray:
    """Epochs elapsed after each of their updates."""
    return np.concatenate([k + epoch.elapsed for k, epoch in enumerate(epochs)])
