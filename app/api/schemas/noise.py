"""What ``/noise`` answers."""

from pydantic import Field

from app.api.queries.noise import NoiseQuery
from app.api.schemas.base import Answer, Point, request_of

Covariance = tuple[Point, Point]

NoiseRequest = request_of(NoiseQuery, "NoiseRequest", noise=float, batch_size=list[int], at=Point)


class SpreadAnswer(Answer):
    """How a number is spread over the draws."""

    mean: float = Field(description="Mean over the draws")
    p05: float = Field(description="5 % quantile over the draws")
    p50: float = Field(description="Median over the draws")
    p95: float = Field(description="95 % quantile over the draws")


class CloudAnswer(Answer):
    """The mini-batch gradients of one batch size."""

    batch_size: int = Field(description="Examples in each of these mini-batches")
    covariance_predicted: Covariance = Field(
        description="Covariance of their gradients by theory, exact: Σ/B, times (N−B)/(N−1) without replacement"  # noqa: E501
    )
    covariance_measured: Covariance = Field(
        description="Covariance of the gradients drawn, divisor draws − 1"
    )
    trace_predicted: float = Field(
        description="Total variance by theory, the trace of covariance_predicted"
    )
    trace_measured: float = Field(
        description="Total variance of the draws, the trace of covariance_measured"
    )
    trace_interval: tuple[float, float] = Field(description="95 % interval of trace_measured")
    standard_errors_apart: float | None = Field(
        description="trace_measured less trace_predicted, in standard errors; null where the error is zero"  # noqa: E501
    )
    cosine: SpreadAnswer | None = Field(
        description="Cosine of the angle to the full gradient, from −1 to 1; null where there is none"  # noqa: E501
    )
    angle_degrees: SpreadAnswer | None = Field(
        description="Angle to the full gradient, in degrees from 0 to 180; null where there is none"
    )
    uphill: float | None = Field(
        description="Share of all draws beyond 90° of the full gradient, from 0 to 1; null where that gradient is zero"  # noqa: E501
    )
    zero: float = Field(
        description="Share of the draws whose gradient is exactly 0, from 0 to 1: they have no angle"  # noqa: E501
    )
    gradients: list[Point] = Field(
        description="Each draw's gradient, in loss per unit of weight, to 6 significant digits"
    )


class NoiseAnswer(Answer):
    """Gradients of many independent mini-batches at a point."""

    request: NoiseRequest = Field(  # type: ignore[valid-type]
        description="Every parameter of the draws, none of them left out"
    )
    summary: str = Field(description="What is seen, in plain words with measured numbers")
    point: Point = Field(description="The weights w0 and w1 where gradients are taken")
    loss: float = Field(description="Mean loss of all examples there, in the loss's own unit")
    full_gradient: Point = Field(
        description="Mean gradient of all examples there, in loss per unit of weight"
    )
    stationary: bool = Field(description="Whether the full gradient is zero there, to rounding")
    covariance: Covariance = Field(
        description="Covariance Σ of the examples' own gradients, divisor N"
    )
    noise_trace: float = Field(description="tr Σ, the total variance of one example's gradient")
    noise_scale: float | None = Field(
        description="tr Σ/‖G‖², in examples: the batch size with as much noise as slope; null where stationary"  # noqa: E501
    )
    batches: list[CloudAnswer] = Field(description="The draws of each batch size asked for")
