"""What ``/epoch-plan`` answers."""

from pydantic import Field

from app.api.queries.base import EpochPlanQuery
from app.api.schemas.base import Answer, BatchesAnswer, like, request_of

EpochPlanRequest = request_of(EpochPlanQuery, "EpochPlanRequest", batch_size=int)


class EpochPlanAnswer(Answer):
    """The batches of an epoch."""

    request: EpochPlanRequest = Field(  # type: ignore[valid-type]
        description="Every parameter of the plan, none of them left out"
    )
    examples: int = like(EpochPlanQuery, "examples")
    batch_size: int = Field(
        description="Examples in a batch, but for a last, smaller one; of Poisson batches, as in all that follows, on average"  # noqa: E501
    )
    remainder: str = like(EpochPlanQuery, "remainder")
    sampling: str = like(EpochPlanQuery, "sampling")
    updates_per_epoch: int = Field(description="Updates in an epoch, one a batch")
    examples_used: int = Field(
        description="Examples that an epoch draws, repeated ones counted again: N, less where the last batch is dropped"  # noqa: E501
    )
    distinct_examples_expected: float = Field(
        description="How many different examples an epoch draws, on average"
    )
    batches: list[BatchesAnswer] = Field(description="The batches of an epoch, in order")
    last_batch_size: int = Field(description="Examples in the epoch's last batch")
    last_batch_warning: str | None = Field(
        description="What a last batch of 1 does to layers that use a batch's statistics; null where there is none"  # noqa: E501
    )
    last_batch_weight: float = Field(description="What the gradient of that batch is multiplied by")
    variance_ratio_of_last_batch: float | None = Field(
        description="Variance of that batch's mean gradient over that of the others; null where it is undefined"  # noqa: E501
    )
    variance_ratio_refused: str | None = Field(
        description="Why that ratio is undefined, in words; null where it is not"
    )
