"""From a network's query to its runs, step by step."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple

from app.api.compute.laboratory import Laboratory
from app.api.compute.network_budget import check_network
from app.api.compute.plans import lay_out
from app.api.queries.network import NetworkQuery
from app.api.queries.resolved import resolved
from app.science.networks.cost import measuring_cost, training_cost
from app.science.networks.measured import Measured, beside, measure
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.networks.training import Trained, Training, joined, parts, train
from app.web.jobs import complete


class Step(NamedTuple):
    """How far a network's runs have come.

    Attributes:
        runs: what is known so far.
        asked: how many batch sizes there will be.
        done: share of the cost that is done.
        seconds_left: at the pace so far; None before a part was timed.
        trained: whether all runs are there; what is measured along them may not be.
        finished: whether this is the last step.
    """

    runs: NetworkRuns
    asked: int
    done: float
    seconds_left: float | None
    trained: bool
    finished: bool


def trainings(query: NetworkQuery) -> tuple[Training, ...]:
    """What a query asks, weighed: the runs of each batch size.

    Raises:
        ParameterError: a parameter outside what is allowed, or too much work.
    """
    parameters = resolved(query, NetworkQuery)
    check_network(query, parameters)
    query.spec.split(0)  # refused here, where it is asked for
    return tuple(
        Training(
            spec=query.spec,
            plan=plan,
            optimizer=query.optimizer,
            hyperparameters=query.hyperparameters,
            seed=query.seed,
            replicas=range(query.replicas),
        )
        for plan in lay_out(query, parameters)
    )


def check_free(laboratory: Laboratory, query: NetworkQuery, *, measured: bool = True) -> None:
    """Refuse runs that are not known and would be one too many.

    Raises:
        BusyError: as many others are under way as may be.
    """
    key = _key(query, measured=measured)
    if laboratory.cache.peek(key) is None:
        laboratory.jobs.check(key)


async def watch(
    laboratory: Laboratory,
    query: NetworkQuery,
    asked: tuple[Training, ...],
    *,
    measured: bool = True,
) -> AsyncIterator[Step]:
    """The steps of a query's `trainings`, or at once the last one if it is known.

    Args:
        laboratory: where they run.
        query: what is asked.
        asked: its trainings.
        measured: whether sharpness and noise are measured along them.

    Raises:
        ParameterError: what a run refuses.
        BusyError: as `check_free`.
    """
    key = _key(query, measured=measured)
    known = laboratory.cache.peek(key)
    if known is not None:
        yield known
        return
    steps = partial(_measured if measured else _trained, laboratory, query, asked)
    last = None
    async for last in laboratory.jobs.watch(key, steps):
        yield last
    if last is not None:
        laboratory.cache.get(key, lambda: last)


async def finish(laboratory: Laboratory, query: NetworkQuery, *, measured: bool = True) -> Step:
    """The last of the steps.

    Raises:
        ParameterError: as `trainings`, or as `watch`.
        BusyError: as `check_free`.
    """
    asked = await asyncio.to_thread(trainings, query)
    return [step async for step in watch(laboratory, query, asked, measured=measured)][-1]


def _key(query: NetworkQuery, *, measured: bool) -> Hashable:
    return "network", measured, query.key(NetworkQuery)


async def _trained(
    laboratory: Laboratory, query: NetworkQuery, asked: tuple[Training, ...]
) -> AsyncIterator[Step]:
    pieces = [parts(training) for training in asked]
    cost = [_training_cost(training) for training in asked]
    found: list[dict[int, Trained]] = [{} for _ in asked]
    tasks = [(i, k, piece) for i, several in enumerate(pieces) for k, piece in enumerate(several)]
    known: dict[int, SizeRuns] = {}
    yield Step(_runs(query, ()), len(asked), 0.0, None, trained=False, finished=False)
    async for (i, k, _piece), trained, progress in _completed(
        laboratory, _train, tasks, lambda task: cost[task[0]] / len(pieces[task[0]])
    ):
        found[i][k] = trained
        if len(found[i]) < len(pieces[i]):
            continue
        runs = joined([found[i][k] for k in sorted(found[i])])
        known[i] = SizeRuns(asked[i].plan, runs)
        sizes = tuple(known[i] for i in sorted(known))
        whole = len(sizes) == len(asked)
        yield Step(_runs(query, sizes), len(asked), *progress, trained=whole, finished=whole)


async def _measured(
    laboratory: Laboratory, query: NetworkQuery, asked: tuple[Training, ...]
) -> AsyncIterator[Step]:
    first = sum(map(_training_cost, asked))
    then = len(asked) * measuring_cost(query.spec, query.replicas)
    share = first / (first + then)
    step: Step | None = None
    async for step in watch(laboratory, query, asked, measured=False):
        left = step.seconds_left
        yield step._replace(
            done=step.done * share,
            seconds_left=left if left is None else left + then / first * left,
            finished=False,
        )
    assert step is not None  # noqa: S101 - a job has a step, or has raised
    sizes = list(step.runs.sizes)
    found: list[dict[int, Measured]] = [{} for _ in sizes]
    tasks = [
        (i, r, (query.spec, runs.trained.weights[:, [r]], range(r, r + 1), runs.batch_size))
        for i, runs in enumerate(sizes)
        for r in range(query.replicas)
    ]
    async for (i, r, _task), measured, (done, left) in _completed(
        laboratory, partial(_measure, query.seed), tasks, lambda _: 1.0
    ):
        found[i][r] = measured
        if len(found[i]) < query.replicas:
            continue
        whole = beside([found[i][r] for r in sorted(found[i])])
        sizes[i] = replace(sizes[i], measured=whole)
        ready = all(runs.measured for runs in sizes)
        yield step._replace(
            runs=_runs(query, tuple(sizes)),
            done=share + done * (1 - share),
            seconds_left=left,
            finished=ready,
        )


async def _completed(
    laboratory: Laboratory,
    function: Callable[[Any], Any],
    tasks: Sequence[Any],
    cost: Callable[[Any], float],
) -> AsyncIterator[tuple[Any, Any, tuple[float, float | None]]]:
    """Each task with its result, and how far all have come: share done and seconds left."""
    total, spent, begun = sum(map(cost, tasks)), 0.0, time.monotonic()
    async for task, result, left in complete(laboratory.workers, function, tasks):
        spent += cost(task)
        seconds = (time.monotonic() - begun) / spent * (total - spent)
        yield task, result, ((spent / total if left else 1.0), seconds)


def _train(task: tuple[int, int, Training]) -> Trained:
    return train(task[2])


def _measure(seed: int, task: tuple[int, int, tuple[Any, ...]]) -> Measured:
    spec, weights, replicas, batch_size = task[2]
    return measure(spec, weights, replicas, batch_size, seed)


def _training_cost(training: Training) -> float:
    plan = training.plan
    return training_cost(
        training.spec, plan.updates, float(plan.examples_seen[-1]), len(training.replicas)
    )


def _runs(query: NetworkQuery, sizes: tuple[SizeRuns, ...]) -> NetworkRuns:
    return NetworkRuns(query.spec, query.optimizer, query.hyperparameters, query.seed, sizes)
