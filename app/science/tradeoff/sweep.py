"""A sweep over batch size × learning rate × replicas, as tasks that can run anywhere.

``tasks`` states the target and lists a task a batch size; ``measure`` does all that a batch size
takes, in this process or in another: ``run_task``, and that again for the ``refinement`` of its
result. A task carries all it depends on, so results are the same whatever runs them, and in
whatever order.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from typing import NamedTuple

import numpy as np

from app.science.arrays import Point
from app.science.budget import Budget
from app.science.engine import generators
from app.science.epoch_plan import EpochPlan
from app.science.errors import ParameterError, check_one_of
from app.science.message import Message
from app.science.optimizers import OPTIMIZERS
from app.science.plan import Plan
from app.science.planning import make_plan
from app.science.problems.curvature import limiting
from app.science.problems.problem import Problem
from app.science.problems.spec import ProblemSpec, SurfaceSpec
from app.science.tradeoff.goal import Goal, make_goal
from app.science.tradeoff.passage import (
    PATIENCE,
    Passages,
    checks,
    passages,
    quantiles,
    soonest,
)

# The default grid: from the largest rate that could do any good down to a 2187th of it, eight rates
# a factor 3 apart; the refinement puts about as many between the neighbours of the best one.
SPAN = 3.0**7
STABLE = 4.0  # of heavy ball, ε·λ stays below it; of plain SGD below 2


@dataclass(frozen=True, kw_only=True)
class Sweep:
    """What is asked.

    Attributes:
        spec: its finite sum.
        optimizer: one of `OPTIMIZERS`.
        hyperparameters: its keyword arguments.
        batch_sizes: each from 1 to N; none for the powers of 2 up to N/2, and N.
        learning_rates: to be tried at every batch size; none for `default_rates`.
        rates: how many those are; a refinement tries half as many to either side of the best.
        target: share of the start's height above the goal's minimum that may be left.
        replicas: R.
        epochs: a path's budget.
        sampling, remainder: how epochs are cut, as `make_plan` takes them.
        start: of every path, None for the surface's.
        seed: replica r of every batch size draws from ``default_rng([seed, r])``.
    """

    spec: ProblemSpec = field(default_factory=SurfaceSpec)
    optimizer: str = "sgd"
    hyperparameters: Mapping[str, float] = field(default_factory=dict, hash=False)
    batch_sizes: tuple[int, ...] = ()
    learning_rates: tuple[float, ...] = ()
    rates: int = 8
    target: float
    replicas: int = 32
    epochs: int
    sampling: str = "reshuffle"
    remainder: str = "keep"
    start: Point | None = None
    seed: int = 0

    def __post_init__(self) -> None:
        check_one_of("optimizer", self.optimizer, OPTIMIZERS)
        for name in ("rates", "replicas", "epochs"):
            if getattr(self, name) < 1:
                raise ParameterError(name, getattr(self, name), "an integer of at least 1")
        for rate in self.learning_rates:
            if not 0 < rate < np.inf:
                raise ParameterError("learning_rates", rate, "a finite number above 0")

    @property
    def examples(self) -> int:
        """N."""
        return self.spec.examples

    @property
    def sizes(self) -> tuple[int, ...]:
        """The batch sizes, increasing, each once."""
        asked = self.batch_sizes or default_batch_sizes(self.examples)
        return tuple(sorted(set(asked)))

    def updates(self, batch_size: int) -> int:
        """A path's updates at most."""
        return self.epochs * EpochPlan(self.examples, batch_size, self.remainder).updates

    def plan(self, batch_size: int, updates: int | None = None) -> Plan:
        """A path's mini-batches, at learning rate 1; all of them, or so many."""
        return make_plan(
            examples=self.examples,
            batch_size=batch_size,
            budget=Budget(updates=updates or self.updates(batch_size)),
            learning_rate=1.0,
            sampling=self.sampling,
            remainder=self.remainder,
        )

    @property
    def evaluations(self) -> int:
        """Gradients and losses evaluated at most, both stages: nothing may reach the target."""
        rates = (len(self.learning_rates) or self.rates) + 2 * (self.rates // 2) + 1
        an_epoch = sum(
            count * (1 + self.spec.evaluations(examples))
            for size in self.sizes
            for examples, count in EpochPlan(self.examples, size, self.remainder).groups
        )
        return self.epochs * an_epoch * rates * self.replicas

    def check_work(self, limit: int) -> None:
        """Refuse a sweep of more than so many evaluations, before it starts.

        Raises:
            ParameterError: naming how many epochs would do; or of too many examples for even one.
        """
        an_epoch = self.evaluations // self.epochs
        if an_epoch > limit:
            raise ParameterError(
                "examples", self.examples,
                Message(
                    "few enough: an epoch of all batch sizes, learning rates and replicas takes "
                    "{needed:,} evaluations, and {limit:,} are allowed; lower any of these",
                    needed=an_epoch, limit=limit,
                ),
            )  # fmt: skip
        if self.evaluations > limit:
            raise ParameterError(
                "epochs", self.epochs,
                Message(
                    "at most {most} here, for {limit:,} evaluations are allowed; fewer replicas, "
                    "learning rates, batch sizes or examples allow more",
                    most=limit // an_epoch, limit=limit,
                ),
            )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Task:
    """One batch size at some learning rates: all that `run_task` needs, and picklable.

    Attributes:
        sweep: what is asked.
        goal: the target.
        batch_size: B.
        learning_rates: ε.
        updates: a path's budget in the second stage; None in the first, which is over when the
            best rate is known.
    """

    sweep: Sweep
    goal: Goal
    batch_size: int
    learning_rates: tuple[float, ...]
    updates: int | None = None


class Trial(NamedTuple):
    """What became of a task."""

    batch_size: int
    learning_rates: tuple[float, ...]
    passages: Passages


def tasks(sweep: Sweep, problem: Problem | None = None) -> tuple[Task, ...]:
    """The sweep's first stage, a task a batch size, the longest first.

    Args:
        sweep: what is asked.
        problem: its finite sum, where it is at hand: searching its minima takes a while.

    Raises:
        ParameterError: a parameter outside what its description says.
    """
    problem = problem or sweep.spec.build()
    start = sweep.start or problem.surface.start
    goal = make_goal(problem, start, sweep.target)
    for size in sweep.sizes:
        sweep.plan(size)  # refuses what is not allowed
    point = goal.minimum.point if goal.minimum else start
    rates = sweep.learning_rates or default_rates(problem, sweep.optimizer, point, sweep.rates)
    OPTIMIZERS[sweep.optimizer](**sweep.hyperparameters)
    return tuple(Task(sweep, goal, size, rates) for size in sweep.sizes)


def run_task(task: Task) -> Trial:
    """Run every learning rate and replica of a task. A pure function of it."""
    sweep, problem = task.sweep, task.sweep.spec.build()
    plan = sweep.plan(task.batch_size, task.updates)
    judged = checks(sweep.updates(task.batch_size))
    found = passages(
        problem,
        plan,
        OPTIMIZERS[sweep.optimizer](**sweep.hyperparameters),
        sweep.start or problem.surface.start,
        generators(sweep.seed, sweep.replicas),
        np.array(task.learning_rates),
        partial(task.goal.excess, problem),
        judged[judged <= plan.updates],
        patience=PATIENCE if task.updates else 1,
    )
    return Trial(task.batch_size, task.learning_rates, found)


def measure(task: Task) -> tuple[Trial, ...]:
    """Both stages of a task, or the first alone where it has no `refinement`."""
    first = run_task(task)
    more = refinement(task, first)
    return (first, run_task(more)) if more else (first,)


def refinement(task: Task, trial: Trial) -> Task | None:
    """The second stage of a task: the best rate again, and others up to its neighbours.

    Of a best rate at an end of the grid the missing neighbour is as far off as the other. Late
    replicas are waited for, up to `PATIENCE` times the best rate's median.

    Returns:
        None where no rate reached the target, and after the second stage.
    """
    best = soonest(trial.learning_rates, trial.passages.updates)
    if best is None or task.updates:
        return None
    rate, rates = trial.learning_rates[best], sorted(set(trial.learning_rates))
    k, half = rates.index(rate), task.sweep.rates // 2
    tried = [rate]
    if len(rates) > 1:
        below = rates[k - 1] if k else rate**2 / rates[1]
        above = rates[k + 1] if k + 1 < len(rates) else rate**2 / rates[-2]
        down, up = (np.geomspace(rate, end, half + 2)[1:-1].tolist() for end in (below, above))
        tried = [*up[::-1], rate, *down]
    median = int(quantiles(trial.passages.updates)[1, best])
    updates = min(PATIENCE * median, task.sweep.updates(task.batch_size))
    return replace(task, learning_rates=tuple(tried), updates=updates)


def default_rates(problem: Problem, optimizer: str, point: Point, count: int) -> tuple[float, ...]:
    """The grid tried where none is given, decreasing.

    Its largest rate ε has ελ = 4, λ being the largest curvature at ``point``, the minimum: plain
    SGD diverges there beyond 2, heavy ball beyond 4. A step of the adaptive optimizers is about
    the rate itself, so theirs is a tenth of the domain's width.
    """
    if OPTIMIZERS[optimizer].adaptive:
        largest = max(hi - lo for lo, hi in problem.surface.domain) / 10
    else:
        largest = STABLE / limiting(problem, point)
    return tuple(np.geomspace(largest, largest / SPAN, count).tolist())


def default_batch_sizes(examples: int) -> tuple[int, ...]:
    """The powers of 2 up to N/2, and N.

    >>> default_batch_sizes(1050)
    (1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 1050)
    """
    return (*(1 << k for k in range(examples.bit_length() - 1)), examples)
