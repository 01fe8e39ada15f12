"""Answers sent again as they were: the same bytes, and nothing computed."""

import asyncio
import re
from collections.abc import Callable

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from app.web.answers import LARGEST, Answers, AnswersMiddleware

Ask = Callable[..., httpx.Response]


class Counting:
    """An application that counts what it is asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.answers = Answers(limit=3 * 1000)
        app = Starlette(routes=[Route("/{rest:path}", self.answer)])
        app.add_middleware(AnswersMiddleware, answers=self.answers)
        self.app = app

    async def answer(self, request: Request) -> Response:
        self.asked.append(request.url.path)
        query = request.query_params
        headers = {"ETag": 'W/"1"', "Cache-Control": query.get("cache", "public, max-age=9")}
        size = int(query.get("size", 1000))
        return Response(b"x" * size, int(query.get("status", 200)), headers)

    def __call__(self, path: str, method: str = "GET", **headers: str) -> httpx.Response:
        async def ask() -> httpx.Response:
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
                named = {name.replace("_", "-"): value for name, value in headers.items()}
                return await client.request(method, path, headers=named)

        return asyncio.run(ask())


def test_the_second_answer_is_the_first() -> None:
    ask = Counting()
    first, second = ask("/api/a"), ask("/api/a")
    assert ask.asked == ["/api/a"]
    assert (second.content, dict(second.headers)) == (first.content, dict(first.headers))
    assert ask.answers.found == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("/api/a", {}), ("/api/b", {})),
        (("/api/a?x=1", {}), ("/api/a?x=2", {})),
        (("/api/a", {"Accept": "text/csv"}), ("/api/a", {"Accept": "*/*"})),
        (("/api/a", {"Accept_Encoding": "gzip"}), ("/api/a", {"Accept_Encoding": "identity"})),
        (("/api/a", {"Host": "one"}), ("/api/a", {"Host": "two"})),
        (("http://test/api/a", {}), ("https://test/api/a", {})),
    ],
)
def test_what_decides_an_answer(
    one: tuple[str, dict[str, str]], other: tuple[str, dict[str, str]]
) -> None:
    ask = Counting()
    for path, headers in (one, other):
        ask(path, **headers)
    assert len(ask.asked) == 2


@pytest.mark.parametrize(
    ("path", "method"),
    [
        ("/page", "GET"),
        ("/api/a?status=404", "GET"),
        ("/api/a?cache=no-store", "GET"),
        (f"/api/a?size={LARGEST + 1}", "GET"),
    ],
)
def test_what_is_not_kept(path: str, method: str) -> None:
    ask = Counting()
    for _ in range(2):
        ask(path, method)
    assert len(ask.asked) == 2


def test_who_holds_the_answer_is_told_so() -> None:
    ask = Counting()
    ask("/api/a")
    reply = ask("/api/a", If_None_Match='W/"1"')
    assert (reply.status_code, reply.content, reply.headers["ETag"]) == (304, b"", 'W/"1"')
    assert reply.headers["Cache-Control"] == "public, max-age=9"
    assert not {"content-type", "content-length"} & set(reply.headers)
    assert ask.asked == ["/api/a"]


def test_the_oldest_make_room() -> None:
    ask = Counting()
    for path in ("/api/1", "/api/2", "/api/3", "/api/1", "/api/4"):
        ask(path)
    assert ask.answers.bytes == 3000
    ask("/api/1")  # asked again since, and kept
    ask("/api/2")
    assert ask.asked == ["/api/1", "/api/2", "/api/3", "/api/4", "/api/2"]


def test_the_application_answers_so(new_get: Callable[[], Ask]) -> None:
    get = new_get()
    url = "/api/v1/paths?examples=40&batch_size=4&epochs=1"
    first, second = get(url, X_Request_ID="a"), get(url, X_Request_ID="b")
    assert second.content == first.content
    assert second.headers["X-Request-ID"] == "b"
    assert re.search(r"batchscape_answers_hits_total\{.*\} 1\.0", get("/metrics").text)
