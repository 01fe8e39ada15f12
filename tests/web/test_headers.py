"""Security headers on every answer, and an OpenAPI description that says everything."""

from collections.abc import Callable
from typing import Any, TypeAlias

import httpx
import pytest

from tests.openapi import OPENAPI

Get: TypeAlias = Callable[..., httpx.Response]

URLS = (
    "/", "/docs", "/openapi.json", "/healthz", "/api/v1/surfaces/bowl", "/api/v1/paths?examples=0",
    "/api/v1/figures/loss?examples=20&batch_size=1", "/nowhere", "/static/js/main.js",
    "/static/css/batchscape.css", "/static/plotly/plotly.min.js",
)  # fmt: skip


def policy(reply: httpx.Response) -> dict[str, list[str]]:
    parts = [part.split() for part in reply.headers["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in parts}


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_answer(get: Get, url: str, method: str) -> None:
    reply = get(url, method=method)
    assert reply.status_code in (200, 404, 405, 422)
    rules = policy(reply)
    assert rules["default-src"] == ["'none'"]
    assert rules["script-src"] == ["'self'"]
    assert rules["connect-src"] == ["'self'"]
    assert rules["frame-ancestors"] == ["'none'"]
    assert "unsafe-eval" not in str(rules)
    assert "http" not in str(rules)
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert reply.headers["Referrer-Policy"] == "same-origin"
    assert "Set-Cookie" not in reply.headers


def test_not_modified_too(get: Get) -> None:
    url = "/api/v1/surfaces/bowl"
    reply = get(url, if_none_match=get(url).headers["ETag"])
    assert reply.status_code == 304
    assert "Content-Security-Policy" in reply.headers


def test_health(get: Get) -> None:
    reply = get("/healthz").json()
    assert reply["status"] == "ok"
    assert set(reply) == {"status", "version"}


# OpenAPI.


def parameters() -> list[tuple[str, dict[str, Any]]]:
    paths = OPENAPI["paths"]
    return [
        (f"{path} {parameter['name']}", parameter)
        for path, methods in paths.items()
        for operation in methods.values()
        for parameter in operation.get("parameters", [])
    ]


def bounded(schema: dict[str, Any]) -> bool:
    """Whether a schema says which values are allowed."""
    match schema:
        case {"enum": _} | {"const": _} | {"pattern": _} | {"type": "boolean" | "null"}:
            return True
        case {"type": "array", "minItems": _, "maxItems": _, "items": items}:
            return bounded(items)
        case {"anyOf": kinds}:
            return all(bounded(kind) for kind in kinds)
        case {"type": "string", "minLength": _, "maxLength": _}:
            return True
        case {"type": "integer", "minimum": 1}:  # a batch size: its upper bound is N
            return True
    return "minimum" in schema and "maximum" in schema


def test_every_parameter_is_described_bounded_and_shown_by_example() -> None:
    found = parameters()
    assert len(found) > 60
    for name, parameter in found:
        schema = parameter["schema"]
        assert parameter.get("description"), name
        assert bounded(schema), name
        # A path's parameter has its choices.
        shown = schema.keys() & {"default", "example", "examples", "enum"}
        assert shown or parameter.keys() & {"example", "examples"}, name


def test_every_endpoint_of_the_contract_is_there() -> None:
    paths = OPENAPI["paths"]
    assert {
        "/api/v1/surfaces",
        "/api/v1/surfaces/{id}",
        "/api/v1/surfaces/{id}/grid",
        "/api/v1/surfaces/{id}/examples",
        "/api/v1/epoch-plan",
        "/api/v1/paths",
        "/api/v1/figures/surface",
        "/api/v1/figures/paths",
        "/api/v1/figures/loss",
        "/healthz",
    } <= set(paths)
    for path, methods in paths.items():
        for method, operation in methods.items():
            assert method == ("post" if "requestBody" in operation else "get")
            if "/api/" in path:
                assert "application/problem+json" in operation["responses"]["422"]["content"]
