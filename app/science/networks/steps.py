"""Updates to a training loss against batch size: a sweep, as tasks that can run anywhere.

A task is a batch size. Its learning rates race, the largest first: one that is slower than the
best so far is not waited for. The fit through the medians is that of the trade-off.
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

    def cost(self, batch_size: int) -> float:
        """Seconds on one core that a rate takes, about, if it never arrives."""
        count = len(checks(self.updates))
        return self.seconds(batch_size, self.updates, count, ("train",))

    def check_work(self, limit: float) -> None:
        """Refuse a sweep that may take more than so many seconds on one core, before it starts.

        Raises:
            ParameterError: naming ``updates``. As `NetworkSpec.split`.
        """
        needed = len(self.rates) * sum(map(self.cost, self.sizes))
        if needed > limit:
            raise ParameterError(
                "updates", self.updates,
                Message(
                    "few enough: where nothing arrives these runs take about {needed:,} seconds of "
                    "one core, and {limit:,} are allowed; lower updates, replicas, examples, or "
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
    """What became of a task.

    Attributes:
        batch_size: B.
        learning_rates: ε, increasing, shape (F,).
        updates: at the first check at which a replica's training loss is no higher than the
            target, 0 if there was none before the rate was given up, shape (F, R).
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
    arrived = np.zeros((len(rates), sweep.replicas), dtype=np.int64)
    diverged = np.zeros(arrived.shape, dtype=bool)
    most = sweep.updates
    for k in reversed(range(len(rates))):
        arrived[k], diverged[k] = _arrivals(task, rates[k], most)
        median = quantiles(arrived[k])[1]
        if np.isfinite(median):
            most = min(most, WAIT * int(median))
    best = soonest(rates, arrived)
    noise = (np.empty(0), np.empty(0)) if best is None else _noise(task, rates[best], arrived[best])
    return Race(task.batch_size, rates, arrived, diverged, *noise)


def _arrivals(task: StepsTask, rate: float, most: int) -> tuple[IntArray, BoolArray]:
    judged = checks(most)
    trained = train(
        task.sweep.training(
            task.batch_size, rate, most,
            record=tuple(judged.tolist()), scored=("train",), until=task.sweep.level,
        )
    )  # fmt: skip
    below = trained.scores.train_loss <= task.sweep.level
    arrived = np.where(below.any(axis=0), judged[below.argmax(axis=0)], 0)
    return arrived, (trained.diverged_at > 0) & (arrived == 0)


def _noise(task: StepsTask, rate: float, arrived: IntArray) -> tuple[FloatArray, FloatArray]:
    """tr Σ and ‖G‖² up to the median arrival, averaged by the trapezoidal rule."""
    sweep, updates = task.sweep, int(quantiles(arrived)[1])
    trained = train(sweep.training(task.batch_size, rate, updates, scored=()))
    rows = sweep.spec.stacked("train", range(sweep.replicas))
    with np.errstate(invalid="ignore", over="ignore"):  # weights of a diverged replica are NaN
        found = [gradient_noise(sweep.spec.network, each, rows) for each in trained.weights]
    at = trained.updates[trained.marks]
    trace, norm = (
        np.trapezoid([getattr(each, name) for each in found], at, axis=0) / updates
        for name in ("trace", "squared_norm")
    )
    kept = (arrived > 0) & np.isfinite(trace) & np.isfinite(norm)
    return trace[kept], norm[kept]
