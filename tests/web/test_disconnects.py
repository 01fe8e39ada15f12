"""Clients that leave."""

import asyncio
import re
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.requests import ClientDisconnect

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


def test_a_computation_ends_when_its_client_has_left(serve: Callable[..., Any]) -> None:
    # Some seconds long on a surface without a closed form; were it finished, that would be a 200.
    url = "/api/v1/figures/tradeoff-floor?surface=logistic&examples=4000"
    served = serve("--port", "0", "--threads", "1")
    host = urlsplit(served.url)
    with socket.create_connection((str(host.hostname), int(host.port or 0))) as client:
        client.sendall(f"GET {url} HTTP/1.1\r\nHost: {host.netloc}\r\n\r\n".encode())
        with httpx.Client(base_url=served.url, timeout=PATIENCE) as other:
            until = time.monotonic() + PATIENCE
            while not COMPUTING.search(other.get("/metrics").text):
                assert time.monotonic() < until
    with httpx.Client(base_url=served.url, timeout=PATIENCE) as other:
        until = time.monotonic() + PATIENCE
        while not LEFT.search(other.get("/metrics").text):
            assert time.monotonic() < until
        assert other.get("/api/v1/epoch-plan").is_success  # the one thread is free again
