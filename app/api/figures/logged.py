"""A reader's own run, answered as Plotly figures."""

from typing import Annotated

from fastapi import Query, Request, Response

from app.api.figures.answers import figure_response, figure_router
from app.api.queries.logged import EXAMPLE, LoggedFigureQuery
from app.figures.logged.advice import advice_figure
from app.figures.logged.noise import noise_figure
from app.science.logged.advice import advise
from app.science.logged.flaws import derive
from app.science.logged.packed import unpack
from app.web.description import example

router = figure_router()
SHORT = example(f"log={EXAMPLE}")


@router.get("/logged-noise", openapi_extra=SHORT)
def get_logged_noise_figure(
    request: Request, query: Annotated[LoggedFigureQuery, Query()]
) -> Response:
    """The noise scale along a logged run with its intervals, the batch in use, the loss above."""
    logged = unpack(query.log)
    windows = logged.windows
    found = (*logged.found, *derive(logged.header, logged.sums))
    return figure_response(request, query, noise_figure(windows, found, query.theme))


@router.get("/logged-advice", openapi_extra=SHORT)
def get_logged_advice_figure(
    request: Request, query: Annotated[LoggedFigureQuery, Query()]
) -> Response:
    """Updates and examples against batch size, relative to the one in use; approximate."""
    logged = unpack(query.log)
    advice = advise(logged.header, logged.windows)
    return figure_response(request, query, advice_figure(advice, query.theme))
