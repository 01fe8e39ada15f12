"""A reader's own model and points, as the form begins with them and as a link has them."""

from typing import NamedTuple

from app.api.queries.surfaces import SurfaceQuery
from app.language.speech import gettext as _
from app.science.errors import ParameterError
from app.science.points.examples import example_points
from app.science.points.written import table_of
from app.science.problems.fitted import EXAMPLE


class Beginning(NamedTuple):
    """A model to begin with, and points of its kind: packed, and as a table."""

    name: str
    model: str
    kind: str
    points: str
    table: str


def beginnings() -> list[Beginning]:
    """A line, a curve and a boundary, named in the language of the request."""
    models = (
        (_("line"), EXAMPLE, "line"),
        (_("curve"), "w1*tanh(w0*x)", "line"),
        (_("boundary"), "w0*x0 + w1*x1", "boundary"),
    )
    return [
        Beginning(name, model, kind, points := example_points(kind), table_of(points))
        for name, model, kind in models
    ]


def link_table(query: SurfaceQuery) -> str:
    """The points of a link as a table; without any, those that the form begins with."""
    try:
        return table_of(query.points or example_points("line"))
    except ParameterError:  # a busy server did not check the link
        return ""
