"""What an operation answers, told to people: its statuses, its media types and their fields."""

import json
from typing import Any, NamedTuple

from app.language.speech import translated

Schema = dict[str, Any]


class Field(NamedTuple):
    """A field of JSON; as in TypeScript, ``kind`` is its type, and ``name?`` may be missing."""

    name: str
    kind: str
    description: str
    fields: list["Field"]


class Body(NamedTuple):
    """What is answered in a media type: one of the ``variants``, each a list of fields."""

    media_type: str
    description: str
    variants: list[list[Field]]


class Status(NamedTuple):
    """A status other than 200, and when it comes."""

    code: str
    description: str


def bodies(responses: Schema, schemas: Schema) -> list[Body]:
    """What status 200 may answer; ``schemas`` are those of the description, by name."""
    return [
        Body(
            media_type,
            translated(content["schema"].get("description", "")),
            [fields(variant, schemas) for variant in _variants(content["schema"])],
        )
        for media_type, content in responses["200"]["content"].items()
    ]


def statuses(responses: Schema) -> list[Status]:
    """Every status but 200."""
    return [
        Status(code, translated(response["description"]))
        for code, response in responses.items()
        if code != "200"
    ]


def fields(schema: Schema, schemas: Schema) -> list[Field]:
    """The fields of an object, of a list's objects, or of an object's values; none of a number."""
    schema = _resolved(schema, schemas)
    if "properties" in schema:
        return [
            Field(
                name if name in schema.get("required", ()) else f"{name}?",
                kind(said, schemas),
                translated(said["description"]),
                fields(said, schemas),
            )
            for name, said in schema["properties"].items()
        ]
    for key in ("items", "additionalProperties"):
        if isinstance(schema.get(key), dict):
            return fields(schema[key], schemas)
    kinds = [found for each in schema.get("anyOf", ()) if (found := fields(each, schemas))]
    every = {field.name: field for kind in reversed(kinds) for field in kind}
    return [
        field if all(field in kind for kind in kinds) else field._replace(name=f"{field.name}?")
        for field in every.values()
    ]


def kind(schema: Schema, schemas: Schema) -> str:
    """The type of a JSON schema's values, in TypeScript's notation.

    >>> kind({"type": "array", "items": {"anyOf": [{"type": "number"}, {"type": "null"}]}}, {})
    '(number | null)[]'
    """
    match _resolved(schema, schemas):
        case {"const": value}:
            return json.dumps(value)
        case {"enum": values}:
            return " | ".join(map(json.dumps, values))
        case {"anyOf": kinds}:
            return " | ".join(dict.fromkeys(kind(each, schemas) for each in kinds))
        case {"prefixItems": kinds}:
            return f"[{', '.join(kind(each, schemas) for each in kinds)}]"
        case {"items": items}:
            what = kind(items, schemas)
            return f"({what})[]" if "|" in what and not what.endswith("]") else f"{what}[]"
        case {"additionalProperties": dict() as values}:
            return f"{{ [name]: {kind(values, schemas)} }}"
        case {"type": name}:
            return str(name)
    return "any"


def _variants(schema: Schema) -> list[Schema]:
    found: list[Schema] = schema.get("anyOf") or schema.get("oneOf") or [schema]
    return found


def _resolved(schema: Schema, schemas: Schema) -> Schema:
    named: str | None = schema.get("$ref")
    found: Schema = schemas[named.rpartition("/")[2]] if named else schema
    return found
