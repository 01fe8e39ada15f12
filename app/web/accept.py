"""What a client would rather have, by its Accept-… headers."""

import re
from collections.abc import Sequence

_QUALITY = re.compile(r"0(\.[0-9]{0,3})?|1(\.0{0,3})?")


def qualities(header: str) -> dict[str, float]:
    """How much each choice of a header is wanted, 0 to 1, lower case (RFC 9110, 12.4.2).

    Choices whose quality is no number are left out; parameters other than q are ignored.

    >>> qualities("gzip; q=0.5, BR, identity;q=0, text/html;level=1;q=much")
    {'gzip': 0.5, 'br': 1.0, 'identity': 0.0}
    """
    found: dict[str, float] = {}
    for choice in header.lower().split(","):
        name, *parameters = (part.strip() for part in choice.split(";"))
        quality = ([p[2:] for p in parameters if p.startswith("q=")] or ["1"])[0]
        if name and _QUALITY.fullmatch(quality):
            found[name] = float(quality)
    return found


def ranked(header: str) -> list[str]:
    """The choices of a header that are wanted at all, the best first.

    >>> ranked("gzip;q=0.5, BR, identity;q=0")
    ['br', 'gzip']
    """
    found = qualities(header)
    return sorted((name for name in found if found[name]), key=lambda name: -found[name])


def quality(header: str, offer: str) -> float:
    """How much an offer is wanted: by its name, else by the narrowest range it lies in.

    >>> [quality("text/*;q=0.5, */*;q=0.1", kind) for kind in ("text/csv", "image/png")]
    [0.5, 0.1]
    >>> quality("gzip;q=0, *", "gzip"), quality("", "gzip")
    (0.0, 0.0)
    """
    return _wanted(header, offer)[0]


def _wanted(header: str, offer: str) -> tuple[float, int]:
    """An offer's quality, and minus the place in the header that says so."""
    found = qualities(header)
    ranges = (offer, f"{offer.partition('/')[0]}/*", "*/*", "*")
    named = next((name for name in ranges if name in found), None)
    return (found[named], -list(found).index(named)) if named else (0.0, 0)


def best(header: str, offers: Sequence[str]) -> str:
    """The offer that is wanted most, of equals the one that is named first.

    The first offer if the header names none before the other, or wants none.

    >>> best("application/json, text/csv;q=0", ["application/json", "text/csv"])
    'application/json'
    >>> best("text/csv, */*", ["application/json", "text/csv"])
    'text/csv'
    """
    return max(offers, key=lambda offer: _wanted(header, offer))


def held(if_none_match: str, etag: str) -> bool:
    """Whether a client's If-None-Match names what it would be sent (RFC 9110, 13.1.2).

    Comparison is weak: a cache on the way may have dropped the W/.

    >>> held('"a", "b"', 'W/"b"'), held("*", 'W/"b"'), held("", 'W/"b"')
    (True, True, False)
    """
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags
