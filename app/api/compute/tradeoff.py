"""From a trade-off query to its sweeps, step by step."""

import asyncio
from collections.abc import AsyncIterator, Hashable
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from app.api.compute import laboratory as laboratories
from app.api.compute.budgets import check_sweeps
from app.api.compute.laboratory import Laboratory, measured
from app.api.compute.problems import get_problem
from app.api.queries.parameters import resolve_batch_sizes
from app.api.queries.tradeoff import TradeoffQuery
from app.science.epoch_plan import EpochPlan
from app.science.sampling import check_theory
from app.science.tradeoff.sweep import Sweep, Task, Trial, measure, tasks
from app.science.tradeoff.sweep_result import SweepResult, gather

LAYING_OUT = 20  # what laying out an update costs, in updates of one replica at one learning rate

Step: TypeAlias = laboratories.Step[tuple[SweepResult, ...]]  # a result an optimizer


def sweeps(query: TradeoffQuery) -> tuple[Sweep, ...]:
    """What a query asks, weighed: a sweep an optimizer.

    Raises:
        ParameterError: a parameter outside what is allowed, or too many evaluations.
    """
    check_theory(query.sampling)
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
    laboratory.check_free(_key(query))


def watch(
    laboratory: Laboratory, query: TradeoffQuery, asked: tuple[Sweep, ...]
) -> AsyncIterator[Step]:
    """The steps of a query's `sweeps`, or at once the last one if it is known.

    Raises:
        ParameterError: as `tasks`.
        BusyError: as `check_free`.
    """
    return laboratories.watch(laboratory, _key(query), partial(_steps, laboratory, query, asked))


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

    def gathered(found: list[tuple[Task, tuple[Trial, ...]]]) -> tuple[SweepResult, ...]:
        return tuple(
            gather(
                sweep,
                goals[sweep.optimizer],
                [
                    trial
                    for task, trials in found
                    if task.sweep.optimizer == sweep.optimizer
                    for trial in trials
                ],
            )
            for sweep in asked
        )

    steps = measured(laboratory, all_tasks, measure, key=_task_key, cost=_cost, gather=gathered)
    async for step in steps:
        yield step


def _task_key(task: Task) -> Hashable:
    """All that decides a task's trials: its sweep, without the other batch sizes."""
    return replace(task.sweep, batch_sizes=(task.batch_size,))


def _cost(task: Task) -> float:
    """What a task costs, in updates of one replica at one learning rate.

    Each update is laid out once, and then made by every replica at every learning rate.
    """
    epoch = EpochPlan(task.sweep.examples, task.batch_size, task.sweep.remainder)
    return epoch.updates * (LAYING_OUT + len(task.learning_rates) * task.sweep.replicas)
