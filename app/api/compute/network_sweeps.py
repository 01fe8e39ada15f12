"""From a query over a network's batch sizes to its sweep, step by step."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial
from typing import Any

from app.api.compute import laboratory as laboratories
from app.api.compute.laboratory import Laboratory, Step, measured
from app.api.queries.network_sweeps import NetworkGapQuery, NetworkStepsQuery, NetworkSweepQuery
from app.api.queries.parameters import resolve_batch_sizes
from app.science.networks.gap import GapSweep, Task, Trial, measure, tasks
from app.science.networks.gap_result import GapResult, gather
from app.science.networks.steps import Race, StepsSweep, StepsTask, race, steps_tasks
from app.science.networks.steps_result import StepsResult, gather_steps
from app.science.sampling import check_theory
from app.science.tradeoff.sweep import default_batch_sizes

SECONDS = 300  # of one core, about, that a sweep may take


def gap_sweep(query: NetworkGapQuery) -> GapSweep:
    """What a query asks, weighed.

    Raises:
        ParameterError: a parameter outside what is allowed, or too much work.
    """
    sweep = GapSweep(
        **_asked(query, query.batch_size),
        epochs=query.epochs,
        updates=query.updates,
        target=query.target,
    )
    sweep.check_work(SECONDS)
    return sweep


def steps_sweep(query: NetworkStepsQuery) -> StepsSweep:
    """What a query asks, weighed.

    Raises:
        ParameterError: a parameter outside what is allowed, or too much work.
    """
    sizes = query.batch_size or [*default_batch_sizes(query.examples)]
    sweep = StepsSweep(**_asked(query, sizes), target=query.target, updates=query.updates)
    sweep.check_work(SECONDS)
    return sweep


def watch_gap(laboratory: Laboratory, sweep: GapSweep) -> AsyncIterator[Step[GapResult]]:
    """The steps of a sweep, or at once the last one if it is known.

    Raises:
        ParameterError: as `tasks`.
        BusyError: as `Laboratory.check_free`.
    """
    return laboratories.watch(laboratory, sweep, partial(_gap, laboratory, sweep))


def watch_steps(laboratory: Laboratory, sweep: StepsSweep) -> AsyncIterator[Step[StepsResult]]:
    """The same of updates to a training loss."""
    return laboratories.watch(laboratory, sweep, partial(_steps, laboratory, sweep))


async def finish_gap(laboratory: Laboratory, query: NetworkGapQuery) -> GapResult:
    """What the last of the steps has found.

    Raises:
        ParameterError: as `gap_sweep`, or as `tasks`.
        BusyError: as `Laboratory.check_free`.
    """
    sweep = await asyncio.to_thread(gap_sweep, query)
    return [step async for step in watch_gap(laboratory, sweep)][-1].swept


async def finish_steps(laboratory: Laboratory, query: NetworkStepsQuery) -> StepsResult:
    """The same of updates to a training loss."""
    sweep = await asyncio.to_thread(steps_sweep, query)
    return [step async for step in watch_steps(laboratory, sweep)][-1].swept


def _asked(query: NetworkSweepQuery, sizes: Any) -> dict[str, Any]:
    check_theory(query.sampling)
    return {
        "spec": query.spec,
        "optimizer": query.optimizer,
        "hyperparameters": query.hyperparameters,
        "batch_sizes": tuple(sorted(set(resolve_batch_sizes(sizes, query.examples)))),
        "learning_rates": tuple(query.learning_rate),
        "replicas": query.replicas,
        "sampling": query.sampling,
        "remainder": query.remainder,
        "restraint": query.restraint,
        "seed": query.seed,
    }


async def _gap(laboratory: Laboratory, sweep: GapSweep) -> AsyncIterator[Step[GapResult]]:
    def gathered(found: list[tuple[Task, Trial]]) -> GapResult:
        return gather(sweep, [trial for _, trial in found])

    steps = measured(
        laboratory,
        tasks(sweep),
        measure,
        # The target decides nothing of a trial.
        key=lambda task: replace(
            sweep,
            batch_sizes=(task.batch_size,),
            learning_rates=(task.learning_rate,),
            target=None,
        ),
        cost=lambda task: sweep.cost(task.batch_size),
        gather=gathered,
    )
    async for step in steps:
        yield step


async def _steps(laboratory: Laboratory, sweep: StepsSweep) -> AsyncIterator[Step[StepsResult]]:
    def gathered(found: list[tuple[StepsTask, Race]]) -> StepsResult:
        return gather_steps(sweep, [raced for _, raced in found])

    steps = measured(
        laboratory,
        steps_tasks(sweep),
        race,
        key=lambda task: replace(sweep, batch_sizes=(task.batch_size,)),
        cost=lambda task: sweep.cost(task.batch_size),
        gather=gathered,
    )
    async for step in steps:
        yield step
