"""The trade-off sweep as a workload: tasks over two processes, whoever does a task."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from dataclasses import dataclass
from functools import cache, cached_property
from multiprocessing import get_context
from typing import TypeAlias

import numpy as np

from app.science.arrays import FloatArray
from app.science.problems.problem import Problem
from app.science.problems.spec import SurfaceSpec
from app.science.tradeoff.sweep import Sweep, Task, Trial, refinement, run_task, tasks
from app.science.tradeoff.tuned import tune

WORKERS = 2

RunTask: TypeAlias = Callable[[Task], Trial]  # importable by name, so that a process can


@dataclass(frozen=True, eq=False)
class Tuning:
    """A sweep: 11 batch sizes × 8 learning rates × 32 replicas, then refined.

    Its target is stated, and where need be charted, beforehand. A result is, for each batch
    size, the best learning rate and the quantiles of the updates it takes, −1 where there is
    none.
    """

    problem: Problem
    size: int = 1

    @cached_property
    def tasks(self) -> tuple[Task, ...]:
        """Its first stage."""
        return tasks(self.sweep, self.problem)

    @property
    def sweep(self) -> Sweep:
        """What is asked."""
        spec = SurfaceSpec(self.problem.surface.id, self.problem.size)
        return Sweep(spec=spec, target=0.001, epochs=50)

    def part(self, limit: int) -> "Tuning":  # noqa: ARG002
        """All of it: there is no doing a race by halves."""
        return self

    def engine(self) -> tuple[FloatArray, ...]:
        """What the project does."""
        return self.run(run_task)

    def run(self, run: RunTask) -> tuple[FloatArray, ...]:
        """Both stages, whoever runs a task."""
        pool = workers()
        trials = []
        waiting = {pool.submit(run, task): (task, True) for task in self.tasks}
        while waiting:
            for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                task, first = waiting.pop(future)
                trials.append(future.result())
                more = refinement(task, trials[-1]) if first else None
                if more:
                    waiting[pool.submit(run, more)] = more, False
        return tuple(
            np.array([-1.0 if v is None else v for v in (one.learning_rate, *one.updates)])
            for one in tune(self.sweep, trials)
        )


@cache
def workers() -> ProcessPoolExecutor:
    """The processes, started once."""
    return ProcessPoolExecutor(WORKERS, get_context("forkserver"))
