"""A figure, answered as what the query wants: for Plotly, a spreadsheet, a reader, or offline."""

from typing import Any

from fastapi import APIRouter, Request, Response

from app.api import API
from app.api.figures.provenance import made_from
from app.api.queries.figures import FigureQuery
from app.api.schemas.figures import FIGURE_TEXTS, FigureAnswer, TableAnswer
from app.figures.arrays import figure_json
from app.figures.facts import drop_facts, figure_columns
from app.figures.figure import Figure
from app.figures.legend import mark_legend, show_legend
from app.figures.page import figure_page
from app.figures.sizes import sized
from app.figures.table import figure_table
from app.web.responses import (
    cacheable,
    csv_response,
    documented,
    json_response,
    wanted_format,
)

READ_ROWS = 200  # rows of a table for people, who read no more


def figure_router() -> APIRouter:
    """Routes of figures, in every format of `figure_response`."""
    return APIRouter(
        prefix=f"{API}/figures",
        tags=["figures"],
        responses=documented(FigureAnswer | TableAnswer, *FIGURE_TEXTS),
    )


def figure_response(
    request: Request, query: FigureQuery, figure: Figure, **measured: Any
) -> Response:
    """The figure in the query's ``format``; what it was made from is in its ``layout.meta``.

    ``measured`` are parameters of a run that it has instead of the query's, or besides.
    """
    name = request.url.path.rpartition("/")[2]
    made = made_from(query, **measured)
    figure.say(name=name, parameters=made)
    figure = mark_legend(figure)
    shown_as = wanted_format(request, query.format)
    if shown_as == "html" or query.legend:
        figure = show_legend(figure)
    if shown_as == "csv":
        return csv_response(request, *figure_columns(figure), f"batchscape-{name}")
    if shown_as == "table":
        columns, rows = figure_table(figure)
        table = {"columns": columns, "rows": rows[:READ_ROWS], "all_rows": len(rows)}
        return json_response(request, {**table, "parameters": made})
    figure = sized(drop_facts(figure), query.size)
    if shown_as == "json":
        sent = figure_json(figure, packed=query.arrays == "packed")
        return cacheable(request, sent, "application/json")
    reply = cacheable(request, figure_page(figure, query.theme).encode(), "text/html")
    # A download: its scripts are in the page itself, which this server's own pages forbid.
    reply.headers["Content-Disposition"] = f'attachment; filename="batchscape-{name}.html"'
    return reply
