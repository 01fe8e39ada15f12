"""What ``/network/gap`` and ``/network/steps`` answer, at once or in events."""

from typing import Literal

from pydantic import Field

from app.api.queries.network_sweeps import NetworkGapQuery, NetworkStepsQuery
from app.api.schemas.base import Answer, request_of
from app.api.schemas.figures import FigureAnswer
from app.api.schemas.tradeoff import (
    HyperbolaAnswer,
    ProblemEvent,
    QuantilesAnswer,
    TriedRateAnswer,
)
from app.web.description import example

OWN = {"batch_size": list[int], "learning_rate": list[float], "hidden": list[int]}
GapRequest = request_of(NetworkGapQuery, "GapRequest", **OWN)
StepsRequest = request_of(NetworkStepsQuery, "StepsRequest", **OWN, target=float)


class IntervalAnswer(Answer):
    """A mean over replicas."""

    value: float = Field(description="The mean")
    low: float = Field(description="Lower end of its 95 % interval, by Student's t")
    high: float = Field(description="Upper end of its 95 % interval")


class GapBatchAnswer(Answer):
    """A batch size under a budget."""

    batch_size: int = Field(description="Examples in a batch")
    learning_rate: float = Field(
        description="The rate ε tried whose mean validation loss is the lowest there"
    )
    learning_rate_at_edge: bool = Field(
        description="Whether it is the smallest or the largest tried"
    )
    updates: float = Field(description="Updates until there, mean over replicas")
    at_end: int = Field(description="Replicas that are stopped at the end of their run")
    train_loss: IntervalAnswer = Field(description="Training loss there")
    validation_loss: float = Field(description="Mean validation loss there")
    test_accuracy: IntervalAnswer = Field(description="Test rows told rightly there, in percent")
    difference: IntervalAnswer | None = Field(
        description="Its test accuracy less the reference's, in points, paired; those of a budget hold together with 95 %; null for the reference"  # noqa: E501
    )
    replicas: list[float | None] = Field(
        description="Test accuracy of each replica, in percent; null of one that is not compared"
    )


class ComparedAnswer(Answer):
    """Batch sizes under a budget."""

    budget: Literal["epochs", "updates", "loss", "validation"] = Field(
        description="Equal epochs, equal updates, equal training loss, or each at its best validation loss"  # noqa: E501
    )
    reference: int | None = Field(
        description="The largest batch size, which others are compared with; null where fewer than two are known"  # noqa: E501
    )
    differ: list[int] = Field(description="Batch sizes that differ from it beyond chance")
    largest_difference: float | None = Field(
        description="Points that no difference exceeds, all intervals taken together"
    )
    missing: list[int] = Field(
        description="Batch sizes with no rate at which every replica that is compared comes so far"
    )
    replicas_compared: int = Field(
        description="Replicas that are compared: at equal training loss those that start above it"
    )
    batches: list[GapBatchAnswer] = Field(
        description="The batch sizes that are known, increasing, the reference the last"
    )


class GapAnswer(Answer):
    """Test accuracy against batch size."""

    request: GapRequest = Field(  # type: ignore[valid-type]
        description="Every parameter of the sweep, as it was understood"
    )
    summary: str = Field(description="The verdict, in plain words with measured numbers")
    train_loss_compared_at: float | None = Field(
        description="Training loss at which runs are compared; null where a batch size has no rate"
    )
    memorising: IntervalAnswer | None = Field(
        description="Logarithm of the smallest batch size's training loss over the largest's, at one rate after equal updates; null where it is not known"  # noqa: E501
    )
    budgets: list[ComparedAnswer] = Field(description="The four budgets")


class NoiseOnTheWayAnswer(Answer):
    """A noise scale."""

    value: float = Field(description="Mean tr Σ over mean ‖G‖², in examples")
    error: float = Field(description="Its standard error over replicas")


