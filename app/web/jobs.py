"""Long computations in steps, shared by all who watch them and ended with the last of them."""

import asyncio
from collections.abc import AsyncIterator, Callable, Hashable, Iterable
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from typing import Any, TypeVar

from app.web.admission import BusyError
from app.web.workers import Workers

ATTEMPTS = 3  # to compute a task whose worker is killed

T = TypeVar("T")
R = TypeVar("R")


async def complete(
    workers: Workers,
    function: Callable[[T], R],
    tasks: Iterable[T],
) -> AsyncIterator[tuple[T, R, int]]:
    """Have workers compute tasks.

    Yields:
        Each task with its result, in the order they finish, and how many are left.

    Raises:
        UnreachableError: there are no workers.
        BrokenExecutor: a task lost its worker `ATTEMPTS` times.
    """
    pending: dict[asyncio.Future[R], tuple[T, int]] = {}

    def submit(task: T, attempt: int = 1) -> None:
        pending[asyncio.wrap_future(workers.submit(function, task))] = task, attempt

    if not workers.ready:
        await asyncio.to_thread(workers.start)
    try:
        for task in tasks:
            submit(task)
        while pending:
            done, _ = await asyncio.wait(pending, return_when=asyncio.FIRST_COMPLETED)
            for future in done:
                task, attempt = pending.pop(future)
                try:
                    result = future.result()
                except BrokenExecutor:  # a worker was killed, which loses the tasks of all
                    if attempt == ATTEMPTS:
                        raise
                    submit(task, attempt + 1)
                    continue
                yield task, result, len(pending)
    finally:
        for future in pending:
            future.cancel()


class Jobs:
    """What is being computed, by key: at most ``limit`` different ones."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._running: dict[Hashable, _Job] = {}

    def __len__(self) -> int:
        return len(self._running)

    def check(self, key: Hashable) -> None:
        """Refuse one too many.

        Raises:
            BusyError: as many others are under way as may be.
        """
        if key not in self._running and len(self._running) >= self._limit:
            raise BusyError

    async def watch(self, key: Hashable, begin: Callable[[], AsyncIterator[T]]) -> AsyncIterator[T]:
        """The steps of a job from now on, the last one in any case.

        The first to ask for a key begins it, the others share it; when the last of them has
        gone, it is cancelled. A step may be left out where the next one is there already.

        Raises:
            BusyError: as `check`.
            Exception: whatever the job raises.
        """
        self.check(key)
        job = self._running.get(key)
        if job is None:
            job = self._running[key] = _Job(begin())
        job.watchers += 1
        seen = 0
        try:
            while True:
                await job.news_since(seen)
                if job.steps > seen:
                    seen = job.steps
                    yield job.latest
                elif job.error:
                    raise job.error
                else:
                    return
        finally:
            job.watchers -= 1
            if not job.watchers:
                self._running.pop(key, None)
                await job.cancel()


class _Job:
    """Runs the steps and keeps the latest."""

    def __init__(self, steps: AsyncIterator[Any]) -> None:
        self.watchers = 0
        self.steps = 0
        self.latest: Any = None
        self.error: Exception | None = None
        self._news = asyncio.Event()
        self._task = asyncio.create_task(self._run(steps))
        self._task.add_done_callback(lambda _: self._news.set())

    async def news_since(self, seen: int) -> None:
        """Wait for a step after so many, or the end."""
        while self.steps == seen and not self._task.done():
            await self._news.wait()

    async def _run(self, steps: AsyncIterator[Any]) -> None:
        try:
            async for step in steps:
                self.latest = step
                self.steps += 1
                # All who wait now are woken; those who come later wait for the next one.
                self._news.set()
                self._news = asyncio.Event()
        except Exception as error:  # handed to all who watch
            self.error = error

    async def cancel(self) -> None:
        """End it, and let it clean up."""
        self._task.cancel()
        with suppress(asyncio.CancelledError):
            await self._task
