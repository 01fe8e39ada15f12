"""From a trade-off query to its sweeps, step by step."""

import asyncio
import time
from collections.abc import AsyncIterator, Hashable, Iterable
from itertools import starmap
from typing import NamedTuple

from app.api.cache import Cache
from app.api.jobs import Jobs, complete
from app.api.parameters import resolve_batch_size
from app.api.tradeoff_query import TradeoffQuery
from app.api.work import get_problem
from app.api.workers import Workers
from app.science.sampling import EpochPlan
from app.science.tradeoff.sweep import Sweep, Task, Trial, refinement, run_task, tasks
from app.science.tradeoff.swept import Swept, gather

# Gradients and losses evaluated at most, in all sweeps of a request: some ten seconds' work.
EVALUATIONS = 1_000_000_000
LAID_OUT = 20  # of an update, besides its replicas' and rates' own work: the loop itself


class Step(NamedTuple):
    """How far the sweeps of a request have come.

    Attributes:
        swept: one an optimizer.
        done: share of the work that is done, by what it was thought to cost.
        seconds_left: by the time that took, None before anything is done.
        finished: whether that is all.
    """

    swept: tuple[Swept, ...]
    done: float
    seconds_left: float | None
    finished: bool


class Laboratory(NamedTuple):
    """What long work needs: who does it, what is under way, what was done before."""

    workers: Workers
    jobs: Jobs
    cache: Cache


def sweeps(query: TradeoffQuery) -> tuple[Sweep, ...]:
    """What a query asks, weighed: a sweep an optimizer.

    Raises:
        ParameterError: a parameter outside what is allowed, or above the work budget.
    """
    made = tuple(
        Sweep(
            surface=query.surface,
            examples=query.examples,
            noise=query.noise,
            data_seed=query.data_seed,
            optimizer=optimizer,
            batch_sizes=tuple(resolve_batch_size(b, query.examples) for b in query.batch_size),
            learning_rates=tuple(query.learning_rate),
            target=query.target,
            replicas=query.replicas,
            epochs=query.epochs,
            sampling=query.sampling,
            remainder=query.remainder,
            start=query.start,
            seed=query.seed,
        )
        for optimizer in dict.fromkeys(query.optimizer)
    )
    for sweep in made:
        sweep.check_work(EVALUATIONS // len(made))
    return made


def check_free(laboratory: Laboratory, query: TradeoffQuery) -> None:
    """Refuse a sweep that is not known and would be one too many.

    Raises:
        BusyError: as many others are under way as may be.
    """
    key = _key(query)
    if laboratory.cache.peek(key) is None:
        laboratory.jobs.check(key)


async def watch(
    laboratory: Laboratory, query: TradeoffQuery, asked: tuple[Sweep, ...]
) -> AsyncIterator[Step]:
    """The steps of a query's `sweeps`, or at once the last one if it is known.

    Raises:
        ParameterError: as `tasks`.
        BusyError: as `check_free`.
    """
    key = _key(query)
    known = laboratory.cache.peek(key)
    if known is not None:
        yield known
        return
    last = None
    async for last in laboratory.jobs.watch(key, lambda: _steps(laboratory, query, asked)):
        yield last
    if last is not None:
        laboratory.cache.get(key, lambda: last)


async def finish(laboratory: Laboratory, query: TradeoffQuery) -> Step:
    """The last of the steps.

    Raises:
        ParameterError: as `sweeps`, or as `tasks`.
        BusyError: as `check_free`.
    """
    return [step async for step in watch(laboratory, query, sweeps(query))][-1]


def _key(query: TradeoffQuery) -> Hashable:
    return "tradeoff", query.key(TradeoffQuery)


async def _steps(
    laboratory: Laboratory, query: TradeoffQuery, asked: tuple[Sweep, ...]
) -> AsyncIterator[Step]:
    begun = time.monotonic()
    problem = await asyncio.to_thread(get_problem, laboratory.cache, query.surface, query)
    first: list[Task] = []
    for sweep in asked:
        # Searching minima and charting a loss may take a while.
        first += await asyncio.to_thread(tasks, sweep, problem)
    total = 2 * sum(map(_cost, first))
    goals = {task.sweep.optimizer: task.goal for task in first}
    trials: dict[str, list[Trial]] = {sweep.optimizer: [] for sweep in asked}
    spent = 0.0

    def follow(task: Task, trial: Trial) -> Iterable[Task]:
        more = refinement(task, trial)
        return (more,) if more else ()

    async for task, trial, left in complete(laboratory.workers, run_task, first, follow):
        trials[task.sweep.optimizer].append(trial)
        spent = min(spent + _cost(task), total)
        done = 1.0 if not left else spent / total
        so_far = [(sweep, goals[sweep.optimizer], trials[sweep.optimizer]) for sweep in asked]
        yield Step(
            await asyncio.to_thread(lambda known: tuple(starmap(gather, known)), so_far),
            done,
            (time.monotonic() - begun) * (1 - done) / done,
            finished=not left,
        )


def _cost(task: Task) -> float:
    """Of a task beside others of its sweeps: its updates, each with its lanes."""
    epoch = EpochPlan(task.sweep.examples, task.batch_size, task.sweep.remainder)
    return epoch.updates * (LAID_OUT + len(task.learning_rates) * task.sweep.replicas)
