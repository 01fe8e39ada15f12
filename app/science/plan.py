"""A whole run laid out before it starts: every update's batch size, rate, epoch and cost."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from itertools import groupby

import numpy as np

from app.science.accumulation import MICRO_BATCH, ONE_BATCH, Accumulation
from app.science.arrays import FloatArray, IntArray
from app.science.cached_property import cached_property
from app.science.errors import ParameterError, check_one_of
from app.science.growth import Growth
from app.science.message import Message
from app.science.restraint import FREE, Restraint
from app.science.sampling import POISSON, SAMPLINGS, EpochPlan, Labels, poisson_epoch
from app.science.schedules import BETA_SCALINGS, LR_SCALINGS, LR_SCHEDULES, Decay, warmed


@dataclass(frozen=True)
class Budget:
    """How long a run is: exactly one of the three.

    Attributes:
        epochs: whole passes.
        updates: updates, the last epoch cut short where need be.
        examples_seen: as many updates as fit into this many examples.
    """

    epochs: int | None = None
    updates: int | None = None
    examples_seen: int | None = None

    def __post_init__(self) -> None:
        given = {name: value for name, value in vars(self).items() if value is not None}
        if not given:
            allowed = Message("a budget: exactly one of epochs, updates and examples_seen")
            raise ParameterError("epochs", None, allowed)
        if len(given) > 1:
            allowed = Message("a budget: give only one of {names}", names=", ".join(given))
            raise ParameterError(" and ".join(given), list(given.values()), allowed)
        name, value = self.given
        if value < 1:
            raise ParameterError(name, value, "an integer of at least 1")

    @property
    def given(self) -> tuple[str, int]:
        """Name and value of the one that is."""
        return next((name, value) for name, value in vars(self).items() if value is not None)


BUDGETS = tuple(each.name for each in fields(Budget))


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
        return np.concatenate([[0.0], _epochs_elapsed(self.epochs)[: self.updates]])

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

    @property
    def ends_in_one(self) -> bool:
        """Whether an epoch of it ends in a batch of 1, though its batch size is more."""
        return any(
            segment.epoch.ends_in_one
            and self.updates >= segment.first_update + segment.epoch.updates - 1
            for segment in self.segments
        )

    @property
    def deterministic(self) -> bool:
        """Whether every update uses all examples once and alike, so that no seed matters."""
        once = self.sampling != "with-replacement" and all(epoch.whole for epoch in self.epochs)
        return once and not (self.skewed or self.clips_each)

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
            labels: of the examples, by which they are sorted.

        Raises:
            ParameterError: they are to be sorted, and have none.
        """
        if self.drawn_sizes:
            return (poisson_epoch(rng, epoch) for epoch in self.epochs)
        drawn = SAMPLINGS["sequential" if self.deterministic else self.sampling]
        return drawn(rng, self.examples, labels)


