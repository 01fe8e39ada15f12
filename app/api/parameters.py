"""The types of query parameters that more than one request uses."""

import math
from collections.abc import Collection
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from app.language.speech import LANGUAGES
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.optimizers import OPTIMIZERS
from app.science.problems import SURFACES
from app.science.sampling import REMAINDERS, SAMPLINGS
from app.science.schedules import LR_SCALINGS, LR_SCHEDULES

FULL = "full"


def one_of(registry: Collection[str]) -> tuple[AfterValidator, WithJsonSchema]:
    """Annotations of a name of a registry; its JSON schema lists the names."""
    names = list(registry)

    def registered(value: str) -> str:
        if value not in names:
            raise ValueError(Message("allowed are {names}", names=", ".join(names)))
        return value

    return AfterValidator(registered), WithJsonSchema({"type": "string", "enum": names})


def _batch_size(value: Any) -> int | str:
    if value == FULL:
        return FULL
    try:
        size = int(value)
    except (TypeError, ValueError):
        size = 0
    if size < 1 or isinstance(value, float):
        raise ValueError(
            Message("allowed are integers from 1 to the number of examples, or '{full}'", full=FULL)
        )
    return size


def _point(value: Any) -> tuple[float, float]:
    # A query string's values come as a list of one text; a model's own default as numbers.
    text = value if isinstance(value, str) else ",".join(map(str, value))
    try:
        point = tuple(float(part) for part in text.split(","))
    except (TypeError, ValueError):
        point = ()
    if len(point) != 2 or not all(math.isfinite(w) for w in point):
        raise ValueError(Message("allowed are two finite numbers, w0,w1"))
    return point


_language, _language_schema = one_of(LANGUAGES)
_surface, _surface_schema = one_of(SURFACES)
_optimizer, _optimizer_schema = one_of(OPTIMIZERS)
_sampling, _sampling_schema = one_of(SAMPLINGS)
_remainder, _remainder_schema = one_of(REMAINDERS)
_scaling, _scaling_schema = one_of(LR_SCALINGS)
_schedule, _schedule_schema = one_of(LR_SCHEDULES)

Language = Annotated[str, _language, _language_schema]
SurfaceId = Annotated[str, _surface, _surface_schema]
OptimizerId = Annotated[str, _optimizer, _optimizer_schema]
SamplingId = Annotated[str, _sampling, _sampling_schema]
RemainderId = Annotated[str, _remainder, _remainder_schema]
LrScalingId = Annotated[str, _scaling, _scaling_schema]
LrScheduleId = Annotated[str, _schedule, _schedule_schema]
BatchSchedule = Literal["constant", "double"]
Theme = Literal["light", "dark"]

BatchSize = Annotated[
    int | str,
    BeforeValidator(_batch_size),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string", "const": FULL}]}
    ),
]
PointText = Annotated[
    tuple[float, float],
    BeforeValidator(_point),
    WithJsonSchema({"type": "string", "pattern": "^[^,]+,[^,]+$", "examples": ["-2,-1"]}),
]
Examples = Annotated[
    int,
    Field(
        ge=2,
        le=10_000,
        title="Examples",
        description="N, the number of examples in the finite sum",
        json_schema_extra={"group": "data"},
    ),
]


def resolve_batch_size(size: int | str, examples: int) -> int:
    """``full`` is N."""
    return examples if size == FULL else int(size)


def check_replica(replica: int, replicas: int) -> None:
    """Refuse a replica that is not one of those run.

    Raises:
        ParameterError: it is not.
    """
    if replica >= replicas:
        allowed = Message("an integer from 0 to {most}", most=replicas - 1)
        raise ParameterError("replica", replica, allowed)
