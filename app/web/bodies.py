"""What is sent with a request: a text, of bounded size."""

from collections.abc import Awaitable, Callable, Sequence

from fastapi import Request
from starlette.exceptions import HTTPException

from app.language.speech import gettext, listed
from app.web.errors import Responses, problem

MOST_BYTES = 5_000_000
TABLES = ("text/csv", "text/plain")
LINES = "application/x-ndjson"
LOGS = (LINES, *TABLES)
_CHARSETS = ("", "utf-8", "utf8", "us-ascii", "utf-16")
# What the OpenAPI description says of a route with a body: how it refuses one.
REFUSALS: Responses = {
    413: problem(description="The body has more than 5,000,000 bytes"),
    415: problem(description="The body is of another media type, charset or content encoding"),
}


def described(
    description: str, example: str, media_types: Sequence[str] = TABLES
) -> dict[str, object]:
    """A text that is sent, in an operation's description."""
    schema = {"type": "string", "description": description, "examples": [example]}
    content = {media_type: {"schema": schema} for media_type in media_types}
    return {"requestBody": {"required": True, "content": content}}


def sent_as(media_types: Sequence[str]) -> Callable[[Request], Awaitable[bytes]]:
    """A dependency that is a body of one of these media types, not yet decoded."""

    async def sent_text(request: Request) -> bytes:
        """The body.

        Raises:
            HTTPException: 413, it is too large; 415, it is no text of ours.
            ClientDisconnect: the client has left before all was sent.
        """
        _check_kind(request, media_types)
        return await _body(request)

    return sent_text


async def _body(request: Request) -> bytes:
    """All that is sent; of what is too large no more than that is seen."""
    if _length(request) > MOST_BYTES:
        raise _too_large()
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise _too_large()
        parts.append(part)
    return b"".join(parts)


def is_sent_as(request: Request, media_type: str) -> bool:
    """Whether the body is said to be of a media type."""
    return _content_type(request)[0] == media_type


def _content_type(request: Request) -> list[str]:
    said = request.headers.get("Content-Type", "")
    return [part.strip().lower() for part in said.split(";")]


def _check_kind(request: Request, media_types: Sequence[str]) -> None:
    kind, *parameters = _content_type(request)
    named = dict(part.partition("=")[::2] for part in parameters)
    encoded = request.headers.get("Content-Encoding", "identity").strip().lower()
    if (
        kind in media_types
        and named.get("charset", "").strip('"') in _CHARSETS
        and encoded == "identity"
    ):
        return
    detail = gettext(
        "The body is to be one of {names}, in UTF-8 and not compressed, and its Content-Type is to say so.",  # noqa: E501
        names=listed(media_types),
    )
    raise HTTPException(415, detail, {"Accept": ", ".join(media_types)})


def _length(request: Request) -> int:
    """What is announced; nothing if it is no number, for then it is counted."""
    said = request.headers.get("Content-Length", "")
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 20 else 0


def _too_large() -> HTTPException:
    said = gettext("The body has more than the {most:,} bytes that are allowed.", most=MOST_BYTES)
    return HTTPException(413, said)
