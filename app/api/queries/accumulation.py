"""In which micro-batches an update takes its examples."""

from typing import Annotated, Any

from pydantic import Field

from app.api.queries.base import BaseQuery, hint
from app.api.queries.parameters import one_of
from app.science.accumulation import ACCUMULATIONS, CLIPPED, SIZE, UPDATE

MOST_PIECES = 64
SEVERAL = [str(pieces) for pieces in range(2, MOST_PIECES + 1)]


def accumulate(pieces: int = 1, least: int = 1) -> Any:
    """How many micro-batches an update has."""
    return Field(
        pieces,
        ge=least,
        le=MOST_PIECES,
        title="Micro-batches of an update",
        description="k: an update's B examples are taken m = ⌈B/k⌉ at a time, and their gradients accumulated",  # noqa: E501
        json_schema_extra=hint("batch"),
    )


class AccumulationQuery(BaseQuery):
    """Gradients of micro-batches, accumulated before an update."""

    accumulate: int = accumulate()
    accumulation: Annotated[str, *one_of(ACCUMULATIONS, ACCUMULATIONS)] = Field(
        SIZE,
        title="Micro-batches count",
        description="size: each by its examples, which is one large batch; means: all alike, also a shorter last one",  # noqa: E501
        json_schema_extra=hint("batch", shown_with={"accumulate": SEVERAL}),
    )
    clip_each: Annotated[str, *one_of(CLIPPED, CLIPPED)] = Field(
        UPDATE,
        title="Clipped is",
        description="update: the accumulated gradient; micro-batch: each by itself, before they are averaged",  # noqa: E501
        json_schema_extra=hint("batch", shown_with={"accumulate": SEVERAL}, above_0="clip"),
    )
