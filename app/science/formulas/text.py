"""A formula's text, cut into tokens that know where they stand."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, NoReturn

from app.science.errors import ParameterError
from app.science.message import Message

SHOWN_CHARACTERS = 80  # of a refused text, in a message
SHOWN_OF_TOKEN = 24
SIGNS = {"×": "*", "÷": "/", "−": "-"}  # as people write them
WIDE = "<wide>"  # how Unicode marks a character that is another one, as wide as a Japanese one

Kind = Literal["number", "name", "sign", "end"]

_TOKEN = re.compile(
    r"(?P<number>(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)"
    r"|(?P<name>[A-Za-z_][A-Za-z_0-9]*)|(?P<sign>\*\*|[-+*/^()])|\s+"
)


@dataclass(frozen=True)
class Token:
    """A number, a name, a sign or the text's end, and the column of its first character from 1."""

    kind: Kind
    text: str
    column: int

    @property
    def shown(self) -> str:
        """What of it stands in a message."""
        return self.text if len(self.text) <= SHOWN_OF_TOKEN else f"{self.text[:SHOWN_OF_TOKEN]}…"


class TextError(ValueError):
    """What is wrong with a text, and at which column."""

    def __init__(self, column: int, reason: Message) -> None:
        super().__init__(reason)
        self.column, self.reason = column, reason


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text, its end last; wide characters are read as narrow ones.

    Raises:
        TextError: at a character that belongs to none.
    """
    narrow = [(column, each) for column, one in enumerate(text, 1) for each in _narrow(one)]
    plain = "".join(each for _, each in narrow)
    at = 0
    while at < len(plain):
        found = _TOKEN.match(plain, at)
        if found is None:
            column = narrow[at][0]
            reason = Message(
                "{character!r} is not allowed; allowed are numbers, names, + - * / ^ and brackets",
                character=text[column - 1],
            )
            raise TextError(column, reason)
        for kind in ("number", "name", "sign"):
            if found.lastgroup == kind:
                yield Token(kind, found[0], narrow[at][0])
        at = found.end()
    yield Token("end", "", len(text) + 1)


def _narrow(character: str) -> str:
    if unicodedata.decomposition(character).startswith(WIDE):
        character = unicodedata.normalize("NFKC", character)
    return SIGNS.get(character, character)


def refuse(parameter: str, text: str, allowed: Message) -> NoReturn:
    """Refuse a text, of which the beginning is told.

    Raises:
        ParameterError: of the parameter of this name.
    """
    long = len(text) > SHOWN_CHARACTERS
    shown = f"{text[:SHOWN_CHARACTERS]}…" if long else text
    raise ParameterError(parameter, shown, allowed)
