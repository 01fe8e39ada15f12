"""The loss that a training loop prints: a running mean of its batches' losses, epoch by epoch."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.science.accumulation import shares
from app.science.arrays import FloatArray, IntArray
from app.science.batches import Cut, cut
from app.science.cached_property import cached_property
from app.science.comparison import Run
from app.science.errors import ParameterError
from app.science.lowest import ROUNDING
from app.science.pauses import pause


class Epoch(NamedTuple):
    """What was printed of a whole epoch, and what was true of it.

    Attributes:
        weighted: the mean of its examples' losses, each at the weights of its batch, as Keras
            prints it, micro-batches or not.
        unweighted: the mean of its updates' losses, each alike, as ``total / len(loader)`` is.
        on_the_way: the mean of the true loss at the same weights, each by its batch's size.
        end: the true loss at the epoch's end.
        sizes: examples in each of its batches.
        last_counts: how many times as much as its first example its last one counts, unweighted.
        drawn, moved: standard deviations over its updates: of a batch's loss about the true loss
            at the same weights, and of that true loss; 0 of rounding.
    """

    weighted: float
    unweighted: float
    on_the_way: float
    end: float
    sizes: IntArray
    last_counts: float
    drawn: float
    moved: float


@dataclass(frozen=True, eq=False)
class Printed:
    """What a training loop prints along the first replica of a run.

    Attributes:
        run: of which every update is recorded.
        losses: of each update, averaged over its examples as its gradient is, so that it is that
            of which the gradient is taken: of a mean of means the mean of the micro-batches'
            losses. At the weights before the update, shape (U,), that of an update by which the
            run diverges included; NaN where it has no finite value.
        by_size: the mean over all its examples, shape (U,); the same where they count the same.
    """

    run: Run
    losses: FloatArray
    by_size: FloatArray

    @cached_property
    def loss(self) -> FloatArray:
        """The true loss at the same weights, shape (U,)."""
        return self.run.first_loss[: len(self.losses)]

    @cached_property
    def sizes(self) -> IntArray:
        """Examples in each batch, shape (U,)."""
        return self.run.plan.sizes[: len(self.losses)]

    @cached_property
    def _starts(self) -> IntArray:
        """The place of the first update of each epoch that began, shape (E,)."""
        starts = np.cumsum([0, *(epoch.updates for epoch in self.run.plan.epochs)])
        return starts[starts < len(self.losses)]

    @cached_property
    def running(self) -> FloatArray:
        """The mean of the losses of the epoch's examples so far, shape (U,)."""
        return self._running(self.by_size * self.sizes, self.sizes)

    @cached_property
    def unweighted(self) -> FloatArray:
        """That of its updates' losses so far, each alike, shape (U,)."""
        return self._running(self.losses, np.ones_like(self.sizes))

    def _running(self, parts: FloatArray, counts: IntArray) -> FloatArray:
        found = np.empty(len(parts))
        for start, stop in zip(self._starts, [*self._starts[1:], len(parts)], strict=True):
            here = slice(start, stop)
            found[here] = np.cumsum(parts[here]) / np.cumsum(counts[here])
        return found

    @property
    def diverged(self) -> bool:
        """Whether that replica diverged."""
        return bool(self.run.paths.diverged_at[0])

    @cached_property
    def epochs(self) -> tuple[Epoch, ...]:
        """Those that ended before the run did, or diverged."""
        epochs, start = self.run.plan.epochs, 0
        found: list[Epoch] = []
        for end in self.run.plan.epoch_ends.tolist():
            if end >= self.run.length(0):
                break
            here = slice(start, end)
            found.append(
                Epoch(
                    weighted=float(self.running[end - 1]),
                    unweighted=float(self.unweighted[end - 1]),
                    on_the_way=float(np.average(self.loss[here], weights=self.sizes[here])),
                    end=float(self.run.first_loss[end]),
                    sizes=self.sizes[here],
                    last_counts=_last_counts(self.sizes[here], epochs[len(found)].micro_batch),
                    drawn=_spread(self.losses[here] - self.loss[here], self.loss[here]),
                    moved=_spread(self.loss[here], self.loss[here]),
                )
            )
            start = end
        return tuple(found)


def _last_counts(sizes: IntArray, micro_batch: int | None) -> float:
    first, last = shares(int(sizes[0]), micro_batch)[0], shares(int(sizes[-1]), micro_batch)[-1]
    return last.share * first.length / (first.share * last.length)


def printed_losses(run: Run, seed: int) -> Printed:
    """Evaluate every batch of a run's first replica at the weights before its update.

    Args:
        run: with every update recorded.
        seed: of its sampling.
    """
    problem, plan = run.problem, run.plan
    count = min(plan.updates, run.length(0))
    points = run.paths.theta[:, :count, 0]
    by_size, losses = np.full((2, count), np.nan)
    rng, done = np.random.default_rng([seed, 0]), 0
    orders = [plan.orders(rng, problem.labels)]
    for epoch in range(len(plan.epochs)):
        pause()
        batches = cut(plan, range(epoch, epoch + 1), orders)
        starts, sizes = batches.starts[: count - done], batches.sizes[: count - done]
        examples = batches.order[0, : starts[-1] + sizes[-1]]
        w0, w1 = np.repeat(points[:, done : done + len(sizes)], sizes, axis=1)
        with np.errstate(all="ignore"):
            each = problem.surface.loss(w0, w1, [column[examples] for column in problem.columns])
            here = slice(done, done + len(sizes))
            by_size[here] = np.add.reduceat(each, starts) / sizes
            losses[here] = _as_averaged(each, batches) if plan.skewed else by_size[here]
        done += len(sizes)
        if done == count:
            break
    true = run.first_loss[:count]
    return Printed(run, _drawn(losses, true), _drawn(by_size, true))


def _as_averaged(each: FloatArray, batches: Cut) -> list[float]:
    """Losses of examples averaged over each update as its gradients are."""
    return [
        float(sum(part.share * own[part.examples].mean() for part in batches.parts(k)))
        for k, own in enumerate(batches.slices(each))
    ]


def _spread(values: FloatArray, losses: FloatArray) -> float:
    """Standard deviation; 0 of what is rounding beside the losses."""
    found = float(np.std(values))
    return 0.0 if found <= ROUNDING * max(1.0, float(np.abs(losses).max())) else found


def _drawn(losses: FloatArray, true: FloatArray) -> FloatArray:
    # What differs by rounding alone, as of a batch of all examples, is no draw.
    same = np.isclose(losses, true, rtol=ROUNDING, atol=ROUNDING)
    return np.where(same, true, np.where(np.isfinite(losses), losses, np.nan))


def exponential_mean(losses: FloatArray, weight: float) -> FloatArray:
    """An exponential mean, its start corrected as that of Adam's moments.

    With s' = βs + (1 − β)l from s = 0, it is s/(1 − βᵏ) after the k-th value l.

    >>> exponential_mean(np.array([4.0, 1.0]), 0.5)
    array([4., 2.])

    Args:
        losses: shape (U,).
        weight: β, of the past, at least 0 and below 1.

    Raises:
        ParameterError: another β.
    """
    if not 0 <= weight < 1:
        raise ParameterError("smoothing", weight, "a number of at least 0 and below 1")
    found, kept, decayed = np.empty(len(losses)), 0.0, 1.0
    for k, loss in enumerate(losses.tolist()):
        kept = weight * kept + (1 - weight) * loss
        decayed *= weight
        found[k] = kept / (1 - decayed)
    return found


def lag(weight: float) -> float:
    """How many values an `exponential_mean` is behind once it has run for long: β/(1 − β).

    >>> round(lag(0.9), 6)
    9.0
    """
    return weight / (1 - weight)
