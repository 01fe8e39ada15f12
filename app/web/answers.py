"""Answers kept as they were sent: a pure function of the URL need not even be asked again."""

from collections import OrderedDict
from collections.abc import Hashable
from typing import Any, NamedTuple

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.web.cache import LOOKUPS
from app.web.headers import API
from app.web.responses import not_modified

LIMIT = 64 * 2**20  # bytes kept by a process
LARGEST = 2**20  # of one answer; what is larger is seldom asked for twice
# Besides the URL's path and query an answer depends on what is accepted; links in it, as in the
# code of a run, begin with the scheme and the host.
DECIDING = ("accept", "accept-encoding", "host")


class _Answer(NamedTuple):
    headers: Headers
    body: bytes
    route: Any = None  # that made it


class Answers:
    """The last answers, by what decided them.

    Attributes:
        found: how often a kept answer was sent.
        bytes: how many the kept bodies have.
    """

    def __init__(self, limit: int = LIMIT) -> None:
        self.found = 0
        self.bytes = 0
        self._limit = limit
        self._kept: OrderedDict[Hashable, _Answer] = OrderedDict()

    def get(self, key: Hashable) -> _Answer | None:
        """The answer kept for ``key``, now the newest."""
        answer = self._kept.get(key)
        if answer:
            self.found += 1
            self._kept.move_to_end(key)
        return answer

    def keep(self, key: Hashable, answer: _Answer) -> None:
        """Keep an answer, and drop the oldest ones for it."""
        if key in self._kept or len(answer.body) > LARGEST:
            return
        self._kept[key] = answer
        self.bytes += len(answer.body)
        while self.bytes > self._limit:
            self.bytes -= len(self._kept.popitem(last=False)[1].body)


class AnswersMiddleware:
    """Sends what was sent before; nothing waits for a turn to compute for that."""

    def __init__(self, app: ASGIApp, answers: Answers) -> None:
        self.app, self.answers = app, answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is not known; keep what anyone may cache."""
        path = scope.get("path", "").removeprefix(scope.get("root_path", ""))
        if scope["type"] != "http" or scope["method"] != "GET" or not path.startswith(API):
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        key = (
            scope["scheme"],
            scope["path"],
            scope["query_string"],
            *map(headers.get, DECIDING),
        )
        answer = self.answers.get(key)
        if answer is None:
            await self.app(scope, receive, _keeping(scope, send, self.answers, key))
            return
        scope["route"] = answer.route  # for what counts requests by it
        if lookups := LOOKUPS.get():
            lookups.found += 1
        response = not_modified(headers, answer.headers) or Response(
            answer.body, headers=answer.headers
        )
        await response(scope, receive, send)


def _keeping(scope: Scope, send: Send, answers: Answers, key: Hashable) -> Send:
    headers: Headers | None = None
    parts: list[bytes] = []

    async def send_and_keep(message: Message) -> None:
        nonlocal headers
        if message["type"] == "http.response.start":
            # A copy: the outer middleware adds headers of this one request.
            sent = Headers(raw=list(message["headers"]))
            cached = sent.get("cache-control", "").startswith("public") and "etag" in sent
            if message["status"] == 200 and cached:
                headers = sent
        elif headers is not None:
            parts.append(message.get("body", b""))
            if not message.get("more_body"):
                answers.keep(key, _Answer(headers, b"".join(parts), scope.get("route")))
        await send(message)

    return send_and_keep
