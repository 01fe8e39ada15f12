"""``/code``: the Python that reproduces a query's paths."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Path, Query, Request, Response

from app.api import API
from app.api.compute.runs import get_planned
from app.api.dependencies import CacheDependency
from app.api.queries.parameters import one_of
from app.api.queries.run import RunQuery, linked
from app.api.queries.surfaces import SurfaceQuery
from app.export.script import LIBRARIES, Links, filename, script
from app.web.address import address
from app.web.responses import Text, cacheable, documented

router = APIRouter(prefix=API, tags=["code"])

Library = Annotated[
    str,
    *one_of(LIBRARIES),
    Path(description="What the code is written with; notebook fetches the paths as a figure"),
]
SCRIPT = Text("text/x-python", description="A Python script, or a notebook's cell")


@router.get("/code/{library}", response_class=Response, responses=documented(None, SCRIPT))
def get_code(
    request: Request,
    cache: CacheDependency,
    library: Library,
    query: Annotated[RunQuery, Query()],
) -> Response:
    """A Python script that reproduces every path of ``/paths`` for the same query, to 1e-9.

    It asks the server for the examples alone, and draws batches and makes updates by itself.
    """
    asked = get_planned(cache, query)
    surface = asked.problem.surface
    asked.problem.check_start(asked.start)  # as a run would, but none is made
    text = script(library, surface, asked.plans, asked.parameters, _links(request, query))
    response = cacheable(request, text.encode(), "text/x-python")
    response.headers["Content-Disposition"] = f'inline; filename="{filename(library)}"'
    return response


def _links(request: Request, query: RunQuery) -> Links:
    """Addresses on the server, as the client reached it, of what the script speaks of."""
    asked = linked(query)
    data = {name: asked[name] for name in sorted(SurfaceQuery.deciding() & {*asked} - {"surface"})}
    api = f"{address(request)}{API}"
    return Links(
        paths=_link(f"{api}/paths", asked),
        examples=_link(f"{api}/surfaces/{query.surface}/examples", data | {"format": "csv"}),
        figure=_link(f"{api}/figures/paths", asked),
    )


def _link(address: str, query: dict[str, Any]) -> str:
    return f"{address}?{urlencode(query, doseq=True, safe=',')}" if query else address
