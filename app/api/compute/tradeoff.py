"""From a trade-off query to its sweeps, step by step."""

import asyncio
import time
from collections.abc import AsyncIterator, Hashable
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from app.api.compute.budgets import check_sweeps
from app.api.compute.problems import get_problem
from app.api.queries.parameters import resolve_batch_sizes
from app.api.queries.tradeoff import TradeoffQuery
from app.science.sampling import EpochPlan
from app.science.tradeoff.sweep import Sweep, Task, Trial, measure, tasks
from app.science.tradeoff.sweep_result import SweepResult, gather
from app.web.cache import Cache
from app.web.jobs import Jobs, complete
from app.web.workers import Workers

LAYING_OUT = 20  # what laying out an update costs, in updates of one replica at one learning rate


class Step(NamedTuple):
    """How far the sweeps of a request have come.

    Attributes:
        swept: what is known so far, a result an optimizer.
        done: share of the cost of all tasks that is done.
        seconds_left: at the pace so far; None before a task was timed.
        finished: whether this is the last step.
    """

    swept: tuple[SweepResult, ...]
    done: float
    seconds_left: float | None
    finished: bool


class Laboratory(NamedTuple):
    """What sweeps need: processes that measure, what is under way, and what was found before.

    Attributes:
        measured: trials by task: a sweep that was given up goes on where it was, and one that
            adds batch sizes measures these alone.
    """

    workers: Workers
    jobs: Jobs
    cache: Cache
    measured: Cache


def sweeps(query: TradeoffQuery) -> tuple[Sweep, ...]:
    """What a query asks, weighed: a sweep an optimizer.

    Raises:
        ParameterError: a parameter outside what is allowed, or too many evaluations.
    """
    made = tuple(
        Sweep(
            spec=query.spec,
            optimizer=optimizer,
            batch_sizes=tuple(resolve_batch_sizes(query.batch_size, query.examples)),
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
    check_sweeps(made)
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
    async for last in laboratory.jobs.watch(key, partial(_steps, laboratory, query, asked)):
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
    problem = await asyncio.to_thread(get_problem, laboratory.cache, query)
    all_tasks: list[Task] = []
    for sweep in asked:
        # Searching minima and charting a loss may take a while.
        all_tasks += await asyncio.to_thread(tasks, sweep, problem)
    goals = {task.sweep.optimizer: task.goal for task in all_tasks}
    trials: dict[str, list[Trial]] = {sweep.optimizer: [] for sweep in asked}
    new: list[Task] = []
    for task in all_tasks:
        known = laboratory.measured.peek(_task_key(task))
        if known is None:
            new.append(task)
        else:
            trials[task.sweep.optimizer] += known
    total = sum(map(_cost, all_tasks))
    spent = before = total - sum(map(_cost, new))
    begun = time.monotonic()

    async def step(*, finished: bool) -> Step:
        so_far = [(sweep, goals[sweep.optimizer], trials[sweep.optimizer]) for sweep in asked]
        swept = await asyncio.to_thread(lambda: tuple(gather(*known) for known in so_far))
        pace = (time.monotonic() - begun) / (spent - before) if spent > before else None
        left = None if pace is None else pace * (total - spent)
        return Step(swept, 1.0 if finished else spent / total, left, finished)

    if before:
        yield await step(finished=not new)
    async for task, found, left in complete(laboratory.workers, measure, new):
        laboratory.measured.get(_task_key(task), partial(tuple, found))
        trials[task.sweep.optimizer] += found
        spent += _cost(task)
        yield await step(finished=not left)


def _task_key(task: Task) -> Hashable:
    """All that decides a task's trials: its sweep, without the other batch sizes."""
    return replace(task.sweep, batch_sizes=(task.batch_size,))


def _cost(task: Task) -> float:
    """What a task costs, in updates of one replica at one learning rate.

    Each update is laid out once, and then made by every replica at every learning rate.
    """
    epoch = EpochPlan(task.sweep.examples, task.batch_size, task.sweep.remainder)
    return epoch.updates * (LAYING_OUT + len(task.learning_rates) * task.sweep.replicas)
