"""What decides a trade-off sweep."""

from typing import Annotated

from pydantic import AfterValidator, Field

from app.api.queries.base import EventsQuery, hint
from app.api.queries.batches import (
    MAX_BATCH_SIZES,
    BatchesQuery,
    Rate,
    learning_rate,
    remainder,
    seed,
    start,
)
from app.api.queries.parameters import (
    BatchSize,
    OptimizerId,
    PointText,
    RemainderId,
    SamplingId,
    SurfaceId,
)
from app.api.queries.surfaces import DEFAULT_SURFACE, SurfaceQuery, surface
from app.science.optimizers import OPTIMIZERS

MAX_SWEPT_SIZES = 16
MAX_OPTIMIZERS = 3
MAX_RATES = 16


def _decreasing(rates: list[float]) -> list[float]:
    return sorted(set(rates), reverse=True)


class TradeoffQuery(BatchesQuery):
    """How far a bigger batch pays: batch sizes × learning rates × replicas, to a target.

    By default on a ravine, whose scaling is perfect, diminishing and level one after the other.
    """

    surface: SurfaceId = surface("ravine")
    batch_size: list[BatchSize] = Field(
        [],
        min_length=0,
        max_length=MAX_SWEPT_SIZES,
        title="Batch sizes",
        description="Examples in a batch, integers from 1 to N, or full; left out, the powers of 2 up to N/2, and N",  # noqa: E501
        json_schema_extra=hint("batch"),
    )
    optimizer: list[OptimizerId] = Field(
        ["sgd"],
        min_length=1,
        max_length=MAX_OPTIMIZERS,
        title="Optimizers",
        description="Update rules, with their default parameters; repeat the parameter to compare: optimizer=sgd&optimizer=adam",  # noqa: E501
        json_schema_extra=hint("optimizer"),
    )
    learning_rate: Annotated[list[Rate], AfterValidator(_decreasing)] = Field(
        [],
        min_length=0,
        max_length=MAX_RATES,
        title="Learning rates",
        description="Rates to try at every batch size; left out, 8 a factor 3 apart, down from the largest that could serve",  # noqa: E501
        json_schema_extra=hint("rate"),
    )
    target: float = Field(
        0.003,
        ge=1e-6,
        le=0.9,
        title="Target",
        description="Share of the start's height above the minimum it leads to that may be left",
        json_schema_extra=hint("tradeoff", control="log-slider", slider=[1e-4, 0.5]),
    )
    replicas: int = Field(
        40,
        ge=4,
        le=128,
        title="Replicas",
        description="Independent repeats of every batch size and learning rate",
        json_schema_extra=hint("tradeoff"),
    )
    epochs: int = Field(
        100,
        ge=1,
        le=1000,
        title="Epochs at most",
        description="Budget of each path in passes over the examples",
        json_schema_extra=hint("tradeoff"),
    )
    remainder: RemainderId = remainder()
    start: PointText | None = start()


class StreamQuery(TradeoffQuery, EventsQuery):
    """A sweep, and how it is drawn while it is under way."""


class FloorQuery(SurfaceQuery):
    """The noise floor at several learning rates and batch sizes."""

    surface: SurfaceId = Field(DEFAULT_SURFACE, description="Loss surface, one with a minimum")
    batch_size: list[BatchSize] = Field(
        [],
        min_length=0,
        max_length=MAX_SWEPT_SIZES,
        description="Examples in a batch: integers from 1 to N, or full; left out, 1, 4, 16 and 64",
    )
    optimizer: list[OptimizerId] = Field(
        list(OPTIMIZERS),
        min_length=1,
        max_length=len(OPTIMIZERS),
        description="Update rules, with their default parameters; left out, all of them",
    )
    learning_rate: float | None = learning_rate()
    seed: int = seed()


class RateMapQuery(SurfaceQuery):
    """The final loss over learning rate × batch size, after the same number of examples."""

    surface: SurfaceId = Field("ravine", description="Loss surface")
    epochs: int = Field(20, ge=1, le=200, description="Budget of each run")
    replicas: int = Field(16, ge=4, le=64, description="Independent repeats of each cell")
    sampling: SamplingId = Field("reshuffle", description="How examples are drawn")
    start: PointText | None = start()
    seed: int = seed()


class RangeTestQuery(SurfaceQuery):
    """The loss while the learning rate rises along one run, at several batch sizes."""

    surface: SurfaceId = Field(DEFAULT_SURFACE, description="Loss surface")
    batch_size: list[BatchSize] = Field(
        [],
        min_length=0,
        max_length=MAX_BATCH_SIZES,
        description="Examples in a batch: integers from 1 to N, or full; left out, 1, 8, 64 and N",
    )
    updates: int = Field(200, ge=10, le=5000, description="Over which the learning rate rises")
    replicas: int = Field(16, ge=2, le=64, description="Independent repeats of the sampling")
    sampling: SamplingId = Field("reshuffle", description="How examples are drawn")
    start: PointText | None = start()
    seed: int = seed()


class EscapeQuery(SurfaceQuery):
    """Two wells, and which of them replicas end in."""

    surface: SurfaceId = Field("two-wells", description="Loss surface, one with two minima")
    batch_size: list[BatchSize] = Field(
        [],
        min_length=0,
        max_length=MAX_SWEPT_SIZES,
        description="Examples in a batch: integers from 1 to N, or full; left out, a few up to N",
    )
    learning_rate: float | None = learning_rate()
    epochs: int = Field(20, ge=1, le=200, description="Budget of each run")
    replicas: int = Field(100, ge=10, le=256, description="Independent repeats from each well")
    seed: int = seed()


class AnnealingQuery(SurfaceQuery):
    """A larger batch instead of a smaller learning rate."""

    surface: SurfaceId = Field(DEFAULT_SURFACE, description="Loss surface, one with a minimum")
    batch_size: BatchSize = Field(8, description="Examples in a batch of the first stage")
    learning_rate: float | None = learning_rate()
    factor: int = Field(
        2, ge=2, le=10, title="Factor", description="By which the one falls or the other grows"
    )
    epochs: int = Field(10, ge=2, le=100, description="Of a stage")
    stages: int = Field(4, ge=2, le=8, title="Stages", description="How many")
    sampling: SamplingId = Field(
        "with-replacement",
        description="How examples are drawn; the rule is for independent batches",
    )
    seed: int = seed()
