"""Computations at once and in the queue: bounded, in order, none lost when a client leaves."""

import asyncio
import math
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import httpx
import pytest
from anyio import to_thread
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import ClientDisconnect

from app.main import create_app
from app.settings import Settings
from app.web.admission import (
    RESTING_OF_CLIENT,
    RETRY_SECONDS,
    SLICE_SECONDS,
    WAIT_SECONDS,
    BusyError,
    Gate,
)


async def here() -> bool:
    return False


async def left() -> bool:
    return True


async def settle() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


class Turns:
    """Those who come to a gate, by name, and leave when told."""

    def __init__(self, gate: Gate) -> None:
        self.gate, self.inside = gate, list[str]()
        self.done: dict[str, asyncio.Event] = {}

    def come(self, name: str, gone: Callable[..., object] = here) -> "asyncio.Task[None]":
        self.done[name] = asyncio.Event()
        return asyncio.create_task(self._stay(name, gone))

    async def _stay(self, name: str, gone: Callable[..., object]) -> None:
        async with self.gate.slot(gone):  # type: ignore[arg-type]
            self.inside.append(name)
            await self.done[name].wait()


def test_so_many_at_once_the_others_in_order_and_no_more() -> None:
    async def run() -> None:
        gate = Gate(2, 2)
        turns = Turns(gate)
        tasks = [turns.come(name) for name in "abcd"]
        await settle()
        assert turns.inside == ["a", "b"]
        assert (gate.running, gate.waiting, gate.full) == (2, 2, True)
        with pytest.raises(BusyError):
            await turns.come("e")
        assert gate.rejected == 1
        for name, inside in (("b", "abc"), ("c", "abcd")):
            turns.done[name].set()
            await settle()
            assert turns.inside == list(inside)
        turns.done["a"].set()
        turns.done["d"].set()
        await asyncio.gather(*tasks)
        assert (gate.running, gate.waiting, gate.full) == (0, 0, False)

    asyncio.run(run())


def test_who_leaves_the_queue_takes_no_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.disconnects.LOOK_SECONDS", 0.001)

    async def run() -> None:
        gate = Gate(1, 3)
        turns = Turns(gate)
        go = asyncio.Event()

        async def first() -> None:
            async with gate.slot(here):
                await go.wait()
            # Cancelled in the moment that it is its turn: that is handed on.
            cancelled.cancel()

        leaving = asyncio.create_task(first())
        await settle()
        with pytest.raises(ClientDisconnect):
            await turns.come("gone", left)
        assert gate.waiting == 0
        cancelled, last = turns.come("cancelled"), turns.come("last")
        await settle()
        go.set()
        await leaving
        await settle()
        assert turns.inside == ["last"]
        turns.done["last"].set()
        await last
        assert (gate.running, gate.waiting) == (0, 0)

    asyncio.run(run())


def test_a_failed_computation_gives_its_turn_back() -> None:
    async def run() -> None:
        gate = Gate(1, 0)
        with pytest.raises(ZeroDivisionError):
            async with gate.slot(here):
                raise ZeroDivisionError
        assert gate.running == 0

    asyncio.run(run())


class Shared:
    """Computations of several clients on a clock of their own: a pause after each tenth second."""

    def __init__(self, threads: int = 1, queue: int = 100) -> None:
        self.now = 0.0
        self.gate = Gate(threads, queue, clock=lambda: self.now)
        self.begun: list[str] = []
        self.ended: list[str] = []
        self.go = asyncio.Event()

    async def compute(self, client: str, name: str, tenths: int = 1) -> None:
        async with self.gate.slot(here, client) as turn:
            self.begun.append(name)
            await self.go.wait()
            for _ in range(tenths):
                self.now += SLICE_SECONDS + 1e-6
                await to_thread.run_sync(turn.rest)  # as FastAPI does
        self.ended.append(name)


async def fill(shared: Shared, client: str, count: int, tenths: int) -> "list[asyncio.Task[None]]":
    """So many requests of a client, one after another."""
    coming = [shared.compute(client, f"{client}{i}", tenths) for i in range(count)]
    tasks = [asyncio.create_task(each) for each in coming]
    await settle()
    return tasks


def test_one_of_each_client_in_turn() -> None:
    async def run() -> None:
        shared = Shared()
        tasks = [
            *await fill(shared, "a", 4, 1),
            *await fill(shared, "b", 2, 1),
            *await fill(shared, "c", 1, 1),
        ]
        assert [shared.gate.ahead(client) for client in "abcd"] == [7, 7, 6, 4]
        shared.go.set()
        await asyncio.gather(*tasks)
        assert shared.begun == ["a0", "a1", "b0", "c0", "a2", "b1", "a3"]
        assert shared.gate.mean_seconds == pytest.approx(SLICE_SECONDS, rel=0.5)

    asyncio.run(run())


def test_what_is_long_lets_others_go_first() -> None:
    """Sixty long ones of one client: a quick one of another has a turn after a slice of one."""

    async def run() -> None:
        shared = Shared()
        tasks = await fill(shared, "notebook", 60, 20)
        begun, before = shared.now, len(shared.ended)
        shared.go.set()
        await shared.compute("student", "quick", 0)
        assert shared.now - begun < 2.5 * SLICE_SECONDS
        assert len(shared.ended) <= before + 1
        # As many have begun as may, each of which holds its memory.
        assert len([name for name in shared.begun if name not in shared.ended]) <= (
            RESTING_OF_CLIENT + 1
        )
        for task in tasks[8:]:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        assert {f"notebook{i}" for i in range(8)} <= {*shared.ended}
        assert (shared.gate.running, shared.gate.waiting, shared.gate.resting) == (0, 0, 0)

    asyncio.run(run())


