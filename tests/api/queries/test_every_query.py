"""What holds of every query: its defaults may be sent, and what it refuses is told in words."""

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
from pydantic import ValidationError

import app.main  # noqa: F401 - with which every query there is
from app.api.queries.base import BaseQuery, repeatable
from app.language.speech import speaking
from app.web.errors import describe


def descendants(model: type[BaseQuery]) -> Iterator[type[BaseQuery]]:
    for child in model.__subclasses__():
        yield child
        yield from descendants(child)


QUERIES = {each.__name__: each for each in descendants(BaseQuery)}


@pytest.mark.parametrize("name", QUERIES)
def test_a_default_may_be_sent(name: str) -> None:
    """As it is told."""
    model = QUERIES[name]
    schemas = model.model_json_schema()["properties"].items()
    told = {each: schema["default"] for each, schema in schemas if "default" in schema}
    asked = parse_qs(urlencode({each: x for each, x in told.items() if x is not None}, doseq=True))
    given = {
        each: texts if repeatable(model.model_fields[each]) else texts[0]
        for each, texts in asked.items()
    }
    refused = []
    try:
        query = model.model_validate(given)
    except ValidationError as error:
        refused = [each["loc"] for each in error.errors() if each["loc"][0] in given]
    else:
        assert query == model.model_validate({})
    assert refused == []


BAD = (
    "", "x", "-1", "0", "1.5", "1e999", "nan", "9" * 400, "1,2", ",", "x" * 9000, "\ud7ff", "\x00",
)  # fmt: skip


def refusals() -> Iterator[tuple[str, Any]]:
    """Every parameter that is alone refused a value, and the error; those alike once."""
    seen = set()
    for model in QUERIES.values():
        for name, field in model.model_fields.items():
            if (kind := (name, str(field.annotation), str(field.metadata))) in seen:
                continue
            seen.add(kind)
            several = [[text] * count for text in BAD for count in (1, 20)]
            for value in several if repeatable(field) else BAD:
                try:
                    model.model_validate({name: value})
                except ValidationError as error:
                    yield from ((name, e) for e in error.errors() if e["loc"][:1] == (name,))


def test_every_kind_of_refusal_is_told_in_japanese() -> None:
    kinds: dict[str, tuple[str, Any]] = {}
    for name, error in refusals():
        kinds.setdefault(error["type"], (name, error))
    assert {"string_too_long", "string_too_short", "too_long", "bool_parsing"} <= kinds.keys()
    with speaking("ja"):
        for name, error in kinds.values():
            said = describe(name, error, []).message
            assert re.search("[ぁ-ん]", said)
            assert not re.search("[A-Za-z]{2,} [A-Za-z]{2,}", said), said


def test_how_long_a_text_may_be_is_told() -> None:
    for name, error in refusals():
        if error["type"] in ("string_too_long", "string_too_short"):
            ((bound, length),) = error["ctx"].items()
            which = {"min_length": "more", "max_length": "fewer"}[bound]
            said = describe(name, error, []).message
            assert said.endswith(f": allowed is a text of {length:,} or {which} characters")
