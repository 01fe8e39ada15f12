"""Answers of pure functions of the URL: JSON or CSV, with an ETag, cacheable by anyone."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from io import StringIO
from math import isfinite
from typing import Any, Literal, NamedTuple, TypeVar

import orjson
from fastapi import Request, Response
from pydantic import BaseModel
from starlette.datastructures import Headers

from app.web.accept import best, held
from app.web.compression import compressible
from app.web.errors import PROBLEMS, Responses, reference

# The same URL gives the same bytes, so a cache may keep them; a new version of the software may
# give others, so after an hour it asks again.
CACHE_CONTROL = "public, max-age=3600"
OF_BODY = ("content-type", "content-length", "content-encoding")

F = TypeVar("F", bound=str)

_OPTIONS = orjson.OPT_SERIALIZE_NUMPY


class Text(NamedTuple):
    """An answer that is not JSON.

    Attributes:
        media_type: its own.
        description: what is in it.
        events: the models of what it sends one after another, if it is such a stream.
        binary: whether it is no text but bytes.
    """

    media_type: str
    description: str
    events: tuple[type[BaseModel], ...] = ()
    binary: bool = False

    def schema(self) -> dict[str, Any]:
        """What the OpenAPI description says of it."""
        events = {"oneOf": [reference(event) for event in self.events]}
        plain = {"type": "string", **({"format": "binary"} if self.binary else {})}
        return {**(events if self.events else plain), "description": self.description}


def documented(model: Any, *texts: Text) -> Responses:
    """What the OpenAPI description says of a route's answers: JSON, texts, or a problem.

    Args:
        model: of the JSON; None where there is none.
        texts: what it may answer instead.
    """
    answer = {"content": {text.media_type: {"schema": text.schema()} for text in texts}}
    return {200: answer if model is None else {"model": model, **answer}, **PROBLEMS}


def json_response(request: Request, content: Any) -> Response:
    """``content`` as JSON."""
    return cacheable(request, to_json(content), "application/json")


def to_json(content: Any) -> bytes:
    """``content`` as JSON; not a number and infinity become null."""
    return orjson.dumps(content, option=_OPTIONS)


def cacheable(request: Request, body: bytes, media_type: str) -> Response:
    """The body with its ETag, or 304 if the client holds it already."""
    etag = f'W/"{blake2b(body, digest_size=16).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": CACHE_CONTROL, "Vary": "Accept"}
    # What compresses an answer says so of one with a body alone.
    varied = {"Vary": "Accept, Accept-Encoding"} if compressible(body, media_type) else {}
    unchanged = not_modified(request.headers, headers | varied)
    return unchanged or Response(body, 200, headers, media_type)


def not_kept(body: bytes, media_type: str) -> Response:
    """The answer to a body, which no cache may keep."""
    return Response(body, headers={"Cache-Control": "no-store"}, media_type=media_type)


def not_modified(asked: Headers, answered: Mapping[str, str]) -> Response | None:
    """304 if the client holds the answer with these headers already, without those of its body."""
    answered = Headers(answered)
    if not held(asked.get("If-None-Match", ""), answered["ETag"]):
        return None
    kept = {name: value for name, value in answered.items() if name not in OF_BODY}
    return Response(status_code=304, headers=kept)


def csv_response(
    request: Request, columns: Sequence[str], rows: Iterable[Iterable[Any]], name: str
) -> Response:
    """A CSV table, as `to_csv`, that programs save under a name."""
    response = cacheable(request, to_csv(columns, rows), "text/csv")
    response.headers["Content-Disposition"] = f'inline; filename="{name}.csv"'
    return response


def to_csv(columns: Sequence[str], rows: Iterable[Iterable[Any]]) -> bytes:
    """A CSV table; numbers at full float64 precision, what is not finite is an empty cell."""
    text = StringIO()
    csv.writer(text).writerows([columns, *(map(_cell, row) for row in rows)])
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()  # which every reader takes for a truth value
    return None if isinstance(value, float) and not isfinite(value) else value


def wanted(request: Request, *media_types: str) -> str:
    """Which of the media types the Accept header asks for; the first if it has no preference."""
    return best(request.headers.get("Accept", "*/*"), media_types)


def wanted_format(request: Request, chosen: F | None) -> F | Literal["json", "csv"]:
    """What the ``format`` parameter says, else what the Accept header asks for."""
    if chosen is not None:
        return chosen
    return "csv" if wanted(request, "application/json", "text/csv") == "text/csv" else "json"
