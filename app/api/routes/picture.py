"""``/picture``: what a link to the paths shows, for pages and messages that quote it."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api import API
from app.api.compute.problems import get_relief
from app.api.compute.runs import get_comparison
from app.api.dependencies import CacheDependency
from app.api.queries.rules import RulesQuery
from app.figures.still.png import picture_png
from app.web.responses import Text, cacheable, documented

router = APIRouter(prefix=API, tags=["share"])

PICTURE = Text("image/png", description="The picture, 1200 × 630 pixels", binary=True)


@router.get("/picture", response_class=Response, responses=documented(None, PICTURE))
def get_picture(
    request: Request, cache: CacheDependency, query: Annotated[RulesQuery, Query()]
) -> Response:
    """The paths over the surface, seen from above, as PNG, with the colour of each batch size."""
    picture = picture_png(get_comparison(cache, query), get_relief(cache, query))
    return cacheable(request, picture, "image/png")
