"""Workers that take the parts of each batch, and average their weights now and then."""

from pydantic import Field

from app.api.queries.base import BaseQuery, hint

MOST_WORKERS = 32


class WorkersQuery(BaseQuery):
    """Local SGD."""

    workers: int = Field(
        1,
        ge=1,
        le=MOST_WORKERS,
        title="Workers",
        description="W: each takes B/W examples of every batch and steps by itself; the path is that of their mean",  # noqa: E501
        json_schema_extra=hint("batch"),
    )
    sync_every: int = Field(
        1,
        ge=1,
        le=1_000_000,
        title="Updates between averagings",
        description="h, of the workers' weights; at 1 they are averaged after every update",
        json_schema_extra=hint(
            "batch", shown_with={"workers": [str(count) for count in range(2, MOST_WORKERS + 1)]}
        ),
    )
