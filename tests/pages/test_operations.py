"""The API's description as its page shows it."""

import pytest

from app.language.speech import DEFAULT_LANGUAGE, LANGUAGES, gettext, speaking
from app.pages.operations import Operation, allowed, operations
from tests.openapi import OPENAPI, OPERATIONS


def every(language: str = DEFAULT_LANGUAGE) -> list[Operation]:
    with speaking(language):
        return [operation for group in operations(OPENAPI).values() for operation in group]


def test_an_operation_of_each_path_with_a_place_of_its_own() -> None:
    found = every()
    assert {operation.path for operation in found} == {*OPENAPI["paths"]}
    assert len(found) == len(OPERATIONS)
    assert len({operation.id for operation in found}) == len(found)


def test_every_parameter_says_what_is_allowed() -> None:
    for operation in every():
        for parameter in operation.parameters:
            assert parameter.description
            assert parameter.allowed
            if parameter.choices and parameter.default:
                assert parameter.default in parameter.choices
            assert "[" not in parameter.default  # as a query has it, not Python


@pytest.mark.parametrize(
    "language", [language for language in LANGUAGES if language != DEFAULT_LANGUAGE]
)
def test_all_its_words_are_translated(language: str) -> None:
    same = {
        text
        for one, other in zip(every(), every(language), strict=True)
        for text in (*one.description, *(p.description for p in one.parameters))
        if text in (*other.description, *(p.description for p in other.parameters))
    }
    assert same == set()
    with speaking(language):
        assert all(tag == gettext(tag) for tag in operations(OPENAPI))


@pytest.mark.parametrize(
    ("schema", "said"),
    [
        ({"type": "boolean"}, "true, false"),
        ({"enum": ["keep", "drop"]}, "keep, drop"),
        ({"type": "integer", "minimum": 2, "maximum": 10000}, "an integer from 2 to 10,000"),
        ({"type": "number", "minimum": 1e-6, "maximum": 100}, "a number from 1e-06 to 100"),
        ({"type": "string", "minLength": 1, "maxLength": 2000}, "1 to 2,000 characters"),
        (
            {"anyOf": [{"type": "integer", "minimum": 1}, {"const": "full"}]},
            "an integer of at least 1, full",
        ),
    ],
)
def test_what_is_allowed_in_words(schema: dict[str, object], said: str) -> None:
    assert allowed(schema) == said
