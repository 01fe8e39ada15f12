"""What is sent: texts of bounded size and of a kind that is said."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import TypeAlias

import httpx
import pytest

from app.main import create_app
from app.web.admission import Gate
from app.web.bodies import MOST_BYTES

Get: TypeAlias = Callable[..., httpx.Response]

URL = "/api/v1/points"
TABLE = b"x,y\n1,2\n3,4\n"
PROBLEM = "application/problem+json"


@pytest.mark.parametrize(
    "kind",
    [
        "text/csv",
        "text/plain",
        "Text/CSV; charset=UTF-8",
        'text/csv;charset="utf-8"; header=present',
        "text/csv;charset=utf-16",
    ],
)
def test_a_text_is_taken(get: Get, kind: str) -> None:
    assert get(URL, "POST", TABLE, content_type=kind).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"content_type": ""},
        {"content_type": "application/json"},
        {"content_type": "application/x-www-form-urlencoded"},
        {"content_type": "multipart/form-data; boundary=x"},
        {"content_type": "text/csv; charset=shift_jis"},
        {"content_type": "text/csv; charset=zip"},
        {"content_type": "text/csv", "content_encoding": "gzip"},
    ],
)
def test_anything_else_is_told_what_is_taken(get: Get, headers: dict[str, str]) -> None:
    reply = get(f"{URL}?lang=ja", "POST", TABLE, **headers)
    assert (reply.status_code, reply.headers["Content-Type"]) == (415, PROBLEM)
    assert reply.headers["Accept"] == "text/csv, text/plain"
    assert "Content-Typeに" in reply.json()["detail"]


def post(content: bytes | AsyncIterator[bytes], **headers: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(create_app())
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            named = {"Content-Type": "text/csv", **headers}
            return await client.post(URL, content=content, headers=named)

    return asyncio.run(ask())


async def parts(size: int, sent: list[int]) -> AsyncIterator[bytes]:
    for start in range(0, size, 100_000):
        sent.append(min(100_000, size - start))
        yield b"," * sent[-1]


def test_five_megabytes_are_taken_and_no_more() -> None:
    reply = post(b"," * MOST_BYTES)
    assert (reply.status_code, reply.json()["errors"][0]["parameter"]) == (422, "points")
    for headers in ({}, {"Content-Length": str(10**15)}, {"Content-Length": "9" * 5000}):
        sent: list[int] = []
        reply = post(parts(3 * MOST_BYTES, sent), **headers)
        assert (reply.status_code, reply.headers["Content-Type"]) == (413, PROBLEM)
        assert "5,000,000" in reply.json()["detail"]
        assert sum(sent) <= MOST_BYTES + 200_000


def test_who_is_slow_to_send_takes_no_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    slot = Gate.slot
    monkeypatch.setattr(
        Gate,
        "slot",
        lambda *args: asked.append("turn") or slot(*args),  # type: ignore[func-returns-value]
    )

    async def slow() -> AsyncIterator[bytes]:
        for start in range(0, len(TABLE), 5):
            asked.append("part")
            yield TABLE[start : start + 5]
            await asyncio.sleep(0)

    reply = post(slow())
    assert reply.json()["used"] == 2
    assert asked == ["part", "part", "part", "turn"]
