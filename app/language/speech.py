"""Text in the language of the request, through gettext catalogues; English is their key."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from gettext import GNUTranslations, NullTranslations
from inspect import cleandoc
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from app.science.message import Message

LANGUAGES = {"en": "English", "ja": "日本語"}
DEFAULT_LANGUAGE = "en"
CATALOGUES = Path(__file__).parent / "catalogues"

_spoken: ContextVar[str] = ContextVar("spoken", default=DEFAULT_LANGUAGE)


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Have everything said inside in one of `LANGUAGES`."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def language() -> str:
    """The language being spoken."""
    return _spoken.get()


def gettext(message: str, /, **values: Any) -> str:
    """A message in the language being spoken, with values as `str.format` puts them.

    >>> gettext("after {count:,} updates", count=1050)
    'after 1,050 updates'
    """
    return _filled(_catalogue(language()).gettext(message), values)


def ngettext(one: str, many: str, count: float, /, **values: Any) -> str:
    """One of two messages, by a count that is ``{count}`` in them."""
    # gettext's rules are for whole counts; one that is not whole is a plural.
    number = int(count) if count == int(count) else 2
    return _filled(_catalogue(language()).ngettext(one, many, number), {"count": count, **values})


def translated(text: str) -> str:
    """Text of the science, or of a registry, in the language being spoken.

    >>> translated(Message("at least {least}", least=2))
    'at least 2'
    """
    if isinstance(text, Message):
        return gettext(text.template, **text.values)
    return gettext(text) if text else text


def sentences(parts: Iterable[str]) -> str:
    """Sentences one after another; what is empty is left out."""
    return apart().join(filter(None, parts))


def apart() -> str:
    """What stands between two sentences."""
    return _between(gettext("{one} {another}"))


def clauses(parts: Iterable[str]) -> str:
    """Clauses of one sentence."""
    return _between(gettext("{one}; {another}")).join(parts)


def listed(parts: Iterable[str]) -> str:
    """Things in a list."""
    return _between(gettext("{one}, {another}")).join(parts)


def paragraphs(text: str) -> list[str]:
    """A docstring's paragraphs, each in one line.

    >>> paragraphs(paragraphs.__doc__)[0]
    "A docstring's paragraphs, each in one line."
    """
    return [" ".join(part.split()) for part in cleandoc(text).split("\n\n")]


def _between(template: str) -> str:
    # A catalogue cannot translate a separator to nothing, which Japanese puts between sentences.
    return template.format(one="", another="")


def inside(text: str) -> str:
    """A sentence's text as a part of another one.

    >>> inside("The run is too short")
    'the run is too short'
    """
    return text[0].lower() + text[1:]


def begun(text: str) -> str:
    """A text as a sentence begins.

    >>> begun("larger batches pay.")
    'Larger batches pay.'
    """
    return text[0].upper() + text[1:]


def _filled(template: str, values: dict[str, Any]) -> str:
    said = {k: translated(v) if isinstance(v, Message) else v for k, v in values.items()}
    return template.format(**said) if said else template


@cache
def _catalogue(name: str) -> NullTranslations:
    if name == DEFAULT_LANGUAGE:
        return NullTranslations()
    with (CATALOGUES / f"{name}.po").open("rb") as source:
        catalogue = read_po(source, locale=name)
    compiled = BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
