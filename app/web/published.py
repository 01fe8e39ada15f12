"""The description as programs get it: a client generated from it is small, and reads each answer.

Generators know one kind of answer to an operation, and of body, make a class of each list of
choices wherever it stands, and another of each error. So an answer of another kind has an address
of its own, its format behind a dot, and what is said in many places stands once, under
``components``.
"""

from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from starlette.types import ASGIApp, Receive, Scope, Send

from app.web.errors import MEDIA_TYPE, ProblemDetails, reference
from app.web.headers import API

Schema = dict[str, Any]
FORMATS = {"csv": "text/csv", "html": "text/html"}  # those of ``format`` with such an address
NEGOTIATED = {"text/csv"}  # which an Accept header gets at the operation's own address too
FORMAT = "format"
SENT = "text/plain"  # of the media types of a body the one that generators are told of
PROBLEM = "An error, as RFC 9457 has it; which one, the reference says"


class FormatMiddleware:
    """Answers ``/api/v1/paths.csv`` as ``/api/v1/paths?format=csv``."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass it on under the other address."""
        if scope["type"] == "http":
            path, _, ending = scope["path"].rpartition(".")
            if ending in FORMATS and path.removeprefix(scope.get("root_path", "")).startswith(API):
                asked = scope["query_string"]
                scope["path"] = path
                named = f"{FORMAT}={ending}".encode()
                scope["query_string"] = b"&".join(filter(None, (asked, named)))
        await self.app(scope, receive, send)


def published(openapi: Schema) -> Schema:
    """The description for programs, made of the one for people."""
    found: Schema = deepcopy(openapi)
    found["paths"] = dict(
        each for path, methods in found["paths"].items() for each in _separated(path, methods)
    )
    found["components"]["responses"] = {"Problem": _problem()}
    for methods in found["paths"].values():
        for operation in methods.values():
            _refer_to_problem(operation["responses"])
    _name_choices(found)
    _name_pairs(found["components"]["schemas"])
    return found


def _separated(path: str, methods: Schema) -> Iterator[tuple[str, Schema]]:
    """Operations in JSON, and one for each other format that one has."""
    for method, operation in methods.items():
        yield from _formats(path, method, operation)
    yield path, methods


def _formats(path: str, method: str, operation: Schema) -> Iterator[tuple[str, Schema]]:
    """An operation's other formats, which are taken out of it."""
    content = operation["responses"]["200"]["content"]
    if body := operation.get("requestBody"):
        schema = {**body["content"][SENT]["schema"], "format": "binary"}
        body["content"] = {SENT: {"schema": schema}}
    others = [name for name, kind in FORMATS.items() if kind in content and len(content) > 1]
    if FORMAT not in [each["name"] for each in operation.get("parameters", ())]:
        others = []
    for name in others:
        other = deepcopy(operation)
        other["operationId"] += f"_{name}"
        other["parameters"] = [each for each in other["parameters"] if each["name"] != FORMAT]
        other["responses"]["200"]["content"] = {FORMATS[name]: content[FORMATS[name]]}
        yield f"{path}.{name}", {method: other}
    for name in others:
        if FORMATS[name] not in NEGOTIATED:
            del content[FORMATS[name]]
    operation["parameters"] = [
        each
        for each in operation.get("parameters", ())
        if each["name"] != FORMAT or _left(each["schema"], others)
    ]


def _left(schema: Schema, others: list[str]) -> bool:
    """Take the ``others`` out of the choices; whether there is still something to choose."""
    if {*schema.get("examples", ())} & {*others}:
        del schema["examples"]
    for kind in _nested(schema):
        if "enum" in kind:
            kind["enum"] = [name for name in kind["enum"] if name not in others]
            return len(kind["enum"]) > 1
    return True


def _problem() -> Schema:
    schema = {"schema": reference(ProblemDetails)}
    return {"description": PROBLEM, "content": {MEDIA_TYPE: schema}}


def _refer_to_problem(responses: Schema) -> None:
    for status, response in responses.items():
        if MEDIA_TYPE in response["content"]:
            responses[status] = _reference("responses", "Problem") | {
                "description": response["description"]
            }


def _reference(kind: str, name: str) -> Schema:
    return {"$ref": f"#/components/{kind}/{name}"}


def _name_choices(openapi: Schema) -> None:
    """Have each list of choices stand once, under the name of the parameter that most often has it.

    Of a field alone it is named after its answer too.
    """
    schemas: Schema = openapi["components"]["schemas"]
    names: dict[tuple[str, ...], Counter[str]] = {}
    owners: dict[tuple[str, ...], str] = {}
    types: dict[tuple[str, ...], str] = {}
    places: list[tuple[tuple[str, ...], Schema]] = []
    for owner, name, schema in _described(openapi):
        for kind in _nested(schema):
            if len(kind.get("enum", ())) > 1:
                choices = tuple(kind["enum"])
                counted = names.setdefault(choices, Counter())
                owners.setdefault(choices, owner)
                types[choices] = kind["type"]
                counted[_pascal(name)] += owner == ""
                places.append((choices, kind))
    named: dict[tuple[str, ...], str] = {}
    for choices, counted in sorted(names.items(), key=lambda each: -each[1].total()):
        ((name, asked),) = counted.most_common(1)
        if not asked:
            name = f"{owners[choices]}{name}"
        while name in schemas:
            name = f"Other{name}"
        named[choices] = name
        schemas[name] = {"type": types[choices], "enum": list(choices), "title": name}
    for choices, kind in places:
        rest = {key: kind[key] for key in kind if key not in ("type", "enum", "words", "title")}
        told = _reference("schemas", named[choices])
        kind.clear()
        kind.update({"allOf": [told], **rest} if rest else told)


def _name_pairs(schemas: Schema) -> None:
    """Have two numbers inside of a list or a pair stand once."""
    for schema in list(schemas.values()):
        for field in schema.get("properties", {}).values():
            for kind in _nested(field):
                for i, inner in enumerate(kind.get("prefixItems", ())):
                    parts = [each.get("type") for each in inner.get("prefixItems", ())]
                    if parts == ["number", "number"]:
                        schemas["Pair"] = {"title": "Pair", **inner}
                        kind["prefixItems"][i] = _reference("schemas", "Pair")


def _described(openapi: Schema) -> Iterator[tuple[str, str, Schema]]:
    """Every parameter and field: the answer that it is a field of, its name and its schema."""
    for methods in openapi["paths"].values():
        for operation in methods.values():
            for parameter in operation.get("parameters", ()):
                yield "", parameter["name"], parameter["schema"]
    for owner, schema in list(openapi["components"]["schemas"].items()):
        for name, field in schema["properties"].items():
            yield owner.removesuffix("Answer"), name, field


def _nested(schema: Schema) -> Iterator[Schema]:
    """A schema, and those of its kinds and items."""
    yield schema
    for kind in schema.get("anyOf", ()):
        yield from _nested(kind)
    if isinstance(schema.get("items"), dict):
        yield from _nested(schema["items"])


def _pascal(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))