def make_plan(
    *,
    examples: int,
    batch_size: int,
    budget: Budget,
    learning_rate: float,
    sampling: str = "reshuffle",
    remainder: str = "keep",
    lr_scaling: str = "none",
    reference_batch_size: int = 32,
    lr_schedule: str = "constant",
    decay: Decay | None = None,
    growth: Growth | None = None,
    accumulation: Accumulation = ONE_BATCH,
    restraint: Restraint = FREE,
    warmup: int = 0,
    beta_scaling: str = "none",
) -> Plan:
    """Lay out a run.

    Args:
        examples: N.
        batch_size: B, from 1 to N; the initial one if it grows.
        budget: how long.
        learning_rate: ε at the reference batch size, above 0.
        sampling: one of `SAMPLINGS`.
        remainder: one of `REMAINDERS`.
        lr_scaling: one of `LR_SCALINGS`, applied to each epoch's batch size.
        reference_batch_size: at which ``learning_rate`` is not scaled.
        lr_schedule: one of `LR_SCHEDULES`.
        decay: the schedule's parameters; None for the defaults.
        growth: how the batch size grows; None if it does not.
        accumulation: in which micro-batches updates take their examples.
        restraint: weight decay and clipping.
        warmup: updates over which the rate rises.
        beta_scaling: one of `BETA_SCALINGS`, applied to the initial batch size.

    Raises:
        ParameterError: a value outside what its description says, or a budget in examples that
            no update fits into.
    """
    for name, value, registry in (
        ("sampling", sampling, SAMPLINGS),
        ("lr_scaling", lr_scaling, LR_SCALINGS),
        ("lr_schedule", lr_schedule, LR_SCHEDULES),
        ("beta_scaling", beta_scaling, BETA_SCALINGS),
    ):
        check_one_of(name, value, registry)
    if not (math.isfinite(learning_rate) and learning_rate > 0):
        raise ParameterError("learning_rate", learning_rate, "a finite number above 0")
    if reference_batch_size < 1:
        raise ParameterError(
            "reference_batch_size", reference_batch_size, "an integer of at least 1"
        )
    if warmup < 0:
        raise ParameterError("warmup", warmup, "an integer of at least 0")
    decay = decay or Decay()

    if sampling == POISSON:
        _check_poisson(budget, accumulation)
    averaged = accumulation.averaged_alike(batch_size)
    first = EpochPlan(examples, batch_size, remainder, averaged, poisson=sampling == POISSON)
    epochs = _epochs(first, budget, growth, accumulation)
    sizes = np.concatenate([epoch.sizes for epoch in epochs])
    if budget.updates is not None:
        sizes = sizes[: budget.updates]
    elif budget.examples_seen is not None:
        sizes = sizes[: np.searchsorted(np.cumsum(sizes), budget.examples_seen, side="right")]
        if not len(sizes):
            raise ParameterError(
                "examples_seen",
                budget.examples_seen,
                Message("at least {size}, the batch size: no update fits", size=batch_size),
            )
    # Only epochs that begin: what is left of a budget in examples may not fit another batch.
    ends = np.cumsum([epoch.updates for epoch in epochs])
    epochs = epochs[: np.searchsorted(ends, len(sizes)) + 1]
    weights = np.concatenate([epoch.weights for epoch in epochs])[: len(sizes)]
    scaling = LR_SCALINGS[lr_scaling]
    scaled = [learning_rate * scaling(e.batch_size / reference_batch_size) for e in epochs]
    rates = np.repeat(scaled, [epoch.updates for epoch in epochs])[: len(sizes)]
    elapsed = np.concatenate([[0.0], _epochs_elapsed(epochs)[: len(sizes)]])
    if decay.unit == "updates":
        elapsed = np.arange(len(sizes) + 1.0)
    factors = LR_SCHEDULES[lr_schedule](elapsed[:-1], float(elapsed[-1]), decay)
    if warmup > 1:
        factors = factors * warmed(len(sizes), warmup)
    return Plan(
        batch_size=batch_size,
        examples=examples,
        sampling=sampling,
        epochs=epochs,
        scaled_rates=tuple(scaled),
        sizes=sizes,
        rates=rates * factors,
        weights=weights,
        accumulation=accumulation,
        restraint=restraint,
        beta_power=BETA_SCALINGS[beta_scaling](batch_size / reference_batch_size),
    )


def _check_poisson(budget: Budget, accumulation: Accumulation) -> None:
    if budget.examples_seen is not None:
        allowed = Message("left out: Poisson batches vary in size, so give epochs or updates")
        raise ParameterError("examples_seen", budget.examples_seen, allowed)
    if accumulation.pieces > 1:
        allowed = Message("1: Poisson batches vary in size, and are taken at once")
        raise ParameterError("accumulate", accumulation.pieces, allowed)


def _epochs(
    first: EpochPlan, budget: Budget, growth: Growth | None, accumulation: Accumulation
) -> tuple[EpochPlan, ...]:
    """Epochs enough for the budget."""
    if growth is None:
        needed = budget.epochs or (
            math.ceil(budget.updates / first.updates)
            if budget.updates
            else math.ceil((budget.examples_seen or 0) / first.examples_used)
        )
        return (first,) * needed
    epochs: list[EpochPlan] = []
    updates = seen = 0
    while (
        len(epochs) < (budget.epochs or 0)
        or updates < (budget.updates or 0)
        or seen < (budget.examples_seen or 0)
    ):
        done = {"epochs": len(epochs), "updates": updates, "examples_seen": seen}
        name, whole = budget.given
        size = growth.batch_size(
            first.batch_size,
            len(epochs),
            first.examples,
            updates=updates,
            done=done[name],
            budget=whole,
        )
        # Equal epochs are one object, whose sizes are then made once.
        same = epochs[-1] if epochs and epochs[-1].batch_size == size else None
        averaged = accumulation.averaged_alike(size)
        epochs.append(same or replace(first, batch_size=size, micro_batch=averaged))
        updates += epochs[-1].updates
        seen += epochs[-1].examples_used
    return tuple(epochs)


def _epochs_elapsed(epochs: tuple[EpochPlan, ...]) -> FloatArray:
    return np.concatenate([k + epoch.elapsed for k, epoch in enumerate(epochs)])
