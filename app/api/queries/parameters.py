"""The types of query parameters that more than one request uses."""

import math
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema

from app.language.speech import LANGUAGES
from app.science.arrays import Interval
from app.science.epoch_plan import REMAINDERS
from app.science.errors import ParameterError
from app.science.formulas.parse import MOST_CHARACTERS
from app.science.growth import RAMPS, Ramp
from app.science.message import Message
from app.science.networks import losses as network_losses
from app.science.networks.activations import ACTIVATIONS
from app.science.networks.data import DATA_SETS
from app.science.optimizers import OPTIMIZERS
from app.science.points.packed import LONGEST
from app.science.problems import SURFACES
from app.science.problems.fitted import MODEL
from app.science.problems.losses import LOSSES, WORDS
from app.science.problems.typed import FORMULA
from app.science.restraint import DECAYS
from app.science.sampling import BALANCED, SAMPLINGS, Sampling
from app.science.schedules import (
    BETA_SCALINGS,
    CLOCKS,
    LR_SCALINGS,
    LR_SCHEDULES,
    Clock,
    Scaling,
    Schedule,
)

FULL = "full"
INTEGER = re.compile(r"-?[0-9]+")
NUMBER = re.compile(r"-?([0-9]+\.?[0-9]*|\.[0-9]+)(e[-+]?[0-9]+)?", re.IGNORECASE)


def one_of(
    registry: Collection[str], words: Mapping[str, str] | None = None
) -> tuple[AfterValidator, WithJsonSchema]:
    """Annotations of a name of a registry; its JSON schema lists the names, and what they mean."""
    names = list(registry)
    schema = {"type": "string", "enum": names} | ({"words": dict(words)} if words else {})

    def registered(value: str) -> str:
        if value not in names:
            raise ValueError(Message("allowed are {names}", names=", ".join(names)))
        return value

    return AfterValidator(registered), WithJsonSchema(schema)


def _words(registry: Mapping[str, Sampling | Scaling | Schedule | Clock | Ramp]) -> dict[str, str]:
    return {name: entry.words for name, entry in registry.items()}


def asked_as(schema: dict[str, Any]) -> WithJsonSchema:
    """Annotation of numbers in a text, which a query asks for; an answer has them as numbers."""
    return WithJsonSchema(schema, mode="validation")


def integer(value: Any) -> Any:
    """Text that is to be an integer, refused unless it is one in ASCII digits.

    Python reads digits of every script, Pydantic spaces around them and underscores between.
    """
    if isinstance(value, str) and not INTEGER.fullmatch(value):
        raise ValueError(Message("allowed are integers"))
    return value


def number(value: Any) -> Any:
    """Text that is to be a number, refused unless it is one in ASCII: as `integer`."""
    if isinstance(value, str) and not NUMBER.fullmatch(value):
        raise ValueError(Message("allowed are finite numbers"))
    return value


def reader(annotation: Any) -> Callable[[Any], Any]:
    """What reads the text of a parameter of a type, or of one that may be left out."""
    for kind, read in ((int, integer), (float, number)):
        if annotation in (kind, kind | None):
            return read
    return lambda value: value


def _batch_size(value: Any) -> int | str:
    if value == FULL:
        return FULL
    try:
        size = int(integer(value))
    except (TypeError, ValueError):
        size = 0
    if size < 1 or isinstance(value, float):
        raise ValueError(
            Message("allowed are integers from 1 to the number of examples, or '{full}'", full=FULL)
        )
    return size


def _numbers(value: Any) -> tuple[float, ...]:
    """Finite numbers with commas between them; none where the text is something else."""
    # A query string's values come as a list of one text; a model's own default as numbers.
    text = value if isinstance(value, str) else ",".join(map(str, value))
    try:
        numbers = tuple(float(number(part)) for part in text.split(","))
    except (TypeError, ValueError):
        return ()
    return numbers if all(math.isfinite(w) for w in numbers) else ()


def _point(value: Any) -> tuple[float, float]:
    point = _numbers(value)
    if len(point) != 2:
        raise ValueError(Message("allowed are two finite numbers, w0,w1"))
    return point[0], point[1]


def _domain(value: Any) -> tuple[float, float, float, float]:
    text = value if isinstance(value, str) else ",".join(map(str, value))
    numbers = _numbers(",".join(part.strip(" ") for part in text.split(",")))
    if len(numbers) != 4 or not (numbers[0] < numbers[1] and numbers[2] < numbers[3]):
        raise ValueError(
            Message("allowed are four finite numbers: w0 from,to and w1 from,to, each upwards")
        )
    return numbers[0], numbers[1], numbers[2], numbers[3]


def _part(value: Any) -> tuple[Interval, Interval]:
    left, right, bottom, top = _domain(value)
    return (left, right), (bottom, top)


