"""Clients that leave."""

import asyncio
import re
import socket
import threading
import time
from collections.abc import Callable, Iterator

import httpx
import pytest
import uvicorn
from starlette.requests import ClientDisconnect

from app.__main__ import listen
from app.main import create_app
from app.settings import Settings
from app.web.disconnects import unless_gone


async def here() -> bool:
    return False


async def left() -> bool:
    return True


def test_what_is_awaited_ends_when_its_client_has_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.web.disconnects.LOOK_SECONDS", 0.001)

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


PATIENCE = 120  # seconds
COMPUTING = re.compile(r"batchscape_computing\{.*\} 1\.0")
LEFT = re.compile(r'batchscape_requests_total\{.*tradeoff-floor",status="499"\} 1\.0')


@pytest.fixture
def address() -> Iterator[tuple[str, int]]:
    """Where a server of one thread listens, in a thread of this process."""
    app = create_app(Settings(threads=1))
    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", ws="none", log_level="warning"))
    with listen("127.0.0.1", 0) as listener:
        thread = threading.Thread(target=server.run, args=([listener],))
        thread.start()
        yield listener.getsockname()
        server.should_exit = True
        thread.join(PATIENCE)
        assert not thread.is_alive()


def test_a_computation_ends_when_its_client_has_left(address: tuple[str, int]) -> None:
    # Some seconds long on a surface without a closed form; were it finished, that would be a 200.
    url = "/api/v1/figures/tradeoff-floor?surface=logistic&examples=4000"
    host = "{}:{}".format(*address)
    with httpx.Client(base_url=f"http://{host}", timeout=PATIENCE) as other:
        with socket.create_connection(address) as client:
            client.sendall(f"GET {url} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
            until = time.monotonic() + PATIENCE
            while not COMPUTING.search(other.get("/metrics").text):
                assert time.monotonic() < until
        until = time.monotonic() + PATIENCE
        while not LEFT.search(other.get("/metrics").text):
            assert time.monotonic() < until
        assert other.get("/api/v1/epoch-plan").is_success  # the one thread is free again
