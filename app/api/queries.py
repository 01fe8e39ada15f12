"""The request models: what is asked, its defaults, bounds and words, and how a form shows it.

``json_schema_extra`` holds the form's hints: ``group`` (the fieldset), ``control`` (how it is
entered, a plain input if absent), ``slider`` (its range on a logarithmic scale), ``shown_with``
(the choice it belongs to) and ``reset_by`` (the fields whose change brings back its default).
"""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from app.api.parameters import (
    BatchSize,
    CountedExamples,
    Examples,
    Language,
    RemainderId,
    SamplingId,
)
from app.language.speech import USUAL

DEFAULT_SURFACE = "least-squares"
MAX_SEED = 2**32 - 1


def hint(group: str, **more: Any) -> dict[str, Any]:
    """``json_schema_extra`` of a parameter that a form shows."""
    return {"group": group, **more}


SHOWN = {"lang", "theme", "format", "legend"}  # how an answer is shown, not what it says


class Query(BaseModel):
    """A query: unknown parameters are refused, NaN and infinity too."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    lang: Language = Field(USUAL, description="Language of the words in the answer")

    @classmethod
    def deciding(cls) -> set[str]:
        """The parameters that decide what an answer says, however it is shown."""
        return set(cls.model_fields) - SHOWN

    def key(self, model: "type[Query] | None" = None) -> str:
        """The same for every request that asks for the same of a model's parameters, or of all."""
        return self.model_dump_json(include=(model or type(self)).deciding())


class ListQuery(Query):
    """A list of all there is."""


class DataQuery(Query):
    """The examples of a surface."""

    examples: Examples = 1050
    noise: float | None = Field(
        None,
        ge=0,
        le=1000,
        examples=[1],
        title="Noise",
        description="Noise level of the examples, in the surface's own unit; its usual one if left out",  # noqa: E501
        json_schema_extra=hint("data", reset_by=["surface"]),
    )
    data_seed: int = Field(
        0,
        ge=0,
        le=MAX_SEED,
        title="Data seed",
        description="Seed of the synthetic examples",
        json_schema_extra=hint("data"),
    )


class ExamplesQuery(DataQuery):
    """A surface's examples, and as what."""

    format: Literal["json", "csv"] | None = Field(
        None,
        examples=["csv"],
        description="csv or json; if left out, what the Accept header asks for",
    )


class GridQuery(DataQuery):
    """A field over the surface's domain."""

    field: Literal["loss", "gradient_norm", "noise_trace", "noise_scale"] = Field(
        "loss",
        description="loss; gradient_norm ‖G‖; noise_trace tr Σ; noise_scale tr Σ/‖G‖², null where G = 0",  # noqa: E501
    )
    resolution: int = Field(101, ge=2, le=401, description="Grid points along each axis")


class EpochPlanQuery(Query):
    """How an epoch is cut into batches."""

    examples: CountedExamples = 1050
    batch_size: BatchSize = Field(32, description="Examples in a batch: 1 to N, or full")
    remainder: RemainderId = Field(
        "keep", description="What becomes of a last, smaller batch: keep, drop or weight it"
    )
    sampling: SamplingId = Field(
        "reshuffle", title="Sampling", description="How examples are drawn"
    )
