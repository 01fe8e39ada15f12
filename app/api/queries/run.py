"""What decides the paths, and how they are answered as numbers."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field

from app.api.queries.base import BaseQuery, TableQuery, hint
from app.api.queries.batches import StepsQuery, start
from app.api.queries.optimizer import OptimizerQuery
from app.api.queries.parameters import (
    BatchSchedule,
    BatchSize,
    LrScalingId,
    LrScheduleId,
    PointText,
)
from app.api.queries.surfaces import SurfaceQuery
from app.science.problems.fitted import MODEL
from app.science.schedules import LR_SCALINGS, LR_SCHEDULES, Scaling, Schedule


def _using(parameter: str, **choices: Mapping[str, Scaling | Schedule]) -> dict[str, list[str]]:
    """For each choice, the names of its entries whose code has a parameter."""
    return {
        choice: [name for name, entry in registry.items() if parameter in entry.code]
        for choice, registry in choices.items()
    }


class TrainingQuery(OptimizerQuery, StepsQuery):
    """What every run has, whatever it trains: batches, rule, rate and budget."""

    lr_scaling: LrScalingId = Field(
        "none",
        title="Rate follows batch size",
        description="Learning rate × (B/reference), B as it grows: none, linear or square root",
        json_schema_extra=hint("rate"),
    )
    reference_batch_size: int = Field(
        32,
        ge=1,
        le=10_000,
        title="Reference batch size",
        description="Batch size at which the learning rate is not scaled",
        json_schema_extra=hint("rate", shown_with=_using("{ratio}", lr_scaling=LR_SCALINGS)),
    )
    lr_schedule: LrScheduleId = Field(
        "constant",
        title="Rate schedule",
        description="How the learning rate changes over the epochs",
        json_schema_extra=hint("rate"),
    )
    decay_epochs: float = Field(
        5,
        ge=0.01,
        le=10_000,
        title="Decay epochs",
        description="Time constant of inverse, period of step, in epochs",
        json_schema_extra=hint("rate", shown_with=_using("DECAY_EPOCHS", lr_schedule=LR_SCHEDULES)),
    )
    decay_factor: float = Field(
        0.5,
        ge=0.001,
        le=1,
        title="Decay factor",
        description="What step multiplies the rate by, each period",
        json_schema_extra=hint("rate", shown_with=_using("DECAY_FACTOR", lr_schedule=LR_SCHEDULES)),
    )
    batch_schedule: BatchSchedule = Field(
        "constant",
        title="Batch schedule",
        description="double: the batch size is multiplied each few epochs, up to N",
        json_schema_extra=hint("batch"),
    )
    batch_factor: int = Field(
        2,
        ge=2,
        le=100,
        title="Batch factor",
        description="What the batch size is multiplied by",
        json_schema_extra=hint("batch", shown_with={"batch_schedule": ["double"]}),
    )
    batch_epochs: int = Field(
        5,
        ge=1,
        le=10_000,
        title="Batch epochs",
        description="Epochs between two such multiplications",
        json_schema_extra=hint("batch", shown_with={"batch_schedule": ["double"]}),
    )
    epochs: int | None = Field(
        None,
        ge=1,
        le=10_000,
        examples=[20],
        title="Epochs",
        description="Budget in passes over the examples; left out, the surface's own",
        json_schema_extra=hint("budget", reset_by=["surface"]),
    )
    updates: int | None = Field(
        None,
        ge=1,
        le=1_000_000,
        examples=[500],
        title="Updates",
        description="Budget in updates, the same for every batch size",
        json_schema_extra=hint("budget", reset_by=["surface"]),
    )
    examples_seen: int | None = Field(
        None,
        ge=1,
        le=100_000_000,
        examples=[21_000],
        title="Examples seen",
        description="Budget in examples: as many updates as fit into it",
        json_schema_extra=hint("budget", reset_by=["surface"]),
    )


class ReplicasQuery(BaseQuery):
    """How often a run is repeated, and how much of it is kept."""

    replicas: int = Field(
        1,
        ge=1,
        le=256,
        title="Replicas",
        description="Independent repeats of the sampling",
        json_schema_extra=hint("replicas"),
    )
    max_points: int = Field(
        2000,
        ge=2,
        le=20_000,
        description="Points kept of each path, besides its epoch boundaries",
    )


class StartQuery(BaseQuery):
    """Where a path of two weights starts."""

    start: PointText | None = start()


class PlansQuery(TrainingQuery, SurfaceQuery):
    """What decides how runs are laid out, wherever they start."""


class RunQuery(ReplicasQuery, StartQuery, PlansQuery):
    """Everything that decides the paths."""

    # Forms and answers list the parameters in the order of the bases, those of the last one first.

    @property
    def alone(self) -> tuple["RunQuery", ...]:
        """The same of each update rule alone, in the order in which they are asked for."""
        return (self,)


def linked(query: RunQuery) -> dict[str, Any]:
    """What of the paths' parameters is not their default, as an address has it."""
    given = query.model_dump(include={*RunQuery.model_fields}, exclude_defaults=True)
    if query.surface == MODEL:  # whose points say how many they are
        given.pop("examples", None)
    for name in given.keys() & {"start", "domain"}:
        given[name] = ",".join(map(str, given[name]))
    return given


class PrintedQuery(RunQuery):
    """What a training loop prints of a run."""

    smoothing: float = Field(
        0,
        ge=0,
        le=0.999,
        title="Weight of the past in the exponential mean",
        description="Weight β of the past in an exponential mean of the batches' losses, which lags β/(1 − β) updates behind; 0 draws none",  # noqa: E501
        json_schema_extra=hint("printed"),
    )


def update() -> Any:
    """Which update of a run."""
    return Field(1, ge=1, le=1_000_000, title="Update", description="Number of the update, from 1")


def replica() -> Any:
    """Which replica of a run."""
    return Field(
        0,
        ge=0,
        le=255,
        title="Replica",
        description="Whose update: a replica of the run, from 0",
    )


class UpdateQuery(RunQuery):
    """An update of one batch size's run."""

    batch_size: list[BatchSize] = Field(
        [32],
        min_length=1,
        max_length=1,
        title="Batch size",
        description="Examples in a batch: an integer from 1 to N, or full",
    )
    update: int = update()
    replica: int = replica()


class SizesQuery(RunQuery):
    """Several batch sizes, at the point before an update of one run."""

    update: int = update()
    replica: int = replica()
    followed: BatchSize | None = Field(
        None,
        examples=[32],
        title="Followed",
        description="Batch size of the run whose update it is; left out, the first one",
    )

    @property
    def followed_update(self) -> UpdateQuery:
        """The update whose point it is."""
        values = self.model_dump(include=UpdateQuery.deciding())
        return UpdateQuery(**{**values, "batch_size": [self.followed or self.batch_size[0]]})


MOMENTS = 200  # in one answer


class MomentQuery(UpdateQuery, TableQuery):
    """An update, or some in a row."""

    count: int = Field(
        1, ge=1, le=MOMENTS, description="Updates in a row, as a list where more than one"
    )
