"""What a client would rather have, by its Accept-… headers."""


def ranked(header: str) -> list[str]:
    """The choices of a header, lower case, the best first (RFC 9110, 12.4.2).

    Those of quality 0, and those whose quality is no number, are left out.

    >>> ranked("gzip;q=0.5, BR, identity;q=0")
    ['br', 'gzip']
    """
    weighed: list[tuple[float, int, str]] = []
    for choice in header.split(","):
        name, _, quality = choice.strip().lower().partition(";q=")
        try:
            weight = float(quality or 1)
        except ValueError:
            continue
        if name and weight > 0:
            weighed.append((-weight, len(weighed), name))
    return [name for *_, name in sorted(weighed)]


def held(if_none_match: str, etag: str) -> bool:
    """Whether a client's If-None-Match names what it would be sent (RFC 9110, 13.1.2).

    Comparison is weak: a cache on the way may have dropped the W/.

    >>> held('"a", "b"', 'W/"b"'), held("*", 'W/"b"'), held("", 'W/"b"')
    (True, True, False)
    """
    tags = {tag.strip().removeprefix("W/") for tag in if_none_match.split(",")}
    return "*" in tags or etag.removeprefix("W/") in tags
