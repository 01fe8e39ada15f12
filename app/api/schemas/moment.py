"""What ``/moment`` answers."""

from pydantic import Field

from app.api.schemas.base import Answer, Point


class BatchAnswer(Answer):
    """A mini-batch."""

    number: int = Field(description="Its number in its epoch, from 1")
    of: int = Field(description="How many batches that epoch has")
    size: int = Field(description="How many examples it has")
    examples: list[int] = Field(
        description="Its examples, in the order they were drawn: rows of the examples endpoint, from 0"  # noqa: E501
    )


class MomentAnswer(Answer):
    """An update; what comes after it is null where the run diverged by it."""

    update: int = Field(description="Number of the update, from 1")
    epoch: int = Field(description="The epoch it belongs to, from 1")
    batch: BatchAnswer = Field(description="The mini-batch that it saw")
    before: Point = Field(description="The weights w0 and w1 before the update")
    after: Point | None = Field(
        description="The weights after it; null where the run diverged by it"
    )
    step: Point | None = Field(
        description="after less before; null where the run diverged by this update"
    )
    gradient: Point = Field(
        description="Mean gradient of the batch at before, not weighted or clipped, in loss per unit of weight; 0 of no example"  # noqa: E501
    )
    clip_factor: float | None = Field(
        description="What clipping multiplied it by, after any weight: 1 where it was short enough, null without clip or where micro-batches are clipped"  # noqa: E501
    )
    full_gradient: Point = Field(
        description="Mean gradient of all examples there, in loss per unit of weight"
    )
    loss_of_batch: float | None = Field(
        description="Mean loss of the batch there, averaged as its gradient is; null of a Poisson batch without an example"  # noqa: E501
    )
    loss: float = Field(description="Mean loss of all examples there, in the loss's own unit")
    loss_after: float | None = Field(
        description="Mean loss of all examples after the update; null where the run diverged by it"
    )
    excess: float | None = Field(
        description="loss above that of the lowest minimum; null where there is none"
    )
    excess_after: float | None = Field(
        description="loss_after above that of the lowest minimum; null where either is missing"
    )
    epochs_elapsed: float = Field(description="Epochs elapsed after the update")
    examples_seen: int = Field(
        description="Examples seen after the update, repeated ones counted again"
    )
    diverged: bool = Field(description="Whether the run diverged by this update")


class MomentsAnswer(Answer):
    """Updates in a row."""

    moments: list[MomentAnswer] = Field(
        description="As many updates as asked for, fewer where the run ends"
    )
