"""``/points``: a reader's own points, from a table to the text of a link."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from app.api import API
from app.api.dependencies import SentTable
from app.api.queries.points import PointsQuery
from app.api.schemas.points import PackedPointsAnswer
from app.language.speech import translated
from app.science.points.packed import pack, unpack
from app.science.points.reading import read_points
from app.science.points.written import rounding, table_of
from app.web.bodies import REFUSALS, described
from app.web.description import example
from app.web.responses import Text, documented, not_kept, to_csv, to_json, wanted_format

router = APIRouter(prefix=API, tags=["points"])

TABLE = Text("text/csv", description="The points that are used, rounded as they are packed")
BODY = described(
    description="A table of at least two columns, as spreadsheets write it: names in the first line or none; commas, semicolons, tabs, bars or spaces between; points or commas in numbers",  # noqa: E501
    example="height,weight\n1.62,58\n1.75,71.5\n1.81,80",
)


@router.post(
    "/points",
    responses=documented(PackedPointsAnswer, TABLE) | REFUSALS,
    openapi_extra=BODY | example("x=height&y=weight"),
)
def pack_points(
    request: Request, body: SentTable, query: Annotated[PointsQuery, Query()]
) -> Response:
    """A table's points, rounded and packed into the text of a link; nothing is kept.

    The points are x and y of a line or curve, or where ``x0``, ``x1`` or ``label`` is named, or the
    table has a column ``label`` and none is named, those of a boundary. Columns that are not named
    are the first ones of numbers. Rows with a cell that is empty or no number are left out. Each
    coordinate is rounded to 12 bits between its smallest and largest number, which are exact; so
    1,900 points fit into a link, and 1,824 of a boundary. Of more rows as many are sampled.
    """
    reading = read_points(body, query.chosen, query.seed)
    packed = pack(reading.points)
    if wanted_format(request, query.format) == "csv":
        columns = unpack(packed).columns
        rows = zip(*(column.tolist() for column in columns.values()), strict=True)
        return not_kept(to_csv(tuple(columns), rows), "text/csv")
    answer = {
        "points": packed,
        "rows": reading.rows,
        "used": reading.points.count,
        "left_out": reading.left_out,
        "columns": reading.columns,
        "names": reading.names,
        "resolution": reading.points.resolution,
        "labels": reading.labels,
        "notes": list(map(translated, [*reading.notes, *rounding(reading.points, packed)])),
        "table": table_of(packed),
    }
    return not_kept(to_json(answer), "application/json")
