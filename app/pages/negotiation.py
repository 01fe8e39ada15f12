"""Which language a reader prefers."""

from babel.core import negotiate_locale

from app.language.speech import DEFAULT_LANGUAGE, LANGUAGES
from app.web.accept import ranked


def preferred(accept_language: str) -> str:
    """The best of `LANGUAGES` for an Accept-Language header, English if there is none.

    >>> preferred("ja-JP,ja;q=0.9,en;q=0.8")
    'ja'
    >>> preferred("de, fr;q=0.5"), preferred("en;q=0.1, ja;q=oops")
    ('en', 'en')
    """
    return negotiate_locale(ranked(accept_language), list(LANGUAGES), sep="-") or DEFAULT_LANGUAGE
