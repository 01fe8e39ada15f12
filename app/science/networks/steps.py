"""Updates to a training loss against batch size: a sweep, as tasks that can run anywhere.

A task is a batch size. Its learning rates race, the largest first: one that is slower than the
best so far is not waited for. In a race losses are looked at about every 2 % of the updates, at the
best rate then after every update: the loss of a small batch, which goes up and down, is often low
enough in between. The fit through the medians is that of the trade-off.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.science.arrays import BoolArray, FloatArray, IntArray
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.networks.gradient_noise import gradient_noise
from app.science.networks.sweeping import WIDE_GRID, NetworkSweep
from app.science.networks.training import train
from app.science.tradeoff.passage import checks, quantiles, soonest

TARGETS = {"squared": 0.1, "cross-entropy": 0.2}  # training losses where none is asked for
WAIT = 2  # a rate is given up after so many times the median of the best so far


@dataclass(frozen=True, kw_only=True)
class StepsSweep(NetworkSweep):
    """What is asked.

    Attributes:
        target: the training loss; None for that of `TARGETS`.
        updates: of a run, at most.
    """

    target: float | None = None
    updates: int = 4000
    grid = WIDE_GRID

    @property
    def level(self) -> float:
        """The training loss to be reached."""
        return TARGETS[self.spec.loss] if self.target is None else self.target

    def begins_below(self) -> BoolArray:
        """Which replicas start at that loss or below it, (R,): they never come down to it."""
        replicas = range(self.replicas)
        theta = np.stack([self.spec.weights(r) for r in replicas])
        loss, _ = self.spec.network.scores(theta, self.spec.stacked("train", replicas))
        return np.asarray(loss <= self.level)

    def cost(self, batch_size: int) -> float:
        """Seconds on one core that a batch size takes, about, if its rates arrive in the end."""
        looks = (*[len(checks(self.updates))] * len(self.rates), self.updates)
        return sum(self.seconds(batch_size, self.updates, count, ("train",)) for count in looks)

    @property
    def needed(self) -> float:
        """Seconds on one core that all of it takes, about."""
        return sum(map(self.cost, self.sizes))

    def check_work(self, limit: float) -> None:
        """Refuse a sweep that may take more than so many seconds on one core, before it starts.

        Raises:
            ParameterError: naming ``updates``. As `NetworkSpec.split`.
        """
        needed = self.needed
        if needed > limit:
            raise ParameterError(
                "updates", self.updates,
                Message(
                    "few enough: these runs may take about {needed:,} seconds of one core, and "
                    "{limit:,} are allowed; lower updates, replicas, examples, or "
                    "how many batch sizes and learning rates there are",
                    needed=round(needed), limit=round(limit),
                ),
            )  # fmt: skip


@dataclass(frozen=True, eq=False)
class StepsTask:
    """One batch size: all that `race` needs, and picklable."""

    sweep: StepsSweep
    batch_size: int


class Race(NamedTuple):
    """What became of a task, in the R replicas that start above the target.

    Attributes:
        batch_size: B.
        learning_rates: ε, increasing, shape (F,).
        updates: after which a replica's training loss is first no higher than the target, 0 if it
            is not before the rate was given up, shape (F, R); of rates other than the best one the
            first of `checks` after which it is.
        diverged: whether it diverged before, shape (F, R).
        trace, squared_norm: tr Σ and ‖G‖² of each replica that arrives at the best rate, averaged
            over the updates up to the median arrival; empty where no rate is the best.
    """

    batch_size: int
    learning_rates: tuple[float, ...]
    updates: IntArray
    diverged: BoolArray
    trace: FloatArray
    squared_norm: FloatArray


def steps_tasks(sweep: StepsSweep) -> tuple[StepsTask, ...]:
    """A task a batch size, smallest first: these take many updates, and the largest many examples.

    Raises:
        ParameterError: a parameter outside what its description says.
    """
    for size in sweep.sizes:
        sweep.training(size, 1.0, 1)  # refuses what is not allowed
    return tuple(StepsTask(sweep, size) for size in sweep.sizes)


def race(task: StepsTask) -> Race:
    """Run a task's learning rates. A pure function of it."""
    sweep, rates = task.sweep, task.sweep.rates
    above = ~sweep.begins_below()
    arrived = np.zeros((len(rates), sweep.replicas), dtype=np.int64)
    diverged = np.zeros(arrived.shape, dtype=bool)
    noise = (np.empty(0), np.empty(0))
    best, most = None, sweep.updates
    if above.any():
        for k in reversed(range(len(rates))):
            arrived[k], diverged[k] = _arrivals(task, rates[k], checks(most))
            median = quantiles(arrived[k, above])[1]
            if np.isfinite(median):
                most = min(most, WAIT * int(median))
        best = soonest(rates, arrived[:, above])
    if best is not None:
        every = np.arange(1, arrived[best, above].max() + 1)
        arrived[best], _ = _arrivals(task, rates[best], every)
        diverged[best] &= arrived[best] == 0
        noise = _noise(task, rates[best], arrived[best], above)
    return Race(task.batch_size, rates, arrived[:, above], diverged[:, above], *noise)


def _arrivals(task: StepsTask, rate: float, judged: IntArray) -> tuple[IntArray, BoolArray]:
    """A rate's `Race.updates` and `Race.diverged`, losses being looked at after some updates."""
    trained = train(
        task.sweep.training(
            task.batch_size, rate, int(judged[-1]),
            record=tuple(judged.tolist()), scored=("train",), until=task.sweep.level,
        )
    )  # fmt: skip
    below = trained.scores.train_loss <= task.sweep.level
    arrived = np.where(below.any(axis=0), judged[below.argmax(axis=0)], 0)
    return arrived, (trained.diverged_at > 0) & (arrived == 0)


def _noise(
    task: StepsTask, rate: float, arrived: IntArray, above: BoolArray
) -> tuple[FloatArray, FloatArray]:
    """tr Σ and ‖G‖² up to the median arrival, averaged by the trapezoidal rule."""
    sweep, updates = task.sweep, int(quantiles(arrived[above])[1])
    trained = train(sweep.training(task.batch_size, rate, updates, scored=()))
    rows = sweep.spec.stacked("train", range(sweep.replicas))
    with np.errstate(invalid="ignore", over="ignore"):  # weights of a diverged replica are NaN
        found = [gradient_noise(sweep.spec.network, each, rows) for each in trained.weights]
    at = trained.updates[trained.marks]
    trace, norm = (
        np.trapezoid([getattr(each, name) for each in found], at, axis=0) / updates
        for name in ("trace", "squared_norm")
    )
    kept = above & (arrived > 0) & np.isfinite(trace) & np.isfinite(norm)
    return trace[kept], norm[kept]
