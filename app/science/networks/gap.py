"""Does batch size generalise: a sweep, as tasks that can run anywhere.

A task is a batch size at a learning rate: all its replicas, scored along one run that is long
enough for every budget. It carries all it depends on, so results are the same whatever runs them.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.science.arrays import BoolArray, IntArray
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.networks.sweeping import NetworkSweep
from app.science.networks.training import Scores, train

# Points at which a run is scored: some by equal factors, some evenly, and where budgets end.
FACTORS, EVENLY = 25, 17
# A run goes on for so many times the epochs: where it ended with them, its best validation might
# be still to come.
BEYOND = 2


@dataclass(frozen=True, kw_only=True)
class GapSweep(NetworkSweep):
    """What is asked.

    Attributes:
        epochs: of the budget of equal epochs.
        updates: of the budget of equal updates.
        target: the training loss at which to compare; None for the lowest that all reach.
    """

    epochs: int = 50
    updates: int = 2000
    target: float | None = None

    def ends(self, batch_size: int) -> tuple[int, int]:
        """After how many updates the two fixed budgets are over: equal epochs, equal updates."""
        return self.epochs * self.epoch(batch_size).updates, self.updates

    def length(self, batch_size: int) -> int:
        """Updates of a run: both fixed budgets fit, the epochs `BEYOND` times."""
        epochs, updates = self.ends(batch_size)
        return max(BEYOND * epochs, updates)

    def record(self, batch_size: int) -> tuple[int, ...]:
        """Numbers of the updates that are scored, increasing, 0 the start."""
        length = self.length(batch_size)
        spread = [np.geomspace(1, length, FACTORS), np.linspace(0, length, EVENLY)]
        asked = np.concatenate([*spread, self.ends(batch_size)])
        return tuple(np.unique(np.rint(asked)).astype(int).tolist())

    def cost(self, batch_size: int) -> float:
        """Seconds on one core that a rate takes, about."""
        return self.seconds(batch_size, self.length(batch_size), FACTORS + EVENLY)

    @property
    def needed(self) -> float:
        """Seconds on one core that all of it takes, about."""
        return len(self.rates) * sum(map(self.cost, self.sizes))

    def check_work(self, limit: float) -> None:
        """Refuse a sweep of more than so many seconds on one core, before it starts.

        Raises:
            ParameterError: naming the budget that costs most, and how much of it would do; or
                ``replicas``, where not even the least of it does. As `NetworkSpec.split`.
        """
        needed = self.needed
        if needed <= limit:
            return
        by_epochs = sum(self.ends(size)[0] > self.updates for size in self.sizes)
        name = "epochs" if 2 * by_epochs > len(self.sizes) else "updates"
        raise ParameterError(
            name, getattr(self, name),
            Message(
                "few enough: these runs take about {needed:,} seconds of one core, and {limit:,} "
                "are allowed; lower updates, epochs, replicas, examples, or how many batch sizes "
                "and learning rates there are",
                needed=round(needed), limit=round(limit),
            ),
        )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Task:
    """One batch size at one learning rate: all that `measure` needs, and picklable."""

    sweep: GapSweep
    batch_size: int
    learning_rate: float


class Trial(NamedTuple):
    """What became of a task.

    Attributes:
        batch_size: B.
        learning_rate: ε.
        updates: numbers of the scored updates, shape (K,).
        scores: at these, (K, R) each.
        diverged: whether a replica did, shape (R,).
    """

    batch_size: int
    learning_rate: float
    updates: IntArray
    scores: Scores
    diverged: BoolArray


def tasks(sweep: GapSweep) -> tuple[Task, ...]:
    """A task a batch size and learning rate, the quickest first: there is soon something to see.

    Raises:
        ParameterError: a parameter outside what its description says.
    """
    for size in sweep.sizes:
        sweep.training(size, 1.0, 1)  # refuses what is not allowed
    return tuple(
        Task(sweep, size, rate)
        for size in sorted(sweep.sizes, key=sweep.cost)
        for rate in sweep.rates
    )


def measure(task: Task) -> Trial:
    """Train every replica of a task. A pure function of it."""
    sweep, size = task.sweep, task.batch_size
    trained = train(
        sweep.training(size, task.learning_rate, sweep.length(size), record=sweep.record(size))
    )
    diverged = trained.diverged_at > 0
    return Trial(size, task.learning_rate, trained.updates, trained.scores, diverged)
