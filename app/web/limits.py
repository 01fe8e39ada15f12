"""What a request may be: an address no longer than needed; a GET has no body, and a HEAD."""

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from app.language.speech import gettext
from app.web.errors import ProblemDetails, problem_response, title_of

URL_BYTES = 8 * 1024


class LimitsMiddleware:
    """Refuses long URLs and bodies of GET with a problem."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on what is within the limits."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        problem = _problem(scope)
        if problem:
            await problem_response(problem)(scope, receive, send)
        else:
            await self.app(scope, receive, send)


class HeadMiddleware:
    """Answers HEAD as GET, headers and all, without the body.

    The answer ends with its headers: to a stream, which then stops, the client counts as gone.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on as a GET."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            scope["method"] = "GET"
            send = _without_body(send)
        await self.app(scope, receive, send)


def _problem(scope: Scope) -> ProblemDetails | None:
    url = len(scope.get("raw_path") or scope["path"].encode()) + len(scope["query_string"])
    if url > URL_BYTES:
        said = gettext(
            "The URL has {bytes:,} bytes; allowed are {most:,}.", bytes=url, most=URL_BYTES
        )
        return ProblemDetails(title=title_of(414), status=414, detail=said)
    if scope["method"] not in ("GET", "HEAD"):
        return None  # whose route reads a body, or refuses it unread
    headers = Headers(scope=scope)
    if "Transfer-Encoding" in headers or headers.get("Content-Length", "").strip("0"):
        said = gettext("Every parameter is in the URL; a request has no body.")
        return ProblemDetails(title=title_of(413), status=413, detail=said)
    return None


def _without_body(send: Send) -> Send:
    async def send_head(message: Message) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send({"type": "http.response.body", "body": b""})

    return send_head
