"""Which language a reader prefers."""

from babel.core import negotiate_locale

from app.language.speech import LANGUAGES, USUAL


def preferred(accept_language: str) -> str:
    """The best of `LANGUAGES` for an Accept-Language header (RFC 9110, 12.5.4), English if none.

    >>> preferred("ja-JP,ja;q=0.9,en;q=0.8")
    'ja'
    >>> preferred("de, fr;q=0.5"), preferred("en;q=0.1, ja;q=oops")
    ('en', 'en')
    """
    ranked: list[tuple[float, int, str]] = []
    for choice in accept_language.split(","):
        tag, _, quality = choice.strip().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if weight > 0:
            ranked.append((-weight, len(ranked), tag))
    tags = [tag.lower() for *_, tag in sorted(ranked)]
    return negotiate_locale(tags, list(LANGUAGES), sep="-") or USUAL
