"""A wrong address as a page, for those who follow it in a browser."""

from fastapi import Request, Response
from starlette.exceptions import HTTPException

from app.language.speech import language, speaking
from app.pages.negotiation import preferred
from app.pages.templates import templates
from app.web.headers import API
from app.web.language import PARAMETER
from app.web.misplaced import http_error, misplaced, nearby
from app.web.responses import wanted

HEADERS = {"Cache-Control": "no-cache", "Vary": "Accept, Accept-Language"}
OF_PROGRAMS = "application/problem+json"
TOLD = (404, 405)  # which a reader can do something about


async def lost(request: Request, error: Exception) -> Response:
    """A page that says what there is, in its reader's language; for programs a problem."""
    assert isinstance(error, HTTPException)  # noqa: S101 - what it is registered for
    path = request.scope["path"].removeprefix(request.scope.get("root_path", ""))
    told = await http_error(request, error)
    wants_page = wanted(request, OF_PROGRAMS, "text/html") == "text/html"
    if told.status_code not in TOLD or path.startswith(API) or not wants_page:
        return told
    asked = request.headers.get("Accept-Language", "")
    with speaking(language() if PARAMETER in request.query_params else preferred(asked)):
        problem = misplaced(request, error)
        page = templates.get_template("lost.html").render(
            {"request": request, "problem": problem, "others": nearby(request, error)}
        )
    allow = {name: told.headers[name] for name in ("Allow",) if name in told.headers}
    return Response(page, problem.status, HEADERS | allow, "text/html")
