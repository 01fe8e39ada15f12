"""What operations answer, as their page shows it."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from app.language.speech import DEFAULT_LANGUAGE, LANGUAGES, speaking
from app.pages.answers import Field, kind
from app.pages.operations import Operation, operations, problem_fields
from tests.openapi import OPENAPI


def every(language: str = DEFAULT_LANGUAGE) -> list[Operation]:
    with speaking(language):
        return [operation for group in operations(OPENAPI).values() for operation in group]


def inside(fields: list[Field]) -> Iterator[Field]:
    for field in fields:
        yield field
        yield from inside(field.fields)


def words(language: str = DEFAULT_LANGUAGE) -> list[str]:
    found = []
    for operation in every(language):
        for body in operation.bodies:
            found += [f.description for variant in body.variants for f in inside(variant)]
            found.append(body.description)
        found += [status.description for status in operation.statuses]
    with speaking(language):
        return found + [field.description for field in inside(problem_fields(OPENAPI))]


def test_json_has_fields_and_anything_else_words() -> None:
    for operation in every():
        for body in operation.bodies:
            is_json = body.media_type == "application/json"
            assert all(body.variants) if is_json else body.description, operation.path
        assert operation.statuses
    assert all(field.kind for field in inside(problem_fields(OPENAPI)))


@pytest.mark.parametrize(
    "language", [language for language in LANGUAGES if language != DEFAULT_LANGUAGE]
)
def test_all_is_said_in_every_language(language: str) -> None:
    pairs = set(zip(words(), words(language), strict=True))
    assert {text for text, said in pairs if text == said} == {""}


def test_fields_are_as_deep_as_the_answer() -> None:
    (paths,) = (operation for operation in every() if operation.path == "/api/v1/paths")
    kinds = {field.name: field.kind for field in inside(paths.bodies[0].variants[0])}
    assert kinds["paths"] == "object[]"
    assert kinds["excess"] == "(number | null)[]"
    assert kinds["diverged_at"] == "integer | null"
    assert kinds["point"] == "[number, number]"


def test_a_stream_s_events_are_told_one_by_one() -> None:
    (sweep,) = (operation for operation in every() if operation.path == "/api/v1/tradeoff")
    (stream,) = (body for body in sweep.bodies if body.media_type == "text/event-stream")
    events = [{f.name: f for f in variant} for variant in stream.variants]
    assert [event["event"].kind for event in events] == ['"progress"', '"result"', '"problem"']
    # Figures are there where a theme was asked for.
    assert {"done", "figures?", "summary"} <= {field.name for field in events[0]["data"].fields}


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "integer"}, "integer"),
        ({"const": "ok", "type": "string"}, '"ok"'),
        ({"enum": ["a", "b"], "type": "string"}, '"a" | "b"'),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "{ [name]: number }"),
        ({"type": "object", "additionalProperties": True}, "object"),
        ({"items": {"items": {"$ref": "#/components/schemas/A"}}}, "integer[][]"),
        ({}, "any"),
    ],
)
def test_a_kind_is_said_as_typescript_has_it(schema: dict[str, object], said: str) -> None:
    assert kind(schema, {"A": {"type": "integer"}}) == said


@pytest.mark.parametrize("operation", every(), ids=lambda operation: operation.id)
def test_an_example_is_answered(get: Callable[..., httpx.Response], operation: Operation) -> None:
    places = {p.name: p.choices[0] for p in operation.parameters if p.in_path}
    url, sent = f"{operation.path.format(**places)}?{operation.example}", operation.sent
    reply = get(url)
    if sent:
        reply = get(url, operation.method, sent.example.encode(), content_type=sent.media_type)
    assert reply.status_code == 200
    assert reply.elapsed.total_seconds() < 10
