"""What the figures of the guide ask."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from app.api.queries.accumulation import accumulate
from app.api.queries.base import MAX_SEED, EpochPlanQuery, hint, left_out
from app.api.queries.batches import MAX_BATCH_SIZES, BatchesQuery
from app.api.queries.figures import FigureQuery
from app.api.queries.parameters import (
    MOST_COUNTED,
    BatchSize,
    CountedExamples,
    OptimizerId,
    RemainderId,
    integer,
    one_of,
    resolve_batch_size,
)
from app.api.queries.run import RunQuery
from app.api.queries.surfaces import CLASSIFIED, rare_share
from app.api.queries.workers import MOST_WORKERS
from app.science.accumulation import MEANS, MICRO_BATCH, SIZE, Accumulation, cut_size
from app.science.arrays import IntArray
from app.science.epoch_plan import EpochPlan
from app.science.memory import PRECISIONS
from app.science.message import Message
from app.science.sampling import BALANCED, POISSON, SAMPLINGS, SORTED

MOST_INTERVALS = 6  # between averagings, in one figure


def several() -> Any:
    """More than one micro-batch an update."""
    return accumulate(4, least=2)


class StripQuery(EpochPlanQuery, FigureQuery):
    """An epoch as a figure."""

    seed: int = Field(
        0,
        ge=0,
        le=MAX_SEED,
        title="Seed",
        description="Seed of the sampling, with replacement or of Poisson batches",
        json_schema_extra=hint("plan", shown_with={"sampling": ["with-replacement", POISSON]}),
    )


class MemoryQuery(FigureQuery):
    """The memory of a batch."""

    examples: CountedExamples = Field(1050, description="N, what full is")
    batch_size: BatchSize = Field(
        32,
        title="Batch size",
        description="Examples in a batch; full is N",
        json_schema_extra=hint("memory"),
    )
    inputs: int = Field(
        784,
        ge=1,
        le=10_000_000,
        title="Features of an example",
        description="d, numbers in an example",
        json_schema_extra=hint("memory"),
    )
    width: int = Field(
        512,
        ge=1,
        le=100_000,
        title="Units of a hidden layer",
        description="h, activations kept of each hidden layer",
        json_schema_extra=hint("memory"),
    )
    layers: int = Field(
        2,
        ge=1,
        le=1000,
        title="Hidden layers",
        description="L, between inputs and outputs",
        json_schema_extra=hint("memory"),
    )
    outputs: int = Field(
        10,
        ge=1,
        le=1_000_000,
        title="Outputs",
        description="c, numbers that the network answers",
        json_schema_extra=hint("memory"),
    )
    optimizer: OptimizerId = Field(
        "sgd",
        title="Optimizer",
        description="Its moments are kept for every weight",
        json_schema_extra=hint("memory"),
    )
    precision: Annotated[str, *one_of(PRECISIONS)] = Field(
        "single",
        title="Precision",
        description="2 bytes a number in half, 4 in single, 8 in double precision",
        json_schema_extra=hint("memory"),
    )


class OrdersQuery(RunQuery, FigureQuery):
    """One batch size under every sampling."""

    batch_size: BatchSize = Field(  # type: ignore[assignment]
        8, title="Batch size", description="Examples in a batch: 1 to N, or full"
    )
    replicas: int = Field(
        20, ge=1, le=64, title="Replicas", description="Independent repeats of each sampling"
    )

    _each = left_out(Message("every one is drawn: leave it out"), "sampling")

    def runs(self) -> dict[str, RunQuery]:
        """The run under each sampling that its examples, its batches and its budget allow."""
        sizes_given = self.remainder != "keep" or self.examples_seen is not None
        sizes_given |= self.accumulate > 1 or self.workers > 1
        given = self.model_dump(include=RunQuery.deciding(), exclude_unset=True)
        return {
            name: RunQuery(
                **given
                | {"sampling": name, "batch_size": [self.batch_size], "replicas": self.replicas}
            )
            for name in SAMPLINGS
            if name != SORTED or self.spec.recipe.label
            if name != BALANCED or self.spec.recipe.classes
            if name != POISSON or not sizes_given
        }


class AccumulationFigureQuery(RunQuery, FigureQuery):
    """One batch size, micro-batches averaged by size and as means, clipped in the end and each."""

    batch_size: BatchSize = Field(  # type: ignore[assignment]
        32, title="Batch size", description="Examples of an update: 1 to N, or full"
    )
    accumulate: int = several()
    replicas: int = Field(
        20, ge=1, le=64, title="Replicas", description="Independent repeats of each"
    )

    _both = left_out(Message("both are drawn: leave it out"), "accumulation", "clip_each")

    def runs(self) -> dict[str, RunQuery]:
        """The run with micro-batches counted by size and alike."""
        given = self.model_dump(include=RunQuery.deciding(), exclude_unset=True)
        given |= {
            "batch_size": [self.batch_size],
            "accumulate": self.accumulate,
            "replicas": self.replicas,
        }
        ways: dict[str, dict[str, str]] = {SIZE: {}, MEANS: {"accumulation": MEANS}}
        if self.clip:
            ways["size, each clipped"] = {"clip_each": MICRO_BATCH}
        return {name: RunQuery(**given | way) for name, way in ways.items()}


class LocalSgdQuery(RunQuery, FigureQuery):
    """One batch size, shared out to workers who average their weights often and seldom."""

    batch_size: BatchSize = Field(  # type: ignore[assignment]
        32, title="Batch size", description="Examples of an update: 1 to N, or full"
    )
    workers: int = Field(
        4,
        ge=2,
        le=MOST_WORKERS,
        title="Workers",
        description="W, each of whom takes B/W examples of every batch",
    )
    remainder: RemainderId = Field(
        "drop",
        title="Last, smaller batch",
        description="What becomes of a last, smaller batch: keep, drop or weight it",
    )
    replicas: int = Field(
        20, ge=2, le=64, title="Replicas", description="Independent repeats of each"
    )

    _every = left_out(Message("several are drawn: leave it out"), "sync_every")

    def runs(self, updates: int) -> list[RunQuery]:
        """The run of one worker, and of several with 1, 4, 16, … updates between averagings.

        Args:
            updates: that the run has.
        """
        given = self.model_dump(include=RunQuery.deciding(), exclude_unset=True)
        given |= {
            "batch_size": [self.batch_size],
            "remainder": self.remainder,
            "replicas": self.replicas,
        }
        every = [4**k for k in range(MOST_INTERVALS) if 4**k <= updates]
        return [
            RunQuery(**given | {"workers": 1}),
            *(RunQuery(**given | {"workers": self.workers, "sync_every": h}) for h in every),
        ]

    @property
    def one(self) -> RunQuery:
        """The run of one worker."""
        return self.runs(0)[0]


class WeightsQuery(FigureQuery):
    """What each example counts in a mean of micro-batches' means."""

    examples: CountedExamples = Field(1050, title="Examples, N", description="N, which are cut")
    batch_size: BatchSize = Field(
        32, title="Batch size", description="Examples of an update: 1 to N, or full"
    )
    accumulate: int = several()

    @property
    def updates(self) -> list[IntArray]:
        """Sizes of the micro-batches of a whole update, and of a last, smaller one.

        Raises:
            ParameterError: B above N.
        """
        epoch = EpochPlan(self.examples, resolve_batch_size(self.batch_size, self.examples))
        micro_batch = Accumulation(self.accumulate).micro_batch(epoch.batch_size)
        return [cut_size(size, micro_batch) for size, _count in epoch.groups]


