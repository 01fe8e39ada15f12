"""A run laid out, of what decides it."""

import math
from dataclasses import replace

import numpy as np

from app.science.accumulation import ONE_BATCH, Accumulation
from app.science.arrays import IntArray
from app.science.budget import Budget
from app.science.epoch_plan import EpochPlan
from app.science.errors import ParameterError, check_one_of
from app.science.growth import Growth
from app.science.local_sgd import ALONE, Workers
from app.science.message import Message
from app.science.plan import Plan, epochs_elapsed
from app.science.restraint import FREE, Restraint
from app.science.sampling import POISSON, SAMPLINGS
from app.science.schedules import BETA_SCALINGS, LR_SCALINGS, LR_SCHEDULES, Decay, warmed


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
    workers: Workers = ALONE,
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
        workers: who take the parts of each batch.

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
    if workers.several:
        _check_workers(workers.count, sizes, sampling, accumulation, restraint)
    weights = np.concatenate([epoch.weights for epoch in epochs])[: len(sizes)]
    scaling = LR_SCALINGS[lr_scaling]
    scaled = [learning_rate * scaling(e.batch_size / reference_batch_size) for e in epochs]
    rates = np.repeat(scaled, [epoch.updates for epoch in epochs])[: len(sizes)]
    elapsed = np.concatenate([[0.0], epochs_elapsed(epochs)[: len(sizes)]])
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
        workers=workers,
    )


def _check_poisson(budget: Budget, accumulation: Accumulation) -> None:
    if budget.examples_seen is not None:
        allowed = Message("left out: Poisson batches vary in size, so give epochs or updates")
        raise ParameterError("examples_seen", budget.examples_seen, allowed)
    if accumulation.pieces > 1:
        allowed = Message("1: Poisson batches vary in size, and are taken at once")
        raise ParameterError("accumulate", accumulation.pieces, allowed)


def _check_workers(
    count: int, sizes: IntArray, sampling: str, accumulation: Accumulation, restraint: Restraint
) -> None:
    for hinders, allowed in (
        (sampling == POISSON, Message("1: Poisson batches vary in size, and have no equal parts")),
        (accumulation.pieces > 1, Message("1: a worker takes its part of a batch at once")),
        (restraint.clip is not None, Message("1: gradients are clipped of whole batches alone")),
    ):
        if hinders:
            raise ParameterError("workers", count, allowed)
    uneven = sizes[sizes % count > 0]
    if not len(uneven):
        return
    common = int(np.gcd.reduce(sizes))
    divisors = ", ".join(str(d) for d in range(1, common + 1) if common % d == 0)
    allowed = (
        Message(
            "one of {divisors}: each batch is shared out equally, and one is of {size:,}",
            divisors=divisors,
            size=int(uneven[0]),
        )
        if sizes[0] % count
        else Message(
            "one of {divisors}: each batch is shared out equally, and an epoch's last one is of "
            "{size:,} (remainder=drop leaves it out)",
            divisors=divisors,
            size=int(uneven[0]),
        )
    )
    raise ParameterError("workers", count, allowed)


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
