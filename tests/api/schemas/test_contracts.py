"""Every answer is what its model says, to the field, and what a model says is answered."""

import json
from collections.abc import Iterator
from functools import cache, reduce
from operator import or_
from types import NoneType
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator
from pydantic import BaseModel, TypeAdapter

from app.api.queries.logged import EXAMPLE
from app.api.schemas import network, network_sweeps, tradeoff
from app.api.schemas.base import Answer
from app.web.errors import ProblemDetails
from app.web.responses import CACHE_CONTROL
from tests.api.reading import (
    NETWORK_GAP,
    NETWORK_STEPS,
    SENT,
    SWEEP,
    TRAINED,
    Get,
    quick,
    reach,
)
from tests.api.schemas.asked import API, EVENTS, FIGURES, QUERIES, url
from tests.openapi import OPERATIONS, PUBLISHED, PUBLISHED_OPERATIONS

JSON = "application/json"
UNKNOWN = {**SWEEP, "seed": 4_000_000_000}  # which no other test has asked for
DRAWN: dict[str, object] = {"theme": "dark", "seed": 4_000_000_000}
# Of each stream what it may send, and what it is asked: a first look, one that is drawn, and one
# that is refused.
STREAMS: dict[str, tuple[tuple[type[BaseModel], ...], list[dict[str, object]]]] = {
    "tradeoff": (
        tradeoff.EVENTS,
        [
            UNKNOWN,
            {**UNKNOWN, "batch_size": [4, 8, 16], "theme": "dark"},
            {**SWEEP, "start": "1e9,0"},
        ],
    ),
    "network": (network.EVENTS, [{**TRAINED, "weight_seed": 9}, {**TRAINED, **DRAWN}]),
    "network/gap": (
        network_sweeps.GAP_EVENTS, [{**NETWORK_GAP, "weight_seed": 9}, {**NETWORK_GAP, **DRAWN}],
    ),
    "network/steps": (
        network_sweeps.STEPS_EVENTS,
        [
            {**NETWORK_STEPS, "weight_seed": 9},
            {**NETWORK_STEPS, "weight_seed": 9, "batch_size": [2, 4, 8, "full"], "theme": "dark"},
        ],
    ),
}  # fmt: skip
# What these are asked for their texts: streams as above, which has been computed.
NEEDED: dict[str, dict[str, object]] = {
    f"{API}/qr": {"text": "x"},
    f"{API}/logged": {"log": EXAMPLE},
    **{path: QUERIES[path][0] for path in (f"{API}/{stream}" for stream in STREAMS)},
}