class StepsBatchAnswer(Answer):
    """A batch size at its best learning rate."""

    batch_size: int = Field(description="Examples in a batch")
    learning_rate: float | None = Field(
        description="The rate ε at which the median replica arrives first; null where none arrives"
    )
    learning_rate_at_edge: bool = Field(
        description="Whether it is the smallest or the largest tried"
    )
    updates: QuantilesAnswer = Field(
        description="Updates after which the training loss, looked at after every one, is first no higher than the target"  # noqa: E501
    )
    examples: QuantilesAnswer = Field(description="Examples seen until there")
    noise_scale: NoiseOnTheWayAnswer | None = Field(
        description="The noise scale on the way there; null where none arrives"
    )
    learning_rate_refused: str | None = Field(
        description="Why no rate serves, in words; null where one does"
    )
    tried: list[TriedRateAnswer] = Field(
        description="Every learning rate tried, increasing; but for the best one losses are looked at after each of the first 50 updates, and then 2 % apart"  # noqa: E501
    )


class StepsAnswer(Answer):
    """Updates to a training loss against batch size."""

    request: StepsRequest = Field(  # type: ignore[valid-type]
        description="Every parameter of the sweep, as it was understood"
    )
    summary: str = Field(description="What is seen, in plain words with measured numbers")
    replicas_compared: int = Field(
        description="Replicas that are counted: those that start above the training loss"
    )
    batches: list[StepsBatchAnswer] = Field(description="The batch sizes known, increasing")
    fit: HyperbolaAnswer | None = Field(
        description="The hyperbola through them; null where it is refused"
    )
    fit_refused: str | None = Field(
        description="Why there is no fit, in words; null where there is one"
    )
    noise_scale_factor: float | None = Field(
        description="Within which factor of the critical batch size every noise scale is; null without a fit"  # noqa: E501
    )


class _Progress(Answer):
    done: float = Field(description="Share of the work that is done, from 0 to 1")
    seconds_left: float | None = Field(
        description="Seconds that the rest will take, about; null while nothing was timed"
    )
    measured: int = Field(description="Batch sizes measured")
    asked: int = Field(description="Batch sizes asked for")


class _Drawn(Answer):
    figures: dict[str, FigureAnswer] = Field(
        description="What is drawn so far, by the figures' names in URLs"
    )


class GapProgress(_Progress, GapAnswer):
    """What is known so far."""


class DrawnGapProgress(_Drawn, GapProgress):
    """The same, drawn: where a ``theme`` is given."""


class StepsProgress(_Progress, StepsAnswer):
    """What is known so far."""


class DrawnStepsProgress(_Drawn, StepsProgress):
    """The same, drawn: where a ``theme`` is given."""


class GapProgressEvent(Answer):
    """Sent whenever more is known."""

    event: Literal["progress"] = Field(description="Name of the event: more is known")
    data: DrawnGapProgress | GapProgress = Field(
        description="What is known so far, as one line of JSON"
    )


class GapResultEvent(Answer):
    """Sent at the end."""

    event: Literal["result"] = Field(description="Name of the event: all is known")
    data: GapAnswer = Field(description="The whole answer, as one line of JSON")


class StepsProgressEvent(Answer):
    """Sent whenever more is known."""

    event: Literal["progress"] = Field(description="Name of the event: more is known")
    data: DrawnStepsProgress | StepsProgress = Field(
        description="What is known so far, as one line of JSON"
    )


class StepsResultEvent(Answer):
    """Sent at the end."""

    event: Literal["result"] = Field(description="Name of the event: all is known")
    data: StepsAnswer = Field(description="The whole answer, as one line of JSON")


# Sweeps that take only a moment.
_FEW = "examples=40&hidden=4&replicas=3&learning_rate=0.1&learning_rate=0.5"
SHORT_GAP = example(f"{_FEW}&batch_size=8&batch_size=40&epochs=4&updates=20")
SHORT_STEPS = example(f"{_FEW}&batch_size=4&batch_size=8&batch_size=40&target=0.4&updates=50")
GAP_EVENTS = (GapProgressEvent, GapResultEvent, ProblemEvent)
STEPS_EVENTS = (StepsProgressEvent, StepsResultEvent, ProblemEvent)
