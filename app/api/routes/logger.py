"""``/logger``: a file that logs the gradient noise of a reader's own run."""

from typing import Annotated

from fastapi import APIRouter, Path, Query, Request, Response

from app.api import API
from app.api.queries.logger import LoggerQuery
from app.api.queries.parameters import one_of
from app.export.logger import FRAMEWORKS, logger_file, logger_text
from app.web.address import address
from app.web.responses import Text, cacheable, documented

router = APIRouter(prefix=API, tags=["code"])

Framework = Annotated[str, *one_of(FRAMEWORKS), Path(description="What the run is written with")]
FILE = Text("text/x-python", description="A Python module that needs the framework alone")


@router.get("/logger/{framework}", response_class=Response, responses=documented(None, FILE))
def get_logger(
    request: Request, framework: Framework, query: Annotated[LoggerQuery, Query()]
) -> Response:
    """A Python file to take away: it logs the gradient noise of your own training run.

    It writes the log's lines to a file beside the run and prints a link that holds its windows;
    nothing is sent anywhere. Files for a Trainer stand beside PyTorch's own for micro-batches.
    """
    asked = framework, query.parts, query.loop
    text = logger_text(*asked, address(request))
    response = cacheable(request, text.encode(), "text/x-python")
    name = logger_file(*asked).name
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
