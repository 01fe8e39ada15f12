"""What is asked of the reader's own points."""

from typing import Annotated

from pydantic import Field

from app.api.queries.base import MAX_SEED, TableQuery
from app.science.points.points import KINDS

Column = Annotated[str, Field(min_length=1, max_length=200)]


class PointsQuery(TableQuery):
    """Which columns of the table are the points."""

    x: Column | None = Field(
        None,
        examples=["height"],
        title="x",
        description="Column of x, for a line or curve; left out, the first column of numbers",
    )
    y: Column | None = Field(
        None,
        examples=["weight"],
        title="y",
        description="Column of y; left out, the next column of numbers",
    )
    x0: Column | None = Field(
        None,
        examples=["length"],
        title="x0",
        description="Column of x0, for a boundary; left out, the first column of numbers",
    )
    x1: Column | None = Field(
        None,
        examples=["width"],
        title="x1",
        description="Column of x1; left out, the next column of numbers",
    )
    label: Column | None = Field(
        None,
        examples=["species"],
        title="Label",
        description="Column of the labels, two values of any kind; left out, the one called label, or the first with two values",  # noqa: E501
    )
    seed: int = Field(
        0,
        ge=0,
        le=MAX_SEED,
        title="Seed",
        description="Of more rows than a link holds, default_rng(seed) chooses without replacement",
    )

    @property
    def chosen(self) -> dict[str, str]:
        """The columns that are named, by what they are to be."""
        roles = dict.fromkeys(role for names in KINDS.values() for role in names)
        return {role: name for role in roles if (name := getattr(self, role)) is not None}