MicroBatchTokens = Annotated[int, Field(ge=1, le=1_000_000), BeforeValidator(integer)]


class TokensQuery(FigureQuery):
    """What each token counts in a mean of micro-batches' means."""

    tokens: list[MicroBatchTokens] = Field(
        [10, 100],
        min_length=2,
        max_length=16,
        title="Tokens",
        description="Tokens of each micro-batch, padding left out: tokens=10&tokens=100",
    )


class RareQuery(BatchesQuery, FigureQuery):
    """What batches see of a rare class."""

    surface: Annotated[str, *one_of(CLASSIFIED)] = Field(
        CLASSIFIED[0], title="Surface", description="Loss surface, one of two classes"
    )
    rare_share: float = rare_share(0.05)
    batch_size: list[BatchSize] = Field(
        [1, 8, 32, 128],
        min_length=1,
        max_length=MAX_BATCH_SIZES,
        title="Batch sizes",
        description="Examples in a batch: integers from 1 to N, or full",
        json_schema_extra=hint("batch", control="batch-sizes"),
    )


class SequencesQuery(FigureQuery):
    """A text cut into a batch of sequences."""

    tokens: int = Field(
        240,
        ge=1,
        le=MOST_COUNTED,
        title="Tokens",
        description="Length of the text",
        json_schema_extra=hint("sequences"),
    )
    batch_size: int = Field(
        4,
        ge=1,
        le=MOST_COUNTED,
        title="Batch size",
        description="Sequences side by side",
        json_schema_extra=hint("sequences"),
    )
    length: int = Field(
        12,
        ge=1,
        le=MOST_COUNTED,
        title="Time steps",
        description="Of each sequence that an update reads",
        json_schema_extra=hint("sequences"),
    )
