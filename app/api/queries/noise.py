"""What decides the gradient noise that is measured."""

from typing import Annotated, Any

from pydantic import Field

from app.api.queries.base import TableQuery, hint
from app.api.queries.batches import BatchesQuery, StepsQuery, learning_rate, seed
from app.api.queries.parameters import BatchSize, Examples, PointText, SamplingId, SurfaceId, one_of
from app.api.queries.run import WholeRunQuery
from app.api.queries.surfaces import DEFAULT_SURFACE, SurfaceQuery
from app.science.floors.last_batch import size_that_leaves_one
from app.science.noise.instruments import INSTRUMENTS
from app.science.problems.fitted import MODEL


def at() -> Any:
    """Where gradients are taken."""
    return Field(
        None,
        examples=["0.5,1"],
        title="Point",
        description="w0,w1 where the gradients are taken; left out, the surface's start",
        json_schema_extra=hint("noise", control="point", reset_by=["surface"]),
    )


class MapQuery(SurfaceQuery):
    """The noise scale over a surface, and a point of it."""

    at: PointText | None = at()


class PointQuery(BatchesQuery):
    """Mini-batches at one point."""

    at: PointText | None = at()


def draws() -> Any:
    """How many mini-batches are drawn."""
    return Field(
        500,
        ge=30,
        le=2000,
        title="Mini-batches",
        description="Independent mini-batches drawn of each size",
        json_schema_extra=hint("noise"),
    )


class NoiseQuery(PointQuery):
    """Independent mini-batches at one point.

    They are drawn without replacement unless ``sampling`` is ``with-replacement`` or ``poisson``:
    at one point the order of an epoch does not matter, and examples are not sorted. ``balanced``
    is refused: noise about another gradient than G is not what is told of.
    """

    draws: int = draws()


class NoiseTableQuery(NoiseQuery, TableQuery):
    """Mini-batches at one point, and their format."""


class DirectionsQuery(NoiseQuery):
    """The plain SGD steps of mini-batches at one point."""

    learning_rate: float | None = learning_rate()


class StableRateQuery(BatchesQuery):
    """The largest stable learning rates of a surface, and one to see among them."""

    draws: int = draws()
    learning_rate: float | None = learning_rate()


class EpochSumQuery(PointQuery, StepsQuery):
    """The steps of one epoch from a point, of examples as the ``sampling`` draws them."""


class InstrumentQuery(WholeRunQuery):
    """An instrument read along a run."""

    instrument: Annotated[str, *one_of(INSTRUMENTS)] = Field(
        next(iter(INSTRUMENTS)),
        title="Instrument",
        description="What is read off each mini-batch",
    )


class LastBatchQuery(SurfaceQuery):
    """The noise floor with a last, smaller batch and without one."""

    examples: Examples = 1001
    surface: SurfaceId = Field(DEFAULT_SURFACE, description="Loss surface, one with a minimum")
    batch_size: BatchSize = Field(
        100,
        title="Batch size",
        description="Examples in a batch; the last one is smaller where that does not divide N",
    )
    learning_rate: float | None = learning_rate()
    sampling: SamplingId = Field("reshuffle", description="reshuffle or with-replacement")
    seed: int = seed()

    @classmethod
    def _counted(cls, given: Any) -> Any:
        """What is given; of fewer points than the default batch size, a size that leaves one."""
        given = super()._counted(given)
        size, count = cls.model_fields["batch_size"].default, given.get("examples")
        asked = str(given.get("batch_size", size))
        if given.get("surface") != MODEL or not isinstance(count, int) or asked != str(size):
            return given
        return {**given, "batch_size": size_that_leaves_one(count)} if count < size else given
