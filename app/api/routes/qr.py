"""``/qr``: a link as a picture that a telephone's camera reads."""

from io import BytesIO
from typing import Annotated

import segno
from fastapi import APIRouter, Query, Request, Response
from pydantic import Field

from app.api import API
from app.api.queries.base import BaseQuery
from app.web.description import example
from app.web.responses import Text, cacheable, documented

router = APIRouter(prefix=API, tags=["share"])


class QrQuery(BaseQuery):
    """A text to be read."""

    text: str = Field(
        min_length=1,
        max_length=2000,
        examples=["http://127.0.0.1:8000/?batch_size=1"],
        description="What the picture says, a link",
    )


PICTURE = Text("image/svg+xml", description="The QR code, a picture of any size")


@router.get(
    "/qr",
    response_class=Response,
    responses=documented(None, PICTURE),
    openapi_extra=example("text=batchscape"),
)
def get_qr(request: Request, query: Annotated[QrQuery, Query()]) -> Response:
    """A QR code (ISO/IEC 18004) as SVG, dark on light so that every camera reads it."""
    picture = BytesIO()
    code = segno.make_qr(query.text, error="l", boost_error=False)
    code.save(picture, kind="svg", scale=4, light="#fff", xmldecl=False, nl=False)
    return cacheable(request, picture.getvalue(), "image/svg+xml")
