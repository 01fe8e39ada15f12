"""A sweep over batch sizes, as far as it has come: tuned, compared, and what follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.cached_property import cached_property
from app.science.networks.gap import GapSweep, Trial
from app.science.networks.gap_budgets import (
    BUDGETS,
    FEWEST,
    Outcome,
    begins_below,
    common_loss,
)
from app.science.networks.paired import Mean, differences, mean

POINTS = 100.0  # in all of a share: accuracies are told in points
TOLD = 1.0  # points: of no difference is spoken where none can be larger
TINY = 1e-300  # a training loss of 0 has a logarithm too


@dataclass(frozen=True, eq=False)
class SizeOutcome:
    """A batch size under a budget, at the rate whose mean validation loss is the lowest there.

    Attributes:
        batch_size: B.
        learning_rate: ε.
        at_edge: whether it is the smallest or the largest rate tried: one beyond may be better.
        outcome: where its replicas are stopped.
        late: replicas that are stopped at the end of their run.
    """

    batch_size: int
    learning_rate: float
    at_edge: bool
    outcome: Outcome
    late: int

    @property
    def updates(self) -> float:
        """Made until there, mean over the replicas."""
        return float(np.nanmean(self.outcome.updates))

    @property
    def validation_loss(self) -> float:
        """There, mean over the replicas."""
        return float(np.nanmean(self.outcome.validation_loss))

    @cached_property
    def accuracy(self) -> Mean:
        """Test accuracy in percent, with its 95 % interval."""
        return mean(POINTS * self.outcome.test_accuracy)

    @cached_property
    def train_loss(self) -> Mean:
        """Training loss, with its 95 % interval."""
        return mean(self.outcome.train_loss)


class Difference(NamedTuple):
    """A batch size less the reference, paired; all of a budget hold at once with 95 %.

    Attributes:
        batch_size: B.
        accuracy: of test accuracies, in points.
        loss: of logarithms of training losses.
    """

    batch_size: int
    accuracy: Mean
    loss: Mean


@dataclass(frozen=True, eq=False)
class Compared:
    """Batch sizes under a budget.

    Attributes:
        budget: one of `BUDGETS`.
        sizes: those that have a learning rate at which no replica diverges, increasing.
        missing: measured ones that have none.
        unit: of a test accuracy, in points: one test row.
        comparisons: how many there are when all batch sizes are measured.
        replicas: how many are compared: at equal training loss those that start above it.
    """

    budget: str
    sizes: tuple[SizeOutcome, ...]
    missing: tuple[int, ...]
    unit: float
    comparisons: int
    replicas: int

    @property
    def few(self) -> bool:
        """Whether too few replicas are to be compared, at whatever batch size."""
        return self.replicas < FEWEST

    @property
    def reference(self) -> SizeOutcome:
        """The largest of them, with which the others are compared."""
        return self.sizes[-1]

    @cached_property
    def differences(self) -> tuple[Difference, ...]:
        """Of all others, to the reference."""
        if len(self.sizes) < 2:
            return ()
        accuracies = [POINTS * each.outcome.test_accuracy for each in self.sizes]
        losses = [_logarithm(each.outcome.train_loss) for each in self.sizes]
        told = differences(accuracies[:-1], accuracies[-1], self.comparisons, self.unit)
        learnt = differences(losses[:-1], losses[-1], self.comparisons)
        return tuple(
            Difference(each.batch_size, *means)
            for each, *means in zip(self.sizes[:-1], told, learnt, strict=True)
        )

    @property
    def certain(self) -> tuple[Difference, ...]:
        """Those that are not 0 by chance."""
        return tuple(each for each in self.differences if each.accuracy.certain)

    @property
    def bound(self) -> float:
        """Points that no difference exceeds, all intervals taken together."""
        ends = [max(abs(d.accuracy.low), abs(d.accuracy.high)) for d in self.differences]
        return max(ends, default=float("inf"))


@dataclass(frozen=True, eq=False)
class GapResult:
    """What is known of a sweep.

    Attributes:
        sweep: what was asked.
        trials: those of batch sizes all of whose rates are measured.
    """

    sweep: GapSweep
    trials: tuple[Trial, ...]

    @cached_property
    def measured(self) -> tuple[int, ...]:
        """The batch sizes of which all rates are, increasing."""
        return tuple(sorted({trial.batch_size for trial in self.trials}))

    @property
    def whole(self) -> bool:
        """Whether those are all."""
        return self.measured == self.sweep.sizes

    @cached_property
    def target(self) -> float | None:
        """The training loss at which they are compared; None where a batch size has no rate."""
        return self.sweep.target or common_loss(list(self.trials))

    @cached_property
    def compared(self) -> dict[str, Compared]:
        """By budget, in the order of `BUDGETS`."""
        return {name: self._compared(name) for name in BUDGETS}

    @cached_property
    def slowing(self) -> Mean | None:
        """How much higher the smallest size's training loss is than the largest's, in logarithm.

        After equal updates at the same rate: of the rates at which neither diverges, that which
        brings the largest down furthest. None where there is no such rate, or one size alone.
        """
        if len(self.measured) < 2:
            return None
        stop = BUDGETS["updates"].stop
        small, large = (
            {t.learning_rate: stop(self.sweep, t, 0.0) for t in self.trials
             if t.batch_size == size and not t.diverged.any()}
            for size in (self.measured[0], self.measured[-1])
        )  # fmt: skip
        found = {rate: (small[rate], large[rate]) for rate in small.keys() & large.keys()}
        pairs = [(a.train_loss, b.train_loss) for a, b in found.values() if a and b]
        if not pairs:
            return None
        noisy, still = min(pairs, key=lambda pair: float(pair[1].mean()))
        return mean(_logarithm(noisy) - _logarithm(still))

    @property
    def memorising_slowed(self) -> bool:
        """Whether noise is seen to slow memorising, beyond chance."""
        return self.slowing is not None and self.slowing.low > 0

    @property
    def alike_in_time(self) -> bool:
        """Whether batch size makes no difference of `TOLD` points at the best validation.

        Only where all batch sizes are compared and most replicas went past their best.
        """
        best = self.compared["validation"]
        past = all(2 * each.late <= self.sweep.replicas for each in best.sizes)
        return (
            len(best.sizes) == len(self.sweep.sizes) > 1
            and past
            and not best.certain
            and best.bound <= TOLD
        )

    def _compared(self, budget: str) -> Compared:
        found, missing = [], []
        for size in self.measured:
            chosen = self._chosen(budget, size)
            if chosen is None:
                missing.append(size)
            else:
                found.append(chosen)
        unit = POINTS / self.sweep.spec.split(0).test.size
        comparisons = max(1, len(self.sweep.sizes) - 1)
        replicas = self.sweep.replicas - (self._begin_below if budget == "loss" else 0)
        return Compared(budget, tuple(found), tuple(missing), unit, comparisons, replicas)

    @property
    def _begin_below(self) -> int:
        """Replicas that start at the target or below it, at any batch size."""
        if self.target is None or not self.trials:
            return 0
        return int(np.count_nonzero(begins_below(self.trials[0], self.target)))

    def _chosen(self, budget: str, size: int) -> SizeOutcome | None:
        target = float("-inf") if self.target is None else self.target
        stopped = {
            trial.learning_rate: (trial, BUDGETS[budget].stop(self.sweep, trial, target))
            for trial in self.trials
            if trial.batch_size == size and not trial.diverged.any()
        }
        tried = {rate: (trial, outcome) for rate, (trial, outcome) in stopped.items() if outcome}
        if not tried:
            return None
        rate = min(tried, key=lambda each: float(np.nanmean(tried[each][1].validation_loss)))
        trial, outcome = tried[rate]
        edge = rate in (self.sweep.rates[0], self.sweep.rates[-1])
        late = int(np.count_nonzero(outcome.updates >= trial.updates[-1]))
        return SizeOutcome(size, rate, edge, outcome, late)


def gather(sweep: GapSweep, trials: Sequence[Trial]) -> GapResult:
    """A sweep of which some trials are there: batch sizes count once all their rates do."""
    rates = len(sweep.rates)
    count = {size: sum(t.batch_size == size for t in trials) for size in sweep.sizes}
    kept = [trial for trial in trials if count[trial.batch_size] == rates]
    return GapResult(
        sweep, tuple(sorted(kept, key=lambda trial: (trial.batch_size, trial.learning_rate)))
    )


def _logarithm(losses: FloatArray) -> FloatArray:
    return np.asarray(np.log(np.maximum(losses, TINY)))
