"""Sweeps in steps: tasks measured by worker processes, shared by all who watch, kept for others."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Hashable, Sequence
from functools import partial
from typing import Generic, NamedTuple, TypeVar

from app.web.cache import Cache
from app.web.jobs import Jobs, complete
from app.web.workers import Workers

Swept = TypeVar("Swept")
Task = TypeVar("Task")
Found = TypeVar("Found")


class Step(NamedTuple, Generic[Swept]):
    """How far the sweeps of a request have come.

    Attributes:
        swept: what is known so far.
        done: share of the cost of all tasks that is done.
        seconds_left: at the pace so far; None before a task was timed.
        finished: whether this is the last step.
    """

    swept: Swept
    done: float
    seconds_left: float | None
    finished: bool


class Laboratory(NamedTuple):
    """What sweeps need: processes that measure, what is under way, and what was found before.

    Attributes:
        measured: what was found, by task: a sweep that was given up goes on where it was, and
            one that adds batch sizes measures these alone.
    """

    workers: Workers
    jobs: Jobs
    cache: Cache
    measured: Cache

    def check_free(self, key: Hashable) -> None:
        """Refuse a sweep that is not known and would be one too many.

        Raises:
            BusyError: as many others are under way as may be.
        """
        if self.cache.peek(key) is None:
            self.jobs.check(key)


async def watch(
    laboratory: Laboratory, key: Hashable, begin: Callable[[], AsyncIterator[Step[Swept]]]
) -> AsyncIterator[Step[Swept]]:
    """The steps of a request's sweeps, or at once the last one if it is known.

    Raises:
        BusyError: as `Laboratory.check_free`.
        Exception: whatever the steps raise.
    """
    known = laboratory.cache.peek(key)
    if known is not None:
        yield known
        return
    last = None
    async for last in laboratory.jobs.watch(key, begin):
        yield last
    if last is not None:
        laboratory.cache.get(key, lambda: last)


async def measured(
    laboratory: Laboratory,
    tasks: Sequence[Task],
    measure: Callable[[Task], Found],
    *,
    key: Callable[[Task], Hashable],
    cost: Callable[[Task], float],
    gather: Callable[[list[tuple[Task, Found]]], Swept],
) -> AsyncIterator[Step[Swept]]:
    """Have tasks measured that are not known yet, and gather what is after each of them.

    Args:
        laboratory: where.
        tasks: picklable ones.
        measure: a pure function of a task, one that can be pickled.
        key: all that decides what a task finds.
        cost: of a task, in any unit.
        gather: what follows from those that are done.
    """
    found: list[tuple[Task, Found]] = []
    new: list[Task] = []
    for task in tasks:
        known = laboratory.measured.peek(key(task))
        if known is None:
            new.append(task)
        else:
            found.append((task, known))
    total = sum(map(cost, tasks))
    spent = before = total - sum(map(cost, new))
    begun = time.monotonic()

    async def step(*, finished: bool) -> Step[Swept]:
        swept = await asyncio.to_thread(gather, list(found))
        pace = (time.monotonic() - begun) / (spent - before) if spent > before else None
        left = None if pace is None else pace * (total - spent)
        return Step(swept, 1.0 if finished else spent / total, left, finished)

    if found:
        yield await step(finished=not new)
    async for task, result, left in complete(laboratory.workers, measure, new):
        laboratory.measured.get(key(task), partial(_same, result))
        found.append((task, result))
        spent += cost(task)
        yield await step(finished=not left)


def _same(found: Found) -> Found:
    return found
