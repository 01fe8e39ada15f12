"""What a figure is answered as: Plotly's JSON, or a table.

Of Plotly's own fields the models say only which there are for certain: the rest is told by its
reference, https://plotly.com/javascript/reference/.
"""

from pydantic import BaseModel, ConfigDict, Field

from app.api.schemas.base import Answer
from app.science.arrays import Interval
from app.web.responses import Text


class FigureWordsAnswer(Answer):
    """What a figure says besides what it draws."""

    caption: str = Field(description="What is seen, in plain words with measured numbers")
    claim: str = Field(
        default="",
        description="What the caption begins with: the one thing to see; figures of noise have it",
    )
    name: str = Field(default="", description="The figure's name in URLs; left out in events")
    parameters: str = Field(
        default="",
        description="All that it was made from, in words and by the parameters' names; left out in events",  # noqa: E501
    )
    note: str = Field(
        default="",
        description="What is left out of the picture, or drawn otherwise; figures of runs alone have it",  # noqa: E501
    )
    rows: int | None = Field(
        default=None,
        description="Rows that its panels stand in, one above the other; of several panels alone",
    )
    shape: float | None = Field(
        default=None,
        description="Height of a panel over its width; of panels alone whose axes have one unit",
    )
    closeup: tuple[Interval, Interval] | None = Field(
        default=None,
        description="The part of the plane about a lowest minimum that shows how runs come to rest there; of paths alone, and null where there is no minimum or every run diverged",  # noqa: E501
    )


class LayoutAnswer(BaseModel):
    """A figure's axes, legend and margins, as Plotly's reference of layout has them."""

    model_config = ConfigDict(extra="allow")

    meta: FigureWordsAnswer = Field(description="What the figure says besides what it draws")


class TraceAnswer(BaseModel):
    """Lines, points, contours or bars, as Plotly's reference of traces has them.

    Arrays may come packed: ``dtype``, the numbers as base64 in ``bdata``, and a ``shape``; with
    ``arrays=plain`` they are lists.
    """

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="Kind of trace: scatter, contour, heatmap, bar, surface, …")


class FigureAnswer(Answer):
    """A figure that Plotly draws."""

    data: list[TraceAnswer] = Field(
        description="What is drawn, as Plotly's reference has it; long arrays come packed, as base64, unless arrays is plain"  # noqa: E501
    )
    layout: LayoutAnswer = Field(
        description="Axes, legend and margins, as Plotly's reference has them"
    )


class TableAnswer(Answer):
    """What a figure draws, as numbers: with ``format=table``."""

    columns: list[str] = Field(
        description="Titles of the columns, in the reader's language: the series, then the axes"
    )
    rows: list[list[str | float | None]] = Field(
        description="The first points, a row each, in the axes' units; null where there is none"
    )
    all_rows: int = Field(description="How many rows the CSV has")
    parameters: str = Field(
        description="All that it was made from, in words and by the parameters' names"
    )


FIGURE_TEXTS = (
    Text(
        "text/csv",
        description="Every fact that is drawn, a row each: batch_size, replica, kind, x, y, more columns of the figure, and what x and y are; the same in every language",  # noqa: E501
    ),
    Text("text/html", description="A page of its own that draws the figure offline"),
)
