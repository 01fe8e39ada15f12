"""Which mini-batches of which examples, and what steps they make."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from app.api.queries.base import MAX_SEED, BaseQuery, hint
from app.api.queries.parameters import FULL, BatchSize, RemainderId, SamplingId, number
from app.api.queries.surfaces import SurfaceQuery
from app.science.optimizers import LEARNING_RATE
from app.science.problems.found import RATES

MAX_BATCH_SIZES = 6
LEAST_RATE, MOST_RATE = RATES
Rate = Annotated[float, Field(ge=LEAST_RATE, le=MOST_RATE), BeforeValidator(number)]


def learning_rate() -> Any:
    """The learning rate, where it is the surface's own unless given."""
    return Field(
        None,
        ge=LEAST_RATE,
        le=MOST_RATE,
        examples=[0.1],
        title="Learning rate",
        description=LEARNING_RATE,
        json_schema_extra=hint(
            "rate", control="log-slider", slider=[1e-4, 10], reset_by=["surface", "optimizer"]
        ),
    )


def seed() -> Any:
    """The seed of the sampling."""
    return Field(
        0,
        ge=0,
        le=MAX_SEED,
        title="Seed",
        description="Seed of the sampling: replica r of a run draws from default_rng([seed, r])",
        json_schema_extra=hint("replicas", control="seed"),
    )


def remainder() -> Any:
    """What becomes of a last, smaller batch."""
    return Field(
        "keep",
        title="Last, smaller batch",
        description="keep: a full step; drop: left out; weight: its gradient × size/B",
        json_schema_extra=hint("batch"),
    )


def start() -> Any:
    """Where paths start."""
    return Field(
        None,
        examples=["-2,-1"],
        title="Start",
        description="w0,w1; left out, the surface's own",
        json_schema_extra=hint("surface", control="point", reset_by=["surface"]),
    )


class BatchingQuery(BaseQuery):
    """Mini-batches of several sizes, whatever the examples."""

    batch_size: list[BatchSize] = Field(
        [1, 32, FULL],
        min_length=1,
        max_length=MAX_BATCH_SIZES,
        title="Batch sizes",
        description="Examples in a batch: integers from 1 to N, or full; repeat the parameter to compare: batch_size=1&batch_size=full",  # noqa: E501
        json_schema_extra=hint("batch", control="batch-sizes"),
    )
    sampling: SamplingId = Field(
        "reshuffle",
        title="Sampling",
        description="A new permutation each epoch, one for all, the stored order, sorted by label (else by y; of data alone), independent draws, these with every class as likely (balanced; of classes alone), or Poisson batches",  # noqa: E501
        json_schema_extra=hint("batch"),
    )
    seed: int = seed()


class BatchesQuery(BatchingQuery, SurfaceQuery):
    """Mini-batches of the examples of a surface."""


class StepsQuery(BatchingQuery):
    """Mini-batches, and the steps that they make."""

    learning_rate: float | None = learning_rate()
    remainder: RemainderId = remainder()