def descendants(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for child in model.__subclasses__():
        yield from descendants(child)


MODELS = {
    model.__name__: model
    for model in descendants(Answer)
    if not model.__name__.startswith("_")  # a part of others
}


def described(path: str) -> dict[str, Any]:
    """What a path's 200 may be, by media type."""
    content: dict[str, Any] = OPERATIONS[path]["responses"]["200"]["content"]
    return content


@cache
def as_published(path: str, media_type: str) -> Draft202012Validator:
    """What programs are told of it."""
    content = PUBLISHED_OPERATIONS[path]["responses"]["200"]["content"]
    return Draft202012Validator(PUBLISHED).evolve(schema=content[media_type]["schema"])


@cache
def adapter(path: str) -> TypeAdapter[Any]:
    """What the description names as the JSON of a path."""
    schema = described(path)[JSON]["schema"]
    kinds = [MODELS[kind["$ref"].rpartition("/")[2]] for kind in schema.get("anyOf", [schema])]
    return TypeAdapter(reduce(or_, kinds))


@cache
def sent(stream: str) -> TypeAdapter[Any]:
    """What a stream may send."""
    return TypeAdapter(reduce(or_, STREAMS[stream][0]))


def answered(get: Get, path: str, query: dict[str, object]) -> Any:
    """The answer's model, filled by it and nothing else, or it fails."""
    reply = reach(get, url(path, query))
    assert reply.status_code == 200, reply.text
    assert reply.headers["Content-Type"] == JSON
    as_published(path, JSON).validate(json.loads(reply.content))
    if path in SENT:
        assert reply.headers["Cache-Control"] == "no-store"
    elif path.startswith(API):
        assert reply.headers["Cache-Control"] == CACHE_CONTROL
        assert reply.headers["ETag"]
    return adapter(path).validate_json(reply.content, strict=True)


def events(get: Get, stream: str, query: dict[str, object]) -> list[Any]:
    reply = get(url(f"{API}/{stream}", query), accept=EVENTS)
    assert reply.headers["Content-Type"].startswith(EVENTS)
    assert reply.headers["Cache-Control"] == "no-store"
    kind = sent(stream)
    found = []
    for block in reply.text.strip().split("\n\n"):
        name, data = (line.partition(": ")[2] for line in block.splitlines())
        event = f'{{"event": "{name}", "data": {data}}}'
        as_published(f"{API}/{stream}", EVENTS).validate(json.loads(event))
        found.append(kind.validate_json(event, strict=True))
    return found


@pytest.fixture(scope="module")
def everything(get: Get) -> list[Any]:
    """Every answer to what is asked of every endpoint with JSON."""
    asked = [(path, query) for path in QUERIES for query in QUERIES[path]]
    asked += [(path, query) for path in FIGURES for query in FIGURES[path]]
    found = [answered(get, path, query) for path, query in asked]
    for stream, (_, queries) in STREAMS.items():
        for query in queries:
            found += events(get, stream, query)
    return found


def test_every_endpoint_is_asked() -> None:
    assert QUERIES.keys() | FIGURES.keys() == {
        path for path in OPERATIONS if JSON in described(path)
    }


def parts(value: Any) -> Iterator[BaseModel]:
    """A model and all that are in it."""
    if isinstance(value, BaseModel):
        yield value
        value = dict(value)
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from parts(each)


def test_each_answer_is_what_its_model_says_and_nullable_is_what_is_null(
    everything: list[Any],
) -> None:
    nulls: dict[tuple[str, str], set[bool]] = {}
    seen = set()
    for part in parts(everything):
        model = type(part)
        seen.add(model.__name__)
        for name, field in model.model_fields.items():
            if NoneType in get_args(field.annotation):
                first = (m for m in reversed(model.mro()) if name in getattr(m, "model_fields", {}))
                owner = next(first)  # where it was declared
                nulls.setdefault((owner.__name__, name), set()).add(getattr(part, name) is None)
    assert seen >= MODELS.keys() - {"Answer"}
    assert sorted(field for field, found in nulls.items() if len(found) == 1) == []


def test_texts_come_as_what_is_described(get: Get) -> None:
    query: dict[str, object] = {
        "library": "numpy", "id": "bowl", "text": "x", "framework": "jax",
    }  # fmt: skip
    for path in OPERATIONS:
        for media_type in described(path).keys() - {JSON, EVENTS}:
            filled = url(path, NEEDED[path]) if path in NEEDED else path.format(**query)
            if path.startswith(f"{API}/figures/"):
                filled = quick(path, format=media_type.removeprefix("text/"))
            reply = reach(get, filled, accept=media_type)
            assert reply.status_code == 200, (path, reply.text)
            assert reply.headers["Content-Type"].partition(";")[0] == media_type, path


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("paths?examples=1", 422),
        ("paths?start=1e9,0", 422),
        ("nowhere", 404),
        ("x" * 20_000, 414),
    ],
)
def test_problems_are_what_their_model_says(get: Get, path: str, status: int) -> None:
    reply = get(f"{API}/{path}")
    assert reply.status_code == status
    problem = ProblemDetails.model_validate_json(reply.content, strict=True, extra="forbid")
    assert problem.status == status
