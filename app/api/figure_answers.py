"""A figure, answered as what the query wants: for Plotly, a spreadsheet, a reader, or offline."""

from typing import Any

import plotly.graph_objects as go
from fastapi import APIRouter, Request, Response

from app.api.figure_queries import FigureQuery
from app.api.responses import (
    cacheable,
    csv_response,
    documented,
    json_response,
    wanted_format,
)
from app.figures.legend import mark_legend, show_legend
from app.figures.page import figure_page
from app.figures.table import figure_table
from app.language.speech import listed

READ_ROWS = 200  # of a table for people; more of them nobody reads


def figure_router() -> APIRouter:
    """Routes of figures, in every format of `figure_response`."""
    return APIRouter(
        prefix="/api/v1/figures",
        tags=["figures"],
        responses=documented("application/json", "text/csv", "text/html"),
    )


def figure_response(request: Request, query: FigureQuery, figure: go.Figure) -> Response:
    """The figure in the query's ``format``, its parameters in ``layout.meta``."""
    name = request.url.path.rpartition("/")[2]
    figure.update_layout(
        meta={**(figure.layout.meta or {}), "name": name, "parameters": parameters(query)}
    )
    mark_legend(figure)
    shown_as = wanted_format(request, query.format)
    if shown_as == "html" or query.legend:
        show_legend(figure)
    if shown_as == "json":
        return cacheable(request, figure.to_json(engine="orjson").encode(), "application/json")
    if shown_as == "html":
        reply = cacheable(request, figure_page(figure).encode(), "text/html")
        # It holds its scripts, which no page of this server may.
        reply.headers["Content-Disposition"] = f'attachment; filename="batchscape-{name}.html"'
        return reply
    columns, rows = figure_table(figure)
    if shown_as == "csv":
        return csv_response(request, columns, rows, f"batchscape-{name}")
    return json_response(
        request, {"columns": columns, "rows": rows[:READ_ROWS], "all_rows": len(rows)}
    )


def parameters(query: FigureQuery) -> str:
    """Every parameter that decides the figure, as text for people."""
    given = query.model_dump(include=query.deciding() - {"max_points"}, exclude_none=True)
    return listed(
        f"{name} = {_text(value)}"
        for name, value in given.items()
        if value != [] and _matters(query, name)
    )


def _matters(query: FigureQuery, name: str) -> bool:
    """Whether the choice that a parameter belongs to was made."""
    return all(getattr(query, key) in values for key, values in query.condition(name).items())


def _text(value: Any) -> str:
    return "; ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
