"""Who is told at which addresses others reach the server."""

import asyncio

import httpx
import pytest

from app.api.routes import addresses
from app.main import create_app
from app.settings import Settings
from app.web.interfaces import EVERYWHERE

HERE, ELSEWHERE = "127.0.0.1", "192.168.1.30"


def asked(
    monkeypatch: pytest.MonkeyPatch, client: str, url: str, host: str, **headers: str
) -> httpx.Response:
    """The answer of a server that listens on ``host`` of a machine in a network."""
    known = {EVERYWHERE[0]: ["192.168.1.20"]}
    monkeypatch.setattr(addresses, "hosts_of", lambda listening: known.get(listening, []))
    app = create_app(Settings(host=host))

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, client=(client, 123))
        async with httpx.AsyncClient(transport=transport) as asking:
            return await asking.get(f"{url}/addresses", headers=headers)

    return asyncio.run(ask())


def test_at_the_machine_itself_they_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    for url in ("http://127.0.0.1:8123", "http://localhost:8123"):
        answer = asked(monkeypatch, HERE, url, EVERYWHERE[0])
        assert answer.json()["loopback"] is True
        assert [each.partition("//")[2] for each in answer.json()["addresses"]] == [
            "192.168.1.20:8123"
        ]
        assert answer.headers["Cache-Control"] == "no-store"
        assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize(
    ("client", "url", "host", "headers"),
    [
        (ELSEWHERE, "http://192.168.1.20:8123", EVERYWHERE[0], {}),
        (ELSEWHERE, "http://127.0.0.1:8123", EVERYWHERE[0], {}),
        (HERE, "http://rebound.example", EVERYWHERE[0], {}),
        (HERE, "http://127.0.0.1:8123", HERE, {}),
        (HERE, "http://127.0.0.1:8123", EVERYWHERE[0], {"X-Forwarded-For": ELSEWHERE}),
    ],
)
def test_nobody_else_is_told(
    monkeypatch: pytest.MonkeyPatch, client: str, url: str, host: str, headers: dict[str, str]
) -> None:
    answer = asked(monkeypatch, client, url, host, **headers)
    assert answer.json() == {"loopback": "127.0.0.1" in url, "addresses": []}
