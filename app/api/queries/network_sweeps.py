"""What decides a sweep over the batch sizes of a network, its learning rates tuned."""

from typing import Annotated, Any

from pydantic import AfterValidator, Field

from app.api.queries.base import EventsQuery, hint
from app.api.queries.batches import BatchingQuery, Rate, remainder
from app.api.queries.network_data import NetworkDataQuery
from app.api.queries.optimizer import OptimizerQuery
from app.api.queries.parameters import FULL, BatchSize, RemainderId
from app.api.queries.restraint import RestraintQuery

MAX_SWEPT_SIZES = 12
MAX_RATES = 12


def columns() -> Any:
    """How many panels are side by side."""
    return Field(4, ge=1, le=4, title="Columns", description="Panels side by side, at most")


def _increasing(rates: list[float]) -> list[float]:
    return sorted(set(rates))


class NetworkSweepQuery(RestraintQuery, OptimizerQuery, BatchingQuery, NetworkDataQuery):
    """Batch sizes × learning rates × replicas of a network."""

    learning_rate: Annotated[list[Rate], AfterValidator(_increasing)] = Field(
        [],
        min_length=0,
        max_length=MAX_RATES,
        title="Learning rates",
        description="Rates to try at every batch size; left out, a factor 2 apart about the network's own",  # noqa: E501
        json_schema_extra=hint("rate"),
    )
    replicas: int = Field(
        16,
        ge=2,
        le=32,
        title="Replicas",
        description="Independent repeats of every batch size and learning rate; what differs between them says vary",  # noqa: E501
        json_schema_extra=hint("replicas"),
    )
    remainder: RemainderId = remainder()


class NetworkGapQuery(NetworkSweepQuery):
    """Test accuracy against batch size, under four budgets."""

    batch_size: list[BatchSize] = Field(
        [2, 8, 32, FULL],
        min_length=2,
        max_length=MAX_SWEPT_SIZES,
        title="Batch sizes",
        description="Examples in a batch: integers from 1 to N, or full; at least two, the largest is what others are compared with",  # noqa: E501
        json_schema_extra=hint("batch", control="batch-sizes"),
    )
    epochs: int = Field(
        50,
        ge=1,
        le=1000,
        title="Equal epochs",
        description="Where runs are compared after equal epochs; they go on for twice as many",
        json_schema_extra=hint("budget"),
    )
    updates: int = Field(
        2000,
        ge=1,
        le=20_000,
        title="Equal updates",
        description="Where runs are compared after equal updates",
        json_schema_extra=hint("budget"),
    )
    target: float | None = Field(
        None,
        ge=1e-9,
        le=10,
        examples=[0.1],
        title="Equal training loss",
        description="Training loss at which runs are compared; left out, the lowest that every batch size reaches",  # noqa: E501
        json_schema_extra=hint("budget"),
    )


class NetworkStepsQuery(NetworkSweepQuery):
    """Updates to a training loss against batch size."""

    batch_size: list[BatchSize] = Field(
        [],
        min_length=0,
        max_length=MAX_SWEPT_SIZES,
        title="Batch sizes",
        description="Examples in a batch: integers from 1 to N, or full; left out, the powers of 2 up to N/2, and N",  # noqa: E501
        json_schema_extra=hint("batch"),
    )
    target: float | None = Field(
        None,
        ge=1e-9,
        le=10,
        examples=[0.2],
        title="Training loss",
        description="To be reached; left out, 0.1 where the loss is squared, 0.2 where it is cross-entropy",  # noqa: E501
        json_schema_extra=hint("budget"),
    )
    updates: int = Field(
        4000,
        ge=10,
        le=100_000,
        title="Updates at most",
        description="Budget of each run in updates",
        json_schema_extra=hint("budget"),
    )


class NetworkGapStreamQuery(NetworkGapQuery, EventsQuery):
    """A sweep, and how it is drawn while it is under way."""

    columns: int = columns()


class NetworkStepsStreamQuery(NetworkStepsQuery, EventsQuery):
    """A sweep, and how it is drawn while it is under way."""