def test_the_one_that_has_most_in_a_full_queue_makes_room() -> None:
    async def run() -> None:
        shared = Shared(queue=3)
        greedy = await fill(shared, "greedy", 4, 1)
        (other,) = await fill(shared, "other", 1, 1)
        (more,) = await fill(shared, "greedy", 1, 1)
        shared.go.set()
        ended = await asyncio.gather(*greedy, other, more, return_exceptions=True)
        assert [isinstance(each, BusyError) for each in ended] == [0, 0, 0, 1, 0, 1]
        assert shared.gate.rejected == 2

    asyncio.run(run())


def test_who_would_wait_too_long_is_told_when_to_come() -> None:
    async def run() -> None:
        shared = Shared()
        shared.gate.mean_seconds = 2.0
        tasks = await fill(shared, "notebook", 10, 1)
        waiting = shared.gate.waiting
        # Nine wait, if seven take no longer than the time there is.
        assert waiting == WAIT_SECONDS // 2 + 1
        with pytest.raises(BusyError) as refused:
            await shared.compute("notebook", "one more")
        assert refused.value.retry == max(
            RETRY_SECONDS, math.ceil(waiting * 2 + SLICE_SECONDS - WAIT_SECONDS)
        )
        assert shared.gate.expected_seconds("student") == pytest.approx(2 * SLICE_SECONDS)
        shared.go.set()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        assert sum(isinstance(each, BusyError) for each in ended) == 10 - waiting - 1

    asyncio.run(run())


def test_who_has_waited_too_long_is_sent_away() -> None:
    async def run() -> None:
        gate = Gate(1, 5)
        async with gate.slot(here):
            with pytest.raises(BusyError):
                async with gate.slot(here, "other", patience=0.1):
                    pass
        assert (gate.running, gate.waiting, gate.rejected) == (0, 0, 1)

    asyncio.run(run())


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(1, 3)), max_size=12),
    st.integers(1, 3),
    st.integers(0, 6),
    st.sets(st.integers(0, 11)),
)
@settings(max_examples=40, deadline=None)
def test_every_request_ends_or_is_refused_and_all_turns_come_back(
    asked: list[tuple[str, int]], threads: int, queue: int, cancelled: set[int]
) -> None:
    async def run() -> None:
        shared = Shared(threads, queue)
        tasks = [
            asyncio.create_task(shared.compute(client, str(i), tenths))
            for i, (client, tenths) in enumerate(asked)
        ]
        await settle()
        for i in cancelled & {*range(len(tasks))}:
            tasks[i].cancel()
        shared.go.set()
        ended = await asyncio.gather(*tasks, return_exceptions=True)
        for i, each in enumerate(ended):
            assert each is None or isinstance(each, BusyError) or i in cancelled
        gate = shared.gate
        assert (gate.running, gate.waiting, gate.resting) == (0, 0, 0)
        await asyncio.wait_for(shared.compute("a", "after all"), 60)

    asyncio.run(run())


@asynccontextmanager
async def full() -> AsyncIterator[httpx.AsyncClient]:
    """Asks an application whose one thread is taken and whose queue holds nobody."""
    app = create_app(Settings(threads=1, queue=0))
    async with app.state.gate.slot(here):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


def test_a_full_server_says_so() -> None:
    async def run() -> list[httpx.Response]:
        async with full() as client:
            urls = ("/api/v1/paths", "/api/v1/figures/loss?lang=ja")
            return [await client.get(url) for url in urls]

    for reply in asyncio.run(run()):
        assert reply.status_code == 503
        assert reply.headers["Retry-After"] == str(RETRY_SECONDS)
        assert reply.headers["Cache-Control"] == "no-store"
        assert reply.headers["Content-Type"] == "application/problem+json"
        assert reply.json()["status"] == 503


def test_what_needs_no_computation_is_answered_all_the_same() -> None:
    async def run() -> None:
        async with full() as client:
            for url in ("/", "/learn", "/healthz", "/queue", "/static/js/main.js"):
                assert (await client.get(url)).status_code == 200, url

    asyncio.run(run())


def test_a_turn_ends_with_its_answer_good_or_bad() -> None:
    async def run() -> None:
        app = create_app(Settings(threads=1, queue=0))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            for url in ("epoch-plan", "epoch-plan?examples=0", "epoch-plan"):
                assert (await client.get(f"/api/v1/{url}")).status_code in (200, 422)
                assert app.state.gate.running == 0

    asyncio.run(run())


def test_a_page_is_sent_however_full_the_server_is() -> None:
    async def run() -> None:
        async with full() as client:
            for url in ("/?seed=1&lang=ja", "/noise?seed=1", "/compare?seed=1", "/learn?x=1"):
                reply = await client.get(url, follow_redirects=True)
                kind = reply.headers["Content-Type"]
                assert (reply.status_code, kind) == (200, "text/html; charset=utf-8"), url
                assert 'id="still"' not in reply.text, url

    asyncio.run(run())


def test_a_page_that_is_nothing_without_its_picture_asks_again_by_itself() -> None:
    async def run() -> httpx.Response:
        async with full() as client:
            return await client.get("/sheet/noise-floor?lang=ja")

    reply = asyncio.run(run())
    assert (reply.status_code, reply.headers["Cache-Control"]) == (503, "no-store")
    assert f'http-equiv="refresh" content="{RETRY_SECONDS}"' in reply.text
    assert "サーバーが混み合っています" in reply.text
