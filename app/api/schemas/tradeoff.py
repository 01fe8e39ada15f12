"""What ``/tradeoff`` answers, at once or in events."""

from typing import Any, Literal

from pydantic import Field

from app.api.queries.tradeoff import TradeoffQuery
from app.api.schemas.base import Answer, Point, request_of
from app.api.schemas.figures import FigureAnswer
from app.science.tradeoff.fit import Fit
from app.web.description import example
from app.web.errors import ProblemDetails

TradeoffRequest = request_of(
    TradeoffQuery,
    "TradeoffRequest",
    batch_size=list[int],
    optimizer=list[str],
    learning_rate=list[float],
    start=Point | None,
)


class QuantilesAnswer(Answer):
    """How a count is spread over the replicas; null where too few of them arrived."""

    p05: int | None = Field(description="5 % quantile over replicas; null where too few arrive")
    p50: int | None = Field(description="Median over replicas; null where fewer than half arrive")
    p95: int | None = Field(description="95 % quantile over replicas; null where too few arrive")


class TriedRateAnswer(Answer):
    """A learning rate that was tried."""

    learning_rate: float = Field(description="The learning rate ε that was tried")
    arrived: int = Field(description="Replicas that reached the target while it mattered")
    diverged: int = Field(description="Replicas that diverged before")
    updates: int | None = Field(
        description="Median updates to the target; null where it was not waited for, being larger than the best, or there is none"  # noqa: E501
    )


class SweptBatchAnswer(Answer):
    """A batch size at its best learning rate."""

    batch_size: int = Field(description="Examples in a batch")
    learning_rate: float | None = Field(
        description="The rate ε at which the median replica arrives first; null where none arrives"
    )
    learning_rate_at_edge: bool = Field(
        description="Whether a rate beyond those tried might be better still"
    )
    updates_to_target: QuantilesAnswer = Field(description="Updates to the target")
    examples_seen_to_target: QuantilesAnswer = Field(
        description="Examples seen to the target, repeated ones counted again"
    )
    updates: QuantilesAnswer = Field(description="The same as ``updates_to_target``")
    examples: QuantilesAnswer = Field(description="The same as ``examples_seen_to_target``")
    regime: Literal["perfect", "diminishing", "plateau"] | None = Field(
        description="perfect: updates fall in proportion; diminishing: by less; plateau: hardly; null where that is not told"  # noqa: E501
    )
    learning_rate_refused: str | None = Field(
        description="Why no rate serves, in words; null where one does"
    )
    tried: list[TriedRateAnswer] = Field(description="Every learning rate tried, increasing")


class EstimateAnswer(Answer):
    """A number that was fitted."""

    value: float = Field(description="What fits best")
    low: float = Field(description="Lower end of its 95 % interval over replicas")
    high: float = Field(description="Upper end of its 95 % interval over replicas")


class HyperbolaAnswer(Answer):
    """The hyperbola between updates and examples (McCandlish et al. 2018)."""

    approximate: Literal[True] = Field(
        description="That it is no law: exact only where the noise scale stays the same and steps are small"  # noqa: E501
    )
    minimum_updates: EstimateAnswer = Field(
        description="S_min, the fewest updates at any batch size"
    )
    minimum_examples: EstimateAnswer = Field(
        description="E_min, the fewest examples at any batch size"
    )
    critical_batch_size: EstimateAnswer = Field(
        description="E_min/S_min, in examples: at that batch size both are twice their fewest"
    )
    largest_deviation: float = Field(
        description="Largest relative difference between measured and fitted updates, from 0"
    )


def hyperbola(fitted: Fit | None) -> dict[str, Any] | None:
    """What was fitted, as `HyperbolaAnswer` has it; None where it was refused."""
    return fitted and {
        "approximate": True,
        "minimum_updates": fitted.updates._asdict(),
        "minimum_examples": fitted.examples._asdict(),
        "critical_batch_size": fitted.batch_size._asdict(),
        "largest_deviation": fitted.deviation,
    }


class BoundsAnswer(Answer):
    """A 95 % interval of a batch size."""

    low: int | None = Field(description="Its lower end, in examples; null where none is in there")
    high: int | None = Field(description="Its upper end, in examples; null where none is in there")


class SweptOptimizerAnswer(Answer):
    """What was measured with one optimizer."""

    optimizer: str = Field(description="Update rule, with its default parameters")
    lowest_loss: float = Field(
        description="Loss at the lowest minimum of all, in the loss's own unit; 0 where there is none"  # noqa: E501
    )
    target_above: float = Field(
        description="Loss at the minimum that the start leads to, from which the target is counted"
    )
    target_loss: float = Field(description="The target, in the loss's own unit")
    batches: list[SweptBatchAnswer] = Field(
        description="The batch sizes of which something is known, increasing"
    )
    fit: HyperbolaAnswer | None = Field(
        description="The hyperbola through them; null where it is refused"
    )
    fit_refused: str | None = Field(
        description="Why there is no fit, in words; null where there is one"
    )
    perfect_scaling_until: int | None = Field(
        description="Largest batch size, in examples, up to which updates fall in proportion; null where none larger than the first does"  # noqa: E501
    )
    perfect_scaling_until_interval: BoundsAnswer = Field(
        description="95 % interval of perfect_scaling_until"
    )
    plateau_from: int | None = Field(
        description="Batch size, in examples, from which on larger ones hardly save updates; null where there is none"  # noqa: E501
    )
    plateau_from_interval: BoundsAnswer = Field(description="95 % interval of plateau_from")


class TradeoffAnswer(Answer):
    """How far a bigger batch pays."""

    request: TradeoffRequest = Field(  # type: ignore[valid-type]
        description="Every parameter of the sweep; null or empty where each surface, or batch size, has its own"  # noqa: E501
    )
    summary: str = Field(description="What is seen, in plain words with measured numbers")
    optimizers: list[SweptOptimizerAnswer] = Field(description="What was measured, by optimizer")


class ProgressAnswer(TradeoffAnswer):
    """What is known so far."""

    done: float = Field(description="Share of the work that is done, from 0 to 1")
    seconds_left: float | None = Field(
        description="Seconds that the rest will take, about; null while nothing was timed"
    )
    measured: int = Field(description="Batch sizes measured, of all optimizers together")
    asked: int = Field(description="Batch sizes asked for, of all optimizers together")


class DrawnProgressAnswer(ProgressAnswer):
    """The same, drawn: where a ``theme`` was asked for."""

    figures: dict[str, FigureAnswer] = Field(
        description="The sweep's figures as far as it has come, by their names in URLs"
    )
    figure: FigureAnswer = Field(description="That of tradeoff-updates")


class ProgressEvent(Answer):
    """Sent whenever more is known."""

    event: Literal["progress"] = Field(description="Name of the event: more is known")
    data: DrawnProgressAnswer | ProgressAnswer = Field(
        description="What is known so far, as one line of JSON"
    )


class ResultEvent(Answer):
    """Sent at the end."""

    event: Literal["result"] = Field(description="Name of the event: all is known")
    data: TradeoffAnswer = Field(description="The whole answer, as one line of JSON")


class ProblemEvent(Answer):
    """Sent at the end instead of a result."""

    event: Literal["problem"] = Field(description="Name of the event: the sweep cannot be made")
    data: ProblemDetails = Field(description="Why not, as one line of JSON")


# A sweep that takes only a moment.
SHORT = example("examples=32&replicas=4&epochs=4&target=0.5&batch_size=4&batch_size=8")
EVENTS = (ProgressEvent, ResultEvent, ProblemEvent)
