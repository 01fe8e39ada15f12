"""The API told to people: its OpenAPI description, in the language being spoken."""

from typing import Any, NamedTuple

from app.api import API
from app.language.speech import gettext, listed, paragraphs, translated
from app.pages.answers import Body, Field, Schema, Status, bodies, fields, statuses
from app.web.description import EXAMPLE
from app.web.errors import ProblemDetails


class Parameter(NamedTuple):
    """A parameter of an operation; ``choices`` are its values if they can be listed."""

    name: str
    in_path: bool
    description: str
    allowed: str
    choices: list[str]
    default: str
    several: bool


class Sent(NamedTuple):
    """The body that an operation takes, a text; the example is one."""

    media_type: str
    description: str
    example: str


class Operation(NamedTuple):
    """One endpoint; ``id`` is its anchor on the page, ``example`` a query soon answered."""

    id: str
    method: str
    path: str
    description: list[str]
    parameters: list[Parameter]
    sent: Sent | None
    bodies: list[Body]
    statuses: list[Status]
    example: str


def operations(openapi: Schema) -> dict[str, list[Operation]]:
    """What can be asked, under the translated tags of the description."""
    groups: dict[str, list[Operation]] = {}
    schemas = openapi["components"]["schemas"]
    for path, methods in openapi["paths"].items():
        for method, said in methods.items():
            operation = Operation(
                _place(path, method if len(methods) > 1 else ""),
                method.upper(),
                path,
                [translated(text) for text in paragraphs(said["description"])],
                [_parameter(parameter) for parameter in said.get("parameters", ())],
                _sent(said),
                bodies(said["responses"], schemas),
                statuses(said["responses"]),
                said.get(EXAMPLE, ""),
            )
            groups.setdefault(translated(said["tags"][0]), []).append(operation)
    return groups


def _place(path: str, method: str) -> str:
    """An anchor on the page: of two operations of a path, one that gets has it to itself."""
    name = path.removeprefix(API).strip("/").translate(str.maketrans("/", "-", "{}"))
    return name if method in ("", "get") else f"{name}-{method}"


def problem_fields(openapi: Schema) -> list[Field]:
    """The fields of a problem, which is what every error answers."""
    schemas = openapi["components"]["schemas"]
    return fields(schemas[ProblemDetails.__name__], schemas)


def _sent(said: Schema) -> Sent | None:
    content: Schema = said.get("requestBody", {}).get("content", {})
    for media_type, each in content.items():
        schema = each["schema"]
        return Sent(media_type, translated(schema["description"]), schema["examples"][0])
    return None


def _parameter(said: Schema) -> Parameter:
    schema = flat(said["schema"])
    several = schema.get("type") == "array"
    default: Any = schema.get("default")
    return Parameter(
        said["name"],
        said["in"] == "path",
        translated(said["description"]),
        allowed(schema),
        _choices(schema),
        ", ".join(map(_text, default or ())) if several else _text(default),
        several,
    )


def flat(schema: Schema) -> Schema:
    """The JSON schema of a parameter, without the null of one that may be left out.

    >>> flat({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "null"}], "title": "Updates"})
    {'type': 'integer', 'minimum': 1, 'title': 'Updates'}
    """
    kinds: list[Schema] = [kind for kind in schema.get("anyOf", ()) if kind.get("type") != "null"]
    if len(kinds) != 1:
        return schema
    return kinds[0] | {name: value for name, value in schema.items() if name != "anyOf"}


def _choices(schema: Schema) -> list[str]:
    values = [True, False] if schema.get("type") == "boolean" else schema.get("enum", ())
    return [_text(value) for value in values]


def _text(value: Any) -> str:
    """A value as a query string has it; nothing for None."""
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def allowed(schema: Schema) -> str:
    """The values that a JSON schema lets through, in words.

    >>> allowed({"type": "array", "items": {"enum": ["sgd", "adam"]}, "maxItems": 3})
    'up to 3, with commas between: sgd, adam'
    """
    match schema:
        case {"type": "array", "items": items, "maxItems": most}:
            what = allowed(items)
            return gettext("up to {most}, with commas between: {what}", most=most, what=what)
        case {"anyOf": kinds}:
            return listed(map(allowed, kinds))
        case {"const": value}:
            return str(value)
        case {"minLength": least, "maxLength": most}:
            return gettext("{least} to {most:,} characters", least=least, most=most)
        case {"pattern": _, "examples": [example, *_]}:
            return gettext("numbers as {example}", example=example)
        case {"type": "integer", "minimum": least, "maximum": most}:
            return gettext("an integer from {least:,} to {most:,}", least=least, most=most)
        case {"minimum": least, "maximum": most}:
            return gettext("a number from {least} to {most:,}", least=least, most=most)
        case {"minimum": least}:
            return gettext("an integer of at least {least:,}", least=least)
    return listed(_choices(schema))
