"""What is asked of a neuron that uses its batch's statistics."""

from typing import Any

from pydantic import Field

from app.api.queries.base import hint
from app.api.queries.batches import MAX_BATCH_SIZES, seed
from app.api.queries.figures import FigureQuery
from app.api.queries.noise import draws
from app.api.queries.parameters import FULL, BatchSize, SurfaceId
from app.api.queries.surfaces import SurfaceQuery
from app.science.normalising.running import SHARE

FEW = (2, 8, 32, FULL)


def sizes(*default: int | str) -> Any:
    """Examples that give statistics."""
    return Field(
        [*default],
        min_length=1,
        max_length=MAX_BATCH_SIZES,
        title="Batch sizes",
        description="Examples whose statistics are used: integers from 2 to N, or full; 1 has none, and is said to fail",  # noqa: E501
        json_schema_extra=hint("batch"),
    )


class StatisticsQuery(SurfaceQuery):
    """Examples of one input and a number, and batch sizes of them."""

    surface: SurfaceId = Field(
        "least-squares-raw",
        title="Surface",
        description="Whose examples the neuron takes: one whose examples are x and y",
    )
    batch_size: list[BatchSize] = sizes(*FEW)
    seed: int = seed()


class MatesQuery(StatisticsQuery):
    """One example among others."""

    example: int = Field(
        0,
        ge=0,
        le=9999,
        title="Example",
        description="Whose loss it is, from 0 to N − 1",
        json_schema_extra=hint("statistics"),
    )
    draws: int = draws()


class RunningQuery(StatisticsQuery):
    """Running statistics along some epochs."""

    batch_size: list[BatchSize] = sizes(32, 100, FULL)

    epochs: int = Field(
        3,
        ge=1,
        le=1000,
        title="Epochs",
        description="Passes over the examples",
        json_schema_extra=hint("statistics"),
    )
    share: float = Field(
        SHARE,
        ge=0.0001,
        le=1,
        title="Share of the newest batch",
        description="How far running statistics go to each batch's: PyTorch's momentum 0.1; Keras calls 1 − this its momentum, 0.99",  # noqa: E501
        json_schema_extra=hint("statistics"),
    )
    drop_last: bool = Field(
        False, title="Drop the last batch", description="Whether a last, smaller batch is left out"
    )


class BothQuery(MatesQuery, RunningQuery):
    """One example among others, and running statistics."""

    batch_size: list[BatchSize] = sizes(*FEW)


class MatesFigureQuery(MatesQuery, FigureQuery):
    """One example among others, as a figure."""


class RunningFigureQuery(RunningQuery, FigureQuery):
    """Running statistics as a figure."""
