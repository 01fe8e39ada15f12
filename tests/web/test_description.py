"""The application's description: whole, valid, and fit for a generated client."""

import json
import re
from collections.abc import Iterator
from typing import Any

from app.main import create_app
from tests.openapi import OPENAPI, OPERATIONS

SCHEMAS: dict[str, Any] = OPENAPI["components"]["schemas"]


def test_every_answer_has_a_schema() -> None:
    responses = {path: operation["responses"] for path, operation in OPERATIONS.items()}
    assert all("200" in each for each in responses.values())
    for path, status in [(path, status) for path, each in responses.items() for status in each]:
        answer = responses[path][status]
        assert answer["content"], path
        for media_type, content in answer["content"].items():
            schema = content["schema"]
            assert schema, (path, media_type)
            if status != "200":
                assert media_type == "application/problem+json", path
                assert schema == {"$ref": "#/components/schemas/ProblemDetails"}, path
            elif media_type == "application/json":
                assert all(kind.keys() == {"$ref"} for kind in schema.get("anyOf", [schema])), path
            else:
                assert schema["description"], path


def referred(value: Any) -> Iterator[str]:
    text = json.dumps(value)
    yield from re.findall(r'"#/components/schemas/(\w+)"', text)


def test_every_schema_is_there_once_and_none_for_nothing() -> None:
    assert set(referred(OPENAPI)) == SCHEMAS.keys()


def test_every_field_says_what_it_is() -> None:
    for name, schema in SCHEMAS.items():
        assert schema["description"], name
        assert schema["properties"], name
        for field, said in schema["properties"].items():
            assert said.get("description"), (name, field)
            assert said.get("additionalProperties") is not False, (name, field)


def test_operations_have_short_names_of_their_own() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"(get|list|pack)_[a-z_]+", name) for name in names)
    assert {"get_paths", "get_paths_figure", "get_noise", "list_surfaces"} <= set(names)


def test_a_new_application_describes_itself_alike() -> None:
    assert create_app().openapi() == OPENAPI
