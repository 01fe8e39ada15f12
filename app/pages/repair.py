"""A link that is broken or old, turned into the nearest one that is valid."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, NamedTuple, TypeVar

from pydantic import ValidationError

from app.api.errors import as_problem
from app.api.queries.base import BaseQuery, repeatable, repeated
from app.language.nearest import nearest
from app.language.speech import gettext
from app.science.errors import ParameterError
from app.web.errors import describe, repetition

ATTEMPTS = 8  # at most: a repair may bring another error to light

Pairs = list[tuple[str, str]]
Mend = Callable[[Pairs], Pairs]
Q = TypeVar("Q", bound=BaseQuery)


class Repaired(NamedTuple):
    """A valid query's parameters, and what had to be changed to make them so."""

    pairs: Pairs
    changes: list[str]


def repair(model: type[Q], pairs: Iterable[tuple[str, str]], check: Callable[[Q], Any]) -> Repaired:
    """Parameters as near to those given as the model and ``check`` allow.

    A number out of bounds becomes the bound; of a list, what is not allowed is left out; of several
    values where one is held, the first stays; anything else has its default. ``check`` raises
    `ParameterError` for what the mathematics refuses.
    """
    kept = given = list(pairs)
    changes: list[str] = []
    for _ in range(ATTEMPTS):
        wrong = _wrong(model, kept, check)
        if not wrong:
            return Repaired(kept, list(dict.fromkeys(changes)))
        for name, message, mend in wrong:
            # That a parameter is missing which was left out before needs no telling.
            if name in dict(kept) or name not in dict(given):
                changes.append(message)
            kept = mend(kept)
    return Repaired([], [*changes, gettext("What is shown is the first picture.")])


def _wrong(model: type[Q], pairs: Pairs, check: Callable[[Q], Any]) -> list[tuple[str, str, Mend]]:
    """What is wrong with each parameter: its name, as people are told, and its repair."""
    several = repeated(model.model_fields, pairs)
    if several:
        return [(name, *_first(name, values)) for name, values in several.items()]
    try:
        check(model.model_validate(values_of(model, pairs)))
    except ValidationError as error:
        # One error of each parameter at a time: a repair shifts the places in a list.
        first = {str(e["loc"][0]): dict(e) for e in reversed(error.errors())}
        known = list(model.model_fields)
        return [(name, *_repair(name, e, known)) for name, e in first.items()]
    except ParameterError as error:
        names, said = error.parameter.split(" and "), _left_out(as_problem(error).detail)
        return [
            (name, said, partial(_without, name=each, value=error.value))
            for name in names
            # What was not given cannot be left out: what asks for it is.
            for each in ([name] if name in dict(pairs) else [*model.condition(name)] or [name])
        ]
    return []


def values_of(model: type[BaseQuery], pairs: Pairs) -> dict[str, Any]:
    """As FastAPI reads a query string: a list where the model has one, else the value."""
    values: dict[str, Any] = {}
    for name, value in pairs:
        field = model.model_fields.get(name)
        if field is not None and repeatable(field):
            values.setdefault(name, []).append(value)
        else:
            values[name] = value
    return values


def _repair(name: str, error: dict[str, Any], known: list[str]) -> tuple[str, Mend]:
    if error["type"] == "extra_forbidden":
        return _left_out(_unknown(name, known)), partial(_without, name=name)
    message = describe(name, error, known).message
    facts, inside = error.get("ctx", {}), len(error["loc"]) > 1
    bound = facts.get("ge", facts.get("le"))
    if bound is not None and not inside:
        return _instead(message, name, f"{bound:.15g}")
    if error["type"] == "too_long":
        most = facts["max_length"]
        said = gettext("{message}. It is the first {most} now.", message=message, most=most)
        return said, lambda pairs: [
            *_without(pairs, name),
            *[pair for pair in pairs if pair[0] == name][:most],
        ]
    return _left_out(message), partial(
        _without, name=name, value=error["input"] if inside else None
    )


def _unknown(name: str, known: list[str]) -> str:
    meant = nearest(name, known)
    if meant is None:
        return gettext("{name} is not a parameter of this page", name=name)
    return gettext(
        "{name} is not a parameter of this page: {meant} may be meant", name=name, meant=meant
    )


def _first(name: str, values: list[str]) -> tuple[str, Mend]:
    return _instead(describe(name, repetition(name, values), []).message, name, values[0])


def _instead(message: str, name: str, value: str) -> tuple[str, Mend]:
    said = gettext("{message}. It is {value} now.", message=message, value=value)
    return said, lambda pairs: [*_without(pairs, name), (name, value)]


def _without(pairs: Pairs, name: str, value: Any = None) -> Pairs:
    """The pairs without a name's value, or without all of its values if that is none of them."""
    bad = (name, str(value))
    if bad in pairs:
        return [pair for pair in pairs if pair != bad]
    return [pair for pair in pairs if pair[0] != name]


def _left_out(message: str) -> str:
    return gettext("{message}. It was left out.", message=message)
