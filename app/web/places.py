"""The addresses that there are, and which of them a wrong one is near to."""

from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher
from typing import TypeAlias

from fastapi import APIRouter
from fastapi.routing import APIRoute
from starlette.exceptions import HTTPException

from app.language.nearest import ALIKE
from app.web.headers import API, DESCRIPTION

Places: TypeAlias = Mapping[str, frozenset[str]]  # of each path, braces and all, its methods
LONGEST = 200  # characters of a path that is still worth a guess
SHOWN = 3  # of the nearest, at most
ONLY_A_PART = 0.9  # as near as that is a path whose end alone was asked for


class NowhereError(HTTPException):
    """404, of a path that its route takes and does not know.

    Attributes:
        others: paths that it does know.
    """

    def __init__(self, others: Iterable[str]) -> None:
        super().__init__(404)
        self.others = tuple(others)


def places(routers: Iterable[APIRouter]) -> Places:
    """Where the routes of the routers are, and what may be done there."""
    found: dict[str, frozenset[str]] = {DESCRIPTION: frozenset({"GET"})}
    for router in routers:
        for route in router.routes:
            if isinstance(route, APIRoute):
                found[route.path] = found.get(route.path, frozenset()) | (route.methods or set())
    return found


def near(path: str, known: Iterable[str]) -> list[str]:
    """The paths that a wrong one is near to, the nearest first; under the API, of the API alone.

    >>> known = ["/noise", "/api/v1/noise", "/api/v1/paths", "/api/v1/surfaces/{id}/grid"]
    >>> near("/nosie", known), near("/api/pathss", known), near("/api/v1/surfaces/bowl/gird", known)
    (['/noise', '/api/v1/noise'], ['/api/v1/paths'], ['/api/v1/surfaces/bowl/grid'])
    >>> near("/elsewhere", known)
    []
    """
    asked = _parts(path)
    if len(path) > LONGEST or not asked:
        return []
    found: dict[str, float] = {}
    for place in known:
        parts, filled = _parts(place), place
        if len(parts) == len(asked):
            for part, given in zip(parts, asked, strict=True):
                filled = filled.replace(part, given) if part.startswith("{") else filled
        alike = _alike(asked, _parts(filled))
        of_the_api = place.startswith(API) or not path.startswith(API)
        if filled != path and "{" not in filled and alike >= ALIKE and of_the_api:
            found[filled] = alike
    # Of two as near, a page goes first: it is shorter.
    return sorted(found, key=lambda place: (-found[place], len(place)))[:SHOWN]


def _parts(path: str) -> list[str]:
    """What tells a path from others."""
    return [part for part in path.lower().split("/") if part not in ("", "api", "v1")]


def _alike(asked: list[str], parts: list[str]) -> float:
    if len(asked) == len(parts):
        return min(
            (SequenceMatcher(None, *pair).ratio() for pair in zip(asked, parts, strict=True)),
            default=0,
        )
    return ONLY_A_PART if parts and asked[-1] == parts[-1] else 0