_language, _language_schema = one_of(LANGUAGES)
_surface, _surface_schema = one_of([*SURFACES, FORMULA, MODEL])
_listed, _listed_schema = one_of(SURFACES)
_loss, _loss_schema = one_of(LOSSES, WORDS)
_optimizer, _optimizer_schema = one_of(OPTIMIZERS)
_sampling, _sampling_schema = one_of(SAMPLINGS, _words(SAMPLINGS))
_unclassed = {name: entry for name, entry in SAMPLINGS.items() if name != BALANCED}
_, _unclassed_schema = one_of(_unclassed, _words(_unclassed))
_remainder, _remainder_schema = one_of(REMAINDERS, REMAINDERS)
_decay, _decay_schema = one_of(DECAYS, DECAYS)
_scaling, _scaling_schema = one_of(LR_SCALINGS, _words(LR_SCALINGS))
_schedule, _schedule_schema = one_of(LR_SCHEDULES, _words(LR_SCHEDULES))
_beta, _beta_schema = one_of(BETA_SCALINGS, _words(BETA_SCALINGS))
_clock, _clock_schema = one_of(CLOCKS, _words(CLOCKS))
_ramp, _ramp_schema = one_of(RAMPS, _words(RAMPS))
_growth, _growth_schema = one_of(
    ("constant", "double"), {"constant": Message("stays"), "double": Message("grows in stages")}
)

_data, _data_schema = one_of(DATA_SETS, {name: each.title for name, each in DATA_SETS.items()})
_activation, _activation_schema = one_of(
    ACTIVATIONS, {name: each.title for name, each in ACTIVATIONS.items()}
)
_objective, _objective_schema = one_of(
    network_losses.LOSSES, {name: each.title for name, each in network_losses.LOSSES.items()}
)
_vary, _vary_schema = one_of(
    ("all", "order"),
    {"all": Message("rows, first weights and order"), "order": Message("the order alone")},
)

Language = Annotated[str, _language, _language_schema]
SurfaceId = Annotated[str, _surface, _surface_schema]
ListedSurfaceId = Annotated[str, _listed, _listed_schema]
LossId = Annotated[str, _loss, _loss_schema]
NetworkDataId = Annotated[str, _data, _data_schema]
NetworkLossId = Annotated[str, _objective, _objective_schema]
ActivationId = Annotated[str, _activation, _activation_schema]
VaryId = Annotated[str, _vary, _vary_schema]
OptimizerId = Annotated[str, _optimizer, _optimizer_schema]
SamplingId = Annotated[str, _sampling, _sampling_schema]
# Of examples without classes; that these are why one is refused, its query says.
PlanSamplingId = Annotated[str, _sampling, _unclassed_schema]
RemainderId = Annotated[str, _remainder, _remainder_schema]
DecayId = Annotated[str, _decay, _decay_schema]
LrScalingId = Annotated[str, _scaling, _scaling_schema]
LrScheduleId = Annotated[str, _schedule, _schedule_schema]
BetaScalingId = Annotated[str, _beta, _beta_schema]
DecayUnit = Annotated[str, _clock, _clock_schema]
BatchUnit = Annotated[str, _ramp, _ramp_schema]
BatchSchedule = Annotated[str, _growth, _growth_schema]
Theme = Literal["light", "dark"]
Size = Literal["normal", "large"]

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
    asked_as({"type": "string", "pattern": "^[^,]+,[^,]+$", "examples": ["-2,-1"]}),
]
PartText = Annotated[
    tuple[Interval, Interval],
    BeforeValidator(_part),
    asked_as({"type": "string", "pattern": "^[^,]+(,[^,]+){3}$"}),
]
FormulaText = Annotated[  # its parser says what is wrong with one
    str,
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": MOST_CHARACTERS}),
]
PackedPoints = Annotated[  # as is said of its text by what unpacks it
    str,
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": LONGEST}),
]
DomainText = Annotated[
    tuple[float, float, float, float],
    BeforeValidator(_domain),
    asked_as({"type": "string", "pattern": "^[^,]+(,[^,]+){3}$"}),
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
MOST_COUNTED = 10**9  # where examples are only counted, and nothing is computed of each
CountedExamples = Annotated[
    int,
    Field(
        ge=2,
        le=MOST_COUNTED,
        title="Examples",
        description="N, the number of training examples",
        json_schema_extra={"group": "data"},
    ),
]


def resolve_batch_size(size: int | str, examples: int) -> int:
    """``full`` is N."""
    return examples if size == FULL else int(size)


def resolve_batch_sizes(sizes: Iterable[int | str], examples: int) -> list[int]:
    """Each of them once, as `resolve_batch_size`.

    >>> resolve_batch_sizes([8, "full", 1, 60, 8], 60)
    [8, 60, 1]
    """
    return list(dict.fromkeys(resolve_batch_size(size, examples) for size in sizes))


def check_replica(replica: int, replicas: int) -> None:
    """Refuse a replica that is not one of those run.

    Raises:
        ParameterError: it is not.
    """
    if replica >= replicas:
        allowed = Message("an integer from 0 to {most}", most=replicas - 1)
        raise ParameterError("replica", replica, allowed)
