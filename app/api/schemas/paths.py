"""What ``/paths`` answers."""

from pydantic import Field

from app.api.queries.run import RunQuery
from app.api.schemas.base import Answer, BatchesAnswer, Point, request_of
from app.science.late import Movement

RunRequest = request_of(
    RunQuery,
    "RunRequest",
    noise=float,
    batch_size=list[int],
    optimizer=str | list[str],
    learning_rate=float | None,
    start=Point,
)


class SegmentAnswer(Answer):
    """Epochs in a row that are cut in the same way."""

    first_epoch: int = Field(description="Its first epoch, counted from 0")
    first_update: int = Field(description="Its first update, counted from 1")
    updates_per_epoch: int = Field(description="Updates in each of its epochs")
    batches: list[BatchesAnswer] = Field(description="The batches of each of its epochs, in order")
    learning_rate: float = Field(
        description="ε scaled with its batch size, before the rate schedule"
    )


class EndAnswer(Answer):
    """Where a path ended, in full precision; of one that diverged, its last point before that."""

    point: Point = Field(description="The weights w0 and w1")
    loss: float = Field(description="Mean loss over all examples, in the loss's own unit")
    held_out_loss: float | None = Field(
        description="Mean loss over the points held out; null where there are none, or it has no finite value"  # noqa: E501
    )
    excess: float | None = Field(
        description="The loss above that of the lowest minimum, in the loss's own unit; null where there is none"  # noqa: E501
    )
    distance_to_minimum: float | None = Field(
        description="Euclidean distance to the nearest minimum, in the weights' unit; null where there is none"  # noqa: E501
    )
    nearest_minimum: int | None = Field(
        description="That minimum's place in the list minima of the surface, from 0; null where there is none"  # noqa: E501
    )


class MovementAnswer(Answer):
    """What the weights of a path do late."""

    kind: Movement = Field(
        description="What the replicas of its batch size that did not diverge do over the last tenth of the updates (or the last 10 points), all together; ``moving`` is none of the others. Of a path that diverged, that"  # noqa: E501
    )
    text: str = Field(description="The same in words")
    since: int = Field(
        description="The first of those updates; of a path that diverged, the update at which it did"  # noqa: E501
    )
    settled_at: int | None = Field(
        description="The update of these points at which the first replica's way ends and its wandering begins: the first whose loss is no higher than the median of its late ones. Null where it does not wander, and for other replicas"  # noqa: E501
    )


class PointsAnswer(Answer):
    """The points of a path, a list a column; the first one is the start."""

    update: list[int] = Field(description="Updates made at each point; the start is 0")
    epoch: list[float] = Field(description="Epochs elapsed at each point")
    examples_seen: list[int] = Field(
        description="Examples seen at each point, repeated ones counted again"
    )
    w0: list[float] = Field(description="The first weight, rounded to 6 significant digits")
    w1: list[float] = Field(description="The second weight, rounded to 6 significant digits")
    loss: list[float] = Field(
        description="Mean loss over all examples, in the loss's own unit, to 6 significant digits"
    )
    held_out_loss: list[float | None] | None = Field(
        description="Mean loss over the points held out, to 6 significant digits, null where it has no finite value; null where there are none"  # noqa: E501
    )
    excess: list[float | None] = Field(
        description="That loss above the lowest minimum's, to 4 significant digits; null where there is none"  # noqa: E501
    )


class PathAnswer(Answer):
    """The path of one replica at one batch size, by one rule."""

    batch_size: int = Field(
        description="Examples in a batch at the beginning, on average where ``sizes_drawn``"
    )
    replica: int = Field(description="Number of the replica, from 0")
    optimizer: str = Field(description="Its update rule")
    hyperparameters: dict[str, float] = Field(
        description="Those of its rule, by their parameters' names"
    )
    learning_rate: float = Field(
        description="ε scaled with that batch size, before the rate schedule"
    )
    updates_per_epoch: int = Field(description="Updates in the first epoch")
    batches: list[BatchesAnswer] = Field(description="The batches of the first epoch, in order")
    segments: list[SegmentAnswer] = Field(
        description="Epochs that are cut in the same way; several where the batch size grows"
    )
    sizes_drawn: bool = Field(
        description="Whether it is chance how many examples a batch has, as of Poisson batches"
    )
    updates: int = Field(description="Updates that are planned, as ``updates_planned``")
    examples_seen: int = Field(
        description="Examples that they see, as ``examples_seen_planned``; those that this replica drew where ``sizes_drawn``"  # noqa: E501
    )
    updates_planned: int = Field(
        description="Updates that the budget and max_updates allow; one that diverged made fewer"
    )
    examples_seen_planned: int = Field(
        description="Examples that these updates see, on average where ``sizes_drawn``"
    )
    diverged: bool = Field(description="Whether the path ended before its budget by divergence")
    diverged_at: int | None = Field(
        description="The update whose point is the first absurd one; null where there is none"
    )
    clipped: int | None = Field(
        description="Updates whose gradient was clipped; null without it, or if diverged"
    )
    drift: float | None = Field(
        description="Distance of its workers from their mean just before they average, root mean square, late in the run; null of one worker, or if diverged"  # noqa: E501
    )
    movement: MovementAnswer = Field(description="What its weights do late")
    final: EndAnswer = Field(description="Where the path ended, in full precision")
    points: PointsAnswer = Field(description="Its points, thinned to max_points")


class StoryAnswer(Answer):
    """A named picture of the home page, and what its runs show."""

    id: str = Field(description="Its name in the home page's row of stories")
    sentence: str = Field(description="What these runs show of it, in plain words with numbers")


class PathsAnswer(Answer):
    """Paths at each batch size, of each update rule that was asked for."""

    request: RunRequest = Field(  # type: ignore[valid-type]
        description="Every parameter of the run, none of them left out"
    )
    summary: str = Field(description="What is seen, in plain words with measured numbers")
    last_batch_warning: str | None = Field(
        description="What a last batch or a micro-batch of 1 does to layers that use a batch's statistics, and at which sizes; null where there is none"  # noqa: E501
    )
    story: StoryAnswer | None = Field(
        description="The story whose picture this is, whatever the seed; null where it is of none"
    )
    moment_refusal: str | None = Field(
        description="Why no update of these runs can be looked at by itself; null where one can"
    )
    divergence_rule: str = Field(description="When a path counts as diverged, in words")
    paths: list[PathAnswer] = Field(description="A path for each batch size and each replica")
