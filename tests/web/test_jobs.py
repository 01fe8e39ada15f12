"""Long computations: shared by all who watch, ended with the last, whole after a lost worker."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import BrokenExecutor, Future
from typing import Any

import pytest

from app.web.admission import BusyError
from app.web.jobs import ATTEMPTS, Jobs, complete
from app.web.workers import Workers


class Hands(Workers):
    """Workers that do what they are told when they are told."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[tuple[Any, Future[Any]]] = []

    def submit(self, function: Callable[..., Any], *args: Any) -> Future[Any]:  # noqa: ARG002
        future: Future[Any] = Future()
        self.given.append((args[0], future))
        return future

    def finish(self, number: int) -> None:
        task, future = self.given[number]
        future.set_result(10 * task)


def test_tasks_in_the_order_they_finish() -> None:
    async def run() -> list[tuple[int, int, int]]:
        hands = Hands()
        seen = []
        steps = complete(hands, int, [1, 2, 4])
        for number in (1, 0, 2):  # in another order than given
            step = asyncio.ensure_future(anext(steps))
            await asyncio.sleep(0)
            hands.finish(number)
            seen.append(await step)
        assert [step async for step in steps] == []
        return seen

    assert asyncio.run(run()) == [(2, 20, 2), (1, 10, 1), (4, 40, 0)]


def test_who_stops_leaves_nothing_to_do() -> None:
    async def run() -> list[bool]:
        hands = Hands()
        steps: Any = complete(hands, int, [1, 2, 3])
        first = asyncio.ensure_future(anext(steps))
        await asyncio.sleep(0)
        hands.finish(0)
        await first
        await steps.aclose()
        await asyncio.sleep(0)
        return [future.cancelled() for _, future in hands.given]

    assert asyncio.run(run()) == [False, True, True]


@pytest.mark.parametrize("losses", [1, ATTEMPTS - 1, ATTEMPTS])
def test_a_lost_task_is_given_again(losses: int) -> None:
    async def run() -> list[Any]:
        hands = Hands()
        steps = complete(hands, int, [7])
        step = asyncio.ensure_future(anext(steps))
        for number in range(losses):
            await asyncio.sleep(0.01)
            hands.given[number][1].set_exception(BrokenExecutor("killed"))
        await asyncio.sleep(0.01)
        if losses < ATTEMPTS:
            hands.finish(losses)
        return [await step]

    if losses == ATTEMPTS:
        with pytest.raises(BrokenExecutor, match="killed"):
            asyncio.run(run())
    else:
        assert asyncio.run(run()) == [(7, 70, 0)]


class Story:
    """A job told word by word."""

    def __init__(self) -> None:
        self.begun = 0
        self.closed = 0
        self.words: asyncio.Queue[str | Exception | None] = asyncio.Queue()

    async def tell(self) -> AsyncIterator[str]:
        self.begun += 1
        try:
            while (word := await self.words.get()) is not None:
                if isinstance(word, Exception):
                    raise word
                yield word
        finally:
            self.closed += 1


async def listen(jobs: Jobs, story: Story) -> list[str]:
    return [word async for word in jobs.watch("story", story.tell)]


def test_two_share_one_job_and_a_late_one_hears_the_latest() -> None:
    async def run() -> None:
        jobs, story = Jobs(1), Story()
        first = asyncio.create_task(listen(jobs, story))
        second = asyncio.create_task(listen(jobs, story))
        for word in ("once", "upon"):
            story.words.put_nowait(word)
            await asyncio.sleep(0.01)
        late = asyncio.create_task(listen(jobs, story))
        await asyncio.sleep(0.01)
        story.words.put_nowait("time")
        await asyncio.sleep(0.01)
        story.words.put_nowait(None)
        assert await first == await second == ["once", "upon", "time"]
        assert await late == ["upon", "time"]
        assert (story.begun, story.closed, len(jobs)) == (1, 1, 0)

    asyncio.run(run())


def test_it_ends_with_the_last_who_watch() -> None:
    async def run() -> None:
        jobs, story = Jobs(1), Story()
        watchers = [asyncio.create_task(listen(jobs, story)) for _ in range(2)]
        await asyncio.sleep(0.01)
        for watcher, closed in zip(watchers, (0, 1), strict=True):
            watcher.cancel()
            with pytest.raises(asyncio.CancelledError):
                await watcher
            assert story.closed == closed
        assert len(jobs) == 0
        again = asyncio.create_task(listen(jobs, story))
        await asyncio.sleep(0.01)
        story.words.put_nowait("anew")
        story.words.put_nowait(None)
        assert await again == ["anew"]
        assert story.begun == 2

    asyncio.run(run())


def test_an_error_reaches_all_and_is_not_kept() -> None:
    async def run() -> None:
        jobs, story = Jobs(1), Story()
        watchers = [asyncio.create_task(listen(jobs, story)) for _ in range(2)]
        await asyncio.sleep(0.01)
        story.words.put_nowait(ValueError("no"))
        for watcher in watchers:
            with pytest.raises(ValueError, match="no"):
                await watcher
        again = asyncio.create_task(listen(jobs, story))
        await asyncio.sleep(0.01)
        story.words.put_nowait(None)
        assert await again == []

    asyncio.run(run())


def test_one_too_many_is_refused_and_those_under_way_are_shared() -> None:
    async def run() -> None:
        jobs, story, other = Jobs(1), Story(), Story()
        first = asyncio.create_task(listen(jobs, story))
        await asyncio.sleep(0.01)
        jobs.check("story")
        with pytest.raises(BusyError):
            await anext(jobs.watch("other", other.tell))
        assert other.begun == 0
        story.words.put_nowait(None)
        assert await first == []
        jobs.check("other")

    asyncio.run(run())
