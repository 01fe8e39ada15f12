"""A page made from its template and its request model, in its reader's language, kept or anew."""

from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import urlencode

from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from app.api.dependencies import client_of
from app.api.queries.base import BaseQuery
from app.api.queries.surfaces import TITLES, SurfaceQuery
from app.language.speech import DEFAULT_LANGUAGE, language, translated
from app.pages.negotiation import preferred
from app.pages.operations import flat
from app.pages.own import beginnings, link_table
from app.pages.repair import Repaired, repair, values_of
from app.pages.templates import HERE, templates
from app.science.errors import ParameterError
from app.science.points.points import LEAST
from app.web.address import address

CAMPAIGN = "utm_"  # begins parameters that newsletters and networks add to links: ignored


def page(
    request: Request,
    template: str,
    model: type[BaseQuery],
    check: Callable[[Any], Any],
    illustrate: Callable[[Any], dict[str, Any]] = lambda _: {},
    **context: Any,
) -> Response:
    """A page in the language of its URL, else in that of its reader; a broken link repaired."""
    given = parameters_of(request)
    if "lang" not in request.query_params:
        wanted = preferred(request.headers.get("Accept-Language", ""))
        if wanted != DEFAULT_LANGUAGE:
            url = request.url.include_query_params(lang=wanted)
            return RedirectResponse(
                f"{url.path}?{url.query}", 307, headers={"Vary": "Accept-Language"}
            )
    named = [pair for pair in given if pair[1]]
    if named != given:  # a form without scripts sends what is left empty too
        return RedirectResponse(f"{request.url.path}?{urlencode(named)}", 307)
    headers = {"Vary": "Accept-Language", "Cache-Control": "no-cache"}
    same = not request.path_params and given in ([], [("lang", language())])
    if same:  # for everyone, so it is kept
        # Links in it say the language where its own link does.
        key = ("page", template, language(), bool(given), request.scope.get("root_path", ""))
        html = request.app.state.cache.get(
            key,
            lambda: _render(request, template, model(lang=language()), None, context, illustrate),
        )
        return _sent(request, html, headers)
    # What a busy server has no turn to check, the API tells the page's script.
    repaired = repair(model, given, check if request.state.computes else lambda _: None)
    query = model.model_validate(values_of(model, repaired.pairs))
    html = _render(request, template, query, repaired, context, illustrate)
    return _sent(request, html, headers)


def busy_page(request: Request) -> Response:
    """A page that asks again by itself, instead of one that is nothing without its picture."""
    gate, client = request.app.state.gate, client_of(request)
    seconds = gate.retry_seconds(client)
    context = {"request": request, "seconds": seconds, "ahead": gate.ahead(client)}
    headers = {"Retry-After": str(seconds), "Cache-Control": "no-store"}
    html = templates.get_template("busy.html").render(context)
    return HTMLResponse(html, 503, headers | {"Vary": "Accept-Language"})


def _sent(request: Request, html: str, headers: dict[str, str]) -> Response:
    return HTMLResponse(html.replace(HERE, address(request)), headers=headers)


def parameters_of(request: Request) -> list[tuple[str, str]]:
    """The parameters of a link, but for those that newsletters add."""
    pairs = request.query_params.multi_items()
    return [pair for pair in pairs if not pair[0].startswith(CAMPAIGN)]


def _render(
    request: Request,
    template: str,
    query: BaseQuery,
    repaired: Repaired | None,
    context: dict[str, Any],
    illustrate: Callable[[Any], dict[str, Any]],
) -> str:
    return templates.get_template(template).render(
        {
            "request": request,
            "query": query,
            "fields": fields(type(query)),
            "teaches": _description(query),
            "own": beginnings() if isinstance(query, SurfaceQuery) else None,
            "least": LEAST,
            "table": link_table(query) if isinstance(query, SurfaceQuery) else "",
            "surface_titles": {name: translated(title) for name, title in TITLES.items()},
            "changes": repaired.changes if repaired else [],
            "repaired": urlencode(repaired.pairs) if repaired and repaired.changes else None,
            **context,
            **illustrate(query),
        }
    )


def _description(query: BaseQuery) -> str:
    """What the query's surface teaches; nothing where a busy server did not check that there is."""
    try:
        return query.spec.recipe.description if isinstance(query, SurfaceQuery) else ""
    except ParameterError:
        return ""


@cache
def fields(model: type[BaseQuery]) -> dict[str, dict[str, Any]]:
    """Each parameter's JSON schema, an optional one's flattened, for a form control."""
    properties: dict[str, dict[str, Any]] = model.model_json_schema()["properties"]
    return {name: flat(schema) for name, schema in properties.items()}
