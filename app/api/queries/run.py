"""What decides the paths, and how they are answered as numbers."""

from typing import Any

from pydantic import Field

from app.api.queries.accumulation import AccumulationQuery
from app.api.queries.base import BaseQuery, TableQuery, hint, left_out
from app.api.queries.batches import StepsQuery, start
from app.api.queries.optimizer import OptimizerQuery
from app.api.queries.parameters import BatchSize, PointText
from app.api.queries.restraint import RestraintQuery
from app.api.queries.schedules import SchedulesQuery
from app.api.queries.surfaces import SurfaceQuery
from app.api.queries.workers import WorkersQuery
from app.science.message import Message
from app.science.problems.fitted import MODEL


class TrainingQuery(AccumulationQuery, RestraintQuery, SchedulesQuery, OptimizerQuery, StepsQuery):
    """What every run has, whatever it trains: batches, rule, rate and budget."""

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


class PlansQuery(WorkersQuery, TrainingQuery, SurfaceQuery):
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
    given = query.differing(RunQuery)
    if query.surface == MODEL:  # whose points say how many they are
        given.pop("examples", None)
    for name in given.keys() & {"start", "domain"}:
        given[name] = ",".join(map(str, given[name]))
    return given


class WholeRunQuery(RunQuery):
    """A run of which every update of the first replica is looked at, and no other replica."""

    _whole = left_out(
        Message("every update of one replica is drawn: leave it out"), "replicas", "max_points"
    )

    @classmethod
    def handed_on(cls) -> set[str]:
        """All but what is refused."""
        return super().handed_on() - {"replicas", "max_points"}


class PrintedQuery(WholeRunQuery):
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
