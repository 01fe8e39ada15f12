"""What holds of every query: its defaults may be sent."""

from collections.abc import Iterator
from urllib.parse import parse_qs, urlencode

import pytest
from pydantic import ValidationError

import app.main  # noqa: F401 - with which every query there is
from app.api.queries.base import BaseQuery, repeatable


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
