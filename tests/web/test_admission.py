"""Computations at once and in the queue: bounded, in order, none lost when a client leaves."""

import asyncio
import re
import socket
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.requests import ClientDisconnect

from app.main import create_app
from app.settings import Settings
from app.web.admission import BusyError, Gate, unless_gone
from app.web.errors import RETRY_SECONDS


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
    monkeypatch.setattr("app.web.admission.LOOK_SECONDS", 0.001)

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


def test_what_is_awaited_ends_when_its_client_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.admission.LOOK_SECONDS", 0.001)

    ended: list[str] = []

    async def wait(name: str, gone: Callable[..., object], seconds: float) -> None:
        async with unless_gone(gone):  # type: ignore[arg-type]
            try:
                await asyncio.sleep(seconds)
            finally:
                ended.append(name)
            raise TimeoutError(name)

    async def run() -> None:
        with pytest.raises(ClientDisconnect):
            await wait("left", left, 60)
        with pytest.raises(TimeoutError, match="its own"):  # after some looks
            await wait("its own", here, 0.01)

    asyncio.run(run())
    assert ended == ["left", "its own"]


def test_a_failed_computation_gives_its_turn_back() -> None:
    async def run() -> None:
        gate = Gate(1, 0)
        with pytest.raises(ZeroDivisionError):
            async with gate.slot(here):
                raise ZeroDivisionError
        assert gate.running == 0

    asyncio.run(run())


@asynccontextmanager
async def full() -> AsyncIterator[httpx.AsyncClient]:
    """Asks an application whose one thread is taken and whose queue holds nobody."""
    app = create_app(Settings(threads=1, queue=0))
    async with app.state.gate.slot(here):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            yield client


@pytest.mark.parametrize("url", ["/api/v1/paths", "/api/v1/figures/loss?lang=ja", "/?seed=1"])
def test_a_full_server_says_so(url: str) -> None:
    async def run() -> httpx.Response:
        async with full() as client:
            return await client.get(url)

    reply = asyncio.run(run())
    assert reply.status_code == 503
    assert reply.headers["Retry-After"] == str(RETRY_SECONDS)
    assert reply.headers["Cache-Control"] == "no-store"
    assert reply.headers["Content-Type"] == "application/problem+json"
    assert reply.json()["status"] == 503


@pytest.mark.parametrize("url", ["/", "/learn", "/healthz", "/static/js/main.js"])
def test_what_needs_no_computation_is_answered_all_the_same(url: str) -> None:
    async def run() -> int:
        async with full() as client:
            return (await client.get(url)).status_code

    assert asyncio.run(run()) == 200


def test_a_turn_ends_with_its_answer_good_or_bad() -> None:
    async def run() -> None:
        app = create_app(Settings(threads=1, queue=0))
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            for url in ("epoch-plan", "epoch-plan?examples=0", "epoch-plan"):
                assert (await client.get(f"/api/v1/{url}")).status_code in (200, 422)
                assert app.state.gate.running == 0

    asyncio.run(run())


# A client that leaves.

PATIENCE = 120  # seconds
COMPUTING = re.compile(r"batchscape_computing\{.*\} 1\.0")
LEFT = re.compile(r'batchscape_requests_total\{.*tradeoff-floor",status="499"\} 1\.0')


def test_a_computation_ends_when_its_client_has_left(serve: Callable[..., Any]) -> None:
    # Some seconds long on a surface without a closed form; were it finished, that would be a 200.
    url = "/api/v1/figures/tradeoff-floor?surface=logistic&examples=5000"
    served = serve("--port", "0", "--threads", "1")
    host = urlsplit(served.url)
    with socket.create_connection((str(host.hostname), int(host.port or 0))) as client:
        client.sendall(f"GET {url} HTTP/1.1\r\nHost: {host.netloc}\r\n\r\n".encode())
        with httpx.Client(base_url=served.url, timeout=PATIENCE) as other:
            until = time.monotonic() + PATIENCE
            while not COMPUTING.search(other.get("/metrics").text):
                assert time.monotonic() < until
    with httpx.Client(base_url=served.url, timeout=PATIENCE) as other:
        assert other.get("/api/v1/epoch-plan").is_success  # the one thread is free again
        said = other.get("/metrics").text
    assert LEFT.search(said)
