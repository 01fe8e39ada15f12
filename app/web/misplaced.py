"""Wrong addresses and methods: what there is instead."""

import re

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from app.language.speech import gettext, listed, sentences
from app.web.errors import SHOWN_CHARACTERS, ProblemDetails, problem_response, title_of
from app.web.headers import DESCRIPTION
from app.web.places import near


async def http_error(request: Request, error: Exception) -> Response:
    """The answer where there is nothing, or where what is asked may not be done."""
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    allowed = allowed_methods(request, error)
    headers = dict(error.headers or {}) | ({"Allow": ", ".join(allowed)} if allowed else {})
    if allowed and request.method == "OPTIONS":
        return Response(status_code=204, headers=headers)
    response = problem_response(misplaced(request, error))
    response.headers.update(headers)
    return response


def allowed_methods(request: Request, error: HTTPException) -> list[str]:
    """What may be done where something else was asked for; nothing unless that is the error."""
    if error.status_code != 405:
        return []
    route, headers = getattr(request.scope.get("route"), "path", None), error.headers or {}
    methods = set(
        request.app.state.places.get(route) or re.findall(r"\w+", headers.get("Allow", ""))
    )
    return sorted(methods | {"OPTIONS"} | ({"HEAD"} if "GET" in methods else set()))


def nearby(request: Request, error: HTTPException) -> list[str]:
    """Addresses that are near to one where there is nothing."""
    if error.status_code != 404:
        return []
    root = request.scope.get("root_path", "")
    known = [*getattr(error, "others", ()), *request.app.state.places]
    return [f"{root}{path}" for path in near(request.scope["path"].removeprefix(root), known)]


def misplaced(request: Request, error: HTTPException) -> ProblemDetails:
    """The problem of an address where there is nothing, or nothing of the kind."""
    path, root = request.scope["path"][:SHOWN_CHARACTERS], request.scope.get("root_path", "")
    status = error.status_code
    said = str(error.detail)
    if status == 404:
        others = nearby(request, error)
        said = sentences(
            [
                gettext("There is nothing at {path}.", path=path),
                gettext("Did you mean {names}?", names=listed(others))
                if others
                else gettext(
                    "What there is, {page} tells people and {description} programs.",
                    page=f"{root}/docs",
                    description=f"{root}{DESCRIPTION}",
                ),
            ]
        )
    elif status == 405:
        said = gettext(
            "{method} is not allowed at {path}; allowed are {names}.",
            method=request.method,
            path=path,
            names=listed(allowed_methods(request, error)),
        )
    return ProblemDetails(title=title_of(status), status=status, detail=said)
