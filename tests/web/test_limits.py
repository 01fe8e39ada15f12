"""Long addresses, bodies, other methods, HEAD, and errors that nobody foresaw."""

import asyncio
from collections.abc import AsyncIterator, Callable

import httpx
import pytest
from fastapi import FastAPI

from app.main import create_app
from app.web.limits import URL_BYTES

Get = Callable[..., httpx.Response]
PROBLEM = "application/problem+json"


def test_an_address_that_is_too_long_is_refused(get: Get) -> None:
    start = "/api/v1/qr?text="
    longest = start + "x" * (URL_BYTES - len(start) + 1)  # the question mark is not counted
    for url, status in ((longest, 422), (longest + "x", 414)):
        reply = get(url)
        assert reply.status_code == status
        assert reply.headers["Content-Type"] == PROBLEM
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "8,192" in get(longest + "x").json()["detail"]
    assert "バイト" in get(longest + "x" * 20 + "&lang=ja").json()["detail"]


def answer(
    method: str, url: str, content: bytes | AsyncIterator[bytes], app: FastAPI | None = None
) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app or create_app())
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.request(method, url, content=content)

    return asyncio.run(ask())


def test_a_request_has_no_body() -> None:
    reply = answer("GET", "/healthz", b"x")
    assert (reply.status_code, reply.headers["Content-Type"]) == (413, PROBLEM)
    assert answer("GET", "/healthz", b"").status_code == 200


@pytest.mark.parametrize("kept", [False, True])
def test_a_body_is_refused_whether_or_not_the_answer_is_kept(kept: bool) -> None:
    url = "/api/v1/surfaces/bowl?lang=ja"
    app = create_app()
    if kept:
        assert answer("GET", url, b"", app).status_code == 200
    for content in (b"x", chunks()):
        reply = answer("GET", url, content, app)
        assert (reply.status_code, reply.headers["Content-Type"]) == (413, PROBLEM)
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert "本文" in reply.json()["detail"]
        assert answer("HEAD", url, content, app).status_code == 413


async def chunks() -> AsyncIterator[bytes]:
    yield b"x"


@pytest.mark.parametrize("length", ["1x", "-1", "001"])
def test_a_length_that_is_no_number_is_a_body(get: Get, length: str) -> None:
    assert get("/healthz", Content_Length=length).status_code == 413


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/", "/api/v1/paths", "/healthz", "/static/js/main.js"])
def test_other_methods_are_refused(get: Get, method: str, path: str) -> None:
    reply = get(path, method, b"x" * 100)
    assert reply.status_code == 405
    assert reply.headers["Allow"] == "GET, HEAD, OPTIONS"
    assert reply.headers["Content-Type"] == PROBLEM


@pytest.mark.parametrize(
    "path",
    ["/", "/learn", "/healthz", "/metrics", "/openapi.json", "/api/v1/surfaces/bowl",
     "/api/v1/epoch-plan", "/api/v1/epoch-plan?batch_size=0", "/static/js/main.js", "/nowhere"],
)  # fmt: skip
def test_head_is_get_without_the_body(get: Get, path: str) -> None:
    whole, head = get(path), get(path, "HEAD")
    assert head.status_code == whole.status_code
    assert head.content == b""
    for name in ("Content-Type", "Content-Length", "ETag", "Cache-Control"):
        if path != "/metrics":  # which counts these requests
            assert head.headers.get(name) == whole.headers.get(name)


def test_an_error_that_nobody_foresaw_tells_nothing_of_itself() -> None:
    app = create_app()

    @app.get("/api/broken")
    def broken() -> None:
        raise RuntimeError("secret")

    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
            return await client.get("/api/broken?lang=ja", headers={"X-Request-ID": "mine"})

    reply = asyncio.run(ask())
    assert (reply.status_code, reply.headers["Content-Type"]) == (500, PROBLEM)
    assert reply.headers["X-Request-ID"] == "mine"
    assert reply.headers["Access-Control-Allow-Origin"] == "*"  # as of any answer there
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "secret" not in reply.text
    assert (reply.json()["title"], reply.json()["detail"][:4]) == (
        "サーバー内部のエラー",
        "サーバー",
    )
