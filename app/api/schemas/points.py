"""What ``/points`` answers."""

from pydantic import Field

from app.api.schemas.base import Answer


class PackedPointsAnswer(Answer):
    """A table's points, packed, and how they were read."""

    points: str = Field(
        description="The points as text for a link, of letters, digits, dots, hyphens and underscores"  # noqa: E501
    )
    rows: int = Field(description="Rows of the table, without names and blank lines")
    used: int = Field(description="Points in the text")
    left_out: int = Field(
        description="Rows that lack a column that is used; those used are sampled from the others"
    )
    columns: dict[str, str] = Field(
        description="The table's column of each of the points' columns, x and y or x0, x1 and label"
    )
    names: list[str] = Field(description="All columns of the table")
    resolution: dict[str, float] = Field(
        description="The step that each coordinate is rounded to, 1/4095 of its range"
    )
    labels: tuple[str, str] | None = Field(
        description="What the table calls the labels −1 and 1; null where there are none"
    )
    notes: list[str] = Field(description="How the table was read and rounded, in words")
    table: str = Field(description="The points as CSV, which packed again gives the same text")
