"""What a line of a log may hold: each thing read, or refused with the reason."""

import math
import re
from typing import Any

from app.science.logged.log import LARGEST, MOST_PARTS
from app.science.message import Message

MOST_NUMBER = 10**12  # of a step, or of examples in a batch or the data
_OTHER = re.compile("[^a-z0-9]+")


class BadLineError(Exception):
    """Why a line is refused."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason)
        self.reason = reason


def known(found: dict[str, Any], names: set[str]) -> None:
    """Refuse names that are not known."""
    if unknown := sorted(found.keys() - names):
        known = ", ".join(sorted(names))
        raise BadLineError(
            Message('"{name}" is none of {known}', name=unknown[0][:24], known=known)
        )


def text(found: dict[str, Any], name: str) -> str:
    """A text made `plain`; empty if there is none."""
    value = found.get(name)
    if value is not None and not isinstance(value, str):
        raise BadLineError(Message('"{name}" is to be a text', name=name))
    return plain(value or "")


def sizes(found: dict[str, Any]) -> list[int]:
    """The examples of each part."""
    sizes = found.get("examples")
    if not isinstance(sizes, list) or not 1 <= len(sizes) <= MOST_PARTS:
        raise BadLineError(
            Message(
                '"examples" is to be a list, the examples of each part, of at most {most:,}',
                most=MOST_PARTS,
            )
        )
    for size in sizes:
        if type(size) is not int or not 1 <= size <= MOST_NUMBER:
            raise BadLineError(Message('"examples" are to be integers of at least 1'))
    return sizes


def listed(found: dict[str, Any], name: str, count: int) -> list[Any]:
    """A list as long as the examples."""
    values = found[name]
    if not isinstance(values, list) or len(values) != count:
        raise BadLineError(
            Message(
                '"{name}" is to be a list as long as "examples", of {count:,}',
                name=name,
                count=count,
            )
        )
    return values


def integer(found: dict[str, Any], name: str, least: int) -> int:
    """An integer."""
    value = found.get(name)
    if type(value) is not int or not least <= value <= MOST_NUMBER:
        raise BadLineError(
            Message('"{name}" is to be an integer of at least {least}', name=name, least=least)
        )
    return value


def number(found: dict[str, Any], name: str) -> float:
    """A number; NaN for what is not finite, as a diverged run has."""
    value = found[name]
    if type(value) not in (int, float) or abs(value) > LARGEST:
        # Infinite ones and NaN are what a diverged run has: they are no reason to refuse it.
        if type(value) is float and not math.isfinite(value):
            return math.nan
        raise BadLineError(
            Message('"{name}" is to be a number between ±{most:.0e}', name=name, most=LARGEST)
        )
    return float(value)


def norm(value: Any, name: str) -> float:
    """A squared norm; NaN for what is none."""
    if value is None or (type(value) is float and not math.isfinite(value)):
        return math.nan
    if type(value) not in (int, float):
        raise BadLineError(Message('"{name}" is to be a number', name=name))
    if value < 0:
        raise BadLineError(Message('"{name}" is below 0, which no squared norm is', name=name))
    if value > LARGEST:
        raise BadLineError(
            Message(
                '"{name}" is above {most:.0e}: is a loss scale not divided out?',
                name=name,
                most=LARGEST,
            )
        )
    return float(value)


def weight(value: Any) -> float:
    """A weight, above 0."""
    if type(value) not in (int, float) or not 0 < value <= MOST_NUMBER:
        raise BadLineError(Message('"weights" are to be numbers above 0'))
    return float(value)


def plain(name: str) -> str:
    """A name in small letters, digits and hyphens, at most 24 of them.

    >>> plain("torch.optim.AdamW")
    'torch-optim-adamw'
    """
    return _OTHER.sub("-", name.lower()).strip("-")[:24].strip("-")
