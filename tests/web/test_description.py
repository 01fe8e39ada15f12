"""The application's description: whole, valid, and fit for a generated client."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.main import create_app
from tests.openapi import OPENAPI, OPERATIONS

SCHEMAS: dict[str, Any] = OPENAPI["components"]["schemas"]


@pytest.mark.parametrize("path", OPERATIONS)
def test_every_answer_has_a_schema(path: str) -> None:
    responses = OPERATIONS[path]["responses"]
    assert "200" in responses
    for status, response in responses.items():
        assert response["content"]
        for media_type, content in response["content"].items():
            schema = content["schema"]
            assert schema, media_type
            if status != "200":
                assert media_type == "application/problem+json"
                assert schema == {"$ref": "#/components/schemas/ProblemDetails"}
            elif media_type == "application/json":
                for kind in schema.get("anyOf", [schema]):
                    assert kind.keys() == {"$ref"}
            else:
                assert schema["description"]


def referred(value: Any) -> Iterator[str]:
    text = json.dumps(value)
    yield from re.findall(r'"#/components/schemas/(\w+)"', text)


def test_every_schema_is_there_once_and_none_for_nothing() -> None:
    assert set(referred(OPENAPI)) == SCHEMAS.keys()


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_field_says_what_it_is(name: str) -> None:
    schema = SCHEMAS[name]
    assert schema["description"]
    assert schema["properties"]
    for field, said in schema["properties"].items():
        assert said.get("description"), field
        assert said.get("additionalProperties") is not False


def test_operations_have_short_names_of_their_own() -> None:
    names = [operation["operationId"] for operation in OPERATIONS.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"(get|list|pack)_[a-z_]+", name) for name in names)
    assert {"get_paths", "get_paths_figure", "get_noise", "list_surfaces"} <= set(names)


def test_a_new_application_describes_itself_alike() -> None:
    assert create_app().openapi() == OPENAPI
