"""The description for programs: one kind of answer an address, and nothing said twice."""

import json
import re
from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate

from app.web.errors import MEDIA_TYPE
from app.web.published import FORMATS, NEGOTIATED
from tests.openapi import OPENAPI, OPERATIONS, PUBLISHED
from tests.openapi import PUBLISHED_OPERATIONS as PATHS

Get: TypeAlias = Callable[..., httpx.Response]

SCHEMAS: dict[str, Any] = PUBLISHED["components"]["schemas"]


def kinds(operation: dict[str, Any]) -> list[str]:
    return list(operation["responses"]["200"]["content"])


def test_it_is_what_is_answered_and_valid(get: Get) -> None:
    reply = get("/openapi.json")
    assert reply.json() == PUBLISHED
    assert get("/openapi.json", if_none_match=reply.headers["ETag"]).status_code == 304
    # All components, and a path of each kind: all of them take nine seconds.
    several = (
        "/api/v1/paths",
        "/api/v1/figures/loss",
        "/api/v1/tradeoff",
        "/api/v1/points",
        "/metrics",
    )
    paths = {path: each for path, each in PUBLISHED["paths"].items() if path.startswith(several)}
    validate({**PUBLISHED, "paths": paths})


@pytest.mark.parametrize("whose", ["people", "programs"])
def test_what_is_told_of_a_parameter_is_what_it_allows(whose: str) -> None:
    """Its default and its examples."""
    description, operations = {"people": (OPENAPI, OPERATIONS), "programs": (PUBLISHED, PATHS)}[
        whose
    ]
    told = {
        json.dumps((value, schema))
        for operation in operations.values()
        for schema in (parameter["schema"] for parameter in operation.get("parameters", ()))
        for value in (
            *schema.get("examples", ()),
            *(schema[key] for key in schema.keys() & {"default"}),
        )
    }
    validator = Draft202012Validator(description)
    for value, schema in map(json.loads, told):
        assert validator.evolve(schema=schema).is_valid(value), (value, schema)


def test_choices_are_of_the_type_that_they_are_said_to_be() -> None:
    for name, schema in SCHEMAS.items():
        for value in schema.get("enum", ()):
            assert Draft202012Validator(schema).is_valid(value), name
    assert SCHEMAS["Measurements"] == {
        "type": "integer", "enum": [2, 4], "title": "Measurements",
    }  # fmt: skip


def test_an_operation_answers_one_kind_whatever_its_parameters() -> None:
    """But for what only an Accept header asks for, which a generated client does not send."""
    for path, operation in PATHS.items():
        first, *others = kinds(operation)
        assert {*others} <= NEGOTIATED | {"text/event-stream"}, path
        sent = operation.get("requestBody", {}).get("content", {"text/plain": ""})
        assert [*sent] == ["text/plain"], path
        ending = path.rpartition(".")[2]
        assert first == FORMATS.get(ending, first), path
        for parameter in operation.get("parameters", ()):
            if parameter["name"] == "format":
                assert first == "application/json", path
                (named,) = re.findall(r"schemas/(\w+)", json.dumps(parameter))
                assert not set(SCHEMAS[named]["enum"]) & set(FORMATS), path


def test_no_kind_of_answer_and_no_parameter_is_lost() -> None:
    found = PUBLISHED["paths"]
    for path, method in [(path, each) for path, all_ in OPENAPI["paths"].items() for each in all_]:
        told = OPENAPI["paths"][path][method]
        places = [path, *(f"{path}.{ending}" for ending in FORMATS)]
        operations = {
            place: found[place][method] for place in places if method in found.get(place, {})
        }
        answered = {kind for each in operations.values() for kind in kinds(each)}
        assert answered == set(kinds(told)), path
        known = {parameter["name"] for parameter in told.get("parameters", ())}
        for place, each in operations.items():
            names = {parameter["name"] for parameter in each.get("parameters", ())}
            assert names | {"format"} == known | {"format"}, place
            ending = place.removeprefix(path).replace(".", "_")
            assert each["operationId"] == told["operationId"] + ending


def test_operations_have_short_names_of_their_own() -> None:
    names = [operation["operationId"] for operation in PATHS.values()]
    assert len(set(names)) == len(names)
    assert all(re.fullmatch(r"(get|list|pack)_[a-z_]+", name) for name in names)
    assert {"get_paths", "get_paths_csv", "get_loss_figure_html"} <= set(names)


def test_every_error_is_the_same_problem() -> None:
    (problem,) = PUBLISHED["components"]["responses"].values()
    assert problem["content"] == {
        MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}
    }
    for operation in PATHS.values():
        for status, response in operation["responses"].items():
            assert status == "200" or response["$ref"] == "#/components/responses/Problem"
            assert response["description"]


def test_every_list_of_choices_stands_once_under_a_name() -> None:
    lists = [tuple(schema["enum"]) for schema in SCHEMAS.values() if "enum" in schema]
    assert len(lists) == len(set(lists))
    assert {"Surface", "Optimizer", "Sampling", "Lang"} <= set(SCHEMAS)
    assert not [name for name in SCHEMAS if re.search(r"[0-9]$", name)]
    assert json.dumps(PUBLISHED).count('"enum": [') == len(lists)


@pytest.mark.parametrize(
    "query", ["epochs=1&examples=20&batch_size=5", "epochs=1&examples=20&batch_size=5&lang=ja"]
)
@pytest.mark.parametrize(
    ("path", "ending"), [("paths", "csv"), ("figures/loss", "csv"), ("figures/loss", "html")]
)
def test_a_format_s_own_address_answers_alike(get: Get, path: str, ending: str, query: str) -> None:
    reply = get(f"/api/v1/{path}.{ending}?{query}")
    assert reply.status_code == 200
    assert reply.headers["Content-Type"].partition(";")[0] == FORMATS[ending]
    assert reply.content == get(f"/api/v1/{path}?{query}&format={ending}").content


def test_an_address_with_a_format_has_no_other_and_no_unknown_one(get: Get) -> None:
    assert get("/api/v1/paths.csv?format=json").status_code == 422
    assert get("/api/v1/picture.csv").status_code == 422
    assert get("/api/v1/pathss.csv").status_code == 404
    assert get("/api/v1/paths.xml").status_code == 404
    assert get("/learn.csv").status_code == 404
