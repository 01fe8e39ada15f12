"""What is asked of a batch over several devices."""

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from app.api.queries.base import TableQuery
from app.api.queries.logged import EXAMPLE, MOST_COUNTED, PackedLog
from app.api.queries.parameters import integer, number, one_of
from app.science.memory import PRECISIONS

ARCHITECTURES = ("none", "dense", "transformer")
DENSE: dict[str, Any] = {"shown_with": {"architecture": ["dense"]}}
TRANSFORMER: dict[str, Any] = {"shown_with": {"architecture": ["transformer"]}}
EITHER: dict[str, Any] = {"shown_with": {"architecture": ["dense", "transformer"]}}

_TimedBatch = Annotated[int, Field(ge=1, le=MOST_COUNTED), BeforeValidator(integer)]
_TimedSeconds = Annotated[float, Field(ge=1e-9, le=1e9), BeforeValidator(number)]


def _count(default: int, most: int, hints: dict[str, Any], *, title: str, description: str) -> Any:
    return Field(
        default, ge=1, le=most, title=title, description=description, json_schema_extra=hints
    )


class DevicesQuery(TableQuery):
    """A global batch, its epochs, its memory and its seconds."""

    log: PackedLog | None = Field(
        None,
        examples=[EXAMPLE],
        title="Log",
        description="The run's log: with it the batch to try first is told",
    )
    per_device: int = _count(
        32, 10**6, {}, title="Per device", description="Examples a device takes at once"
    )
    devices: int = _count(1, 10**6, {}, title="Devices", description="Devices that share a batch")
    accumulation: int = _count(
        1,
        10**6,
        {},
        title="Accumulation",
        description="Micro-batches of a device that make one update",
    )
    examples: int | None = Field(
        None,
        ge=1,
        le=MOST_COUNTED,
        examples=[50_000],
        title="Examples in the data",
        description="N; left out, what the log says",
    )
    drop_last: bool = Field(
        False, title="Drop the last batch", description="Whether a last, smaller batch is left out"
    )
    architecture: Annotated[str, *one_of(ARCHITECTURES)] = Field(
        "none", title="Model", description="Whose memory is estimated: dense layers, a transformer"
    )
    memory: float = Field(
        16,
        ge=0.001,
        le=1e6,
        title="Memory",
        description="Of a device, in GB of 10⁹ bytes",
        json_schema_extra=EITHER,
    )
    precision: Annotated[str, *one_of(PRECISIONS)] = Field(
        "single",
        title="Precision",
        description="2 bytes a number in half, 4 in single, 8 in double precision",
        json_schema_extra=EITHER,
    )
    moments: int = Field(
        2,
        ge=0,
        le=4,
        title="Moments",
        description="Numbers that the optimizer keeps of a weight: sgd 0, momentum 1, adam 2",
        json_schema_extra=EITHER,
    )
    layers: int = _count(12, 1000, EITHER, title="Layers", description="Hidden layers, or blocks")
    width: int = _count(768, 10**5, EITHER, title="Width", description="Units of a layer")
    inputs: int = _count(784, 10**7, DENSE, title="Inputs", description="Numbers of an example")
    outputs: int = _count(
        10, 10**6, DENSE, title="Outputs", description="Numbers that are answered"
    )
    heads: int = _count(
        12, 10**4, TRANSFORMER, title="Heads", description="Attention heads of a block"
    )
    sequence: int = _count(
        1024, 10**7, TRANSFORMER, title="Sequence", description="Tokens of an example"
    )
    vocabulary: int = _count(
        50_257, 10**7, TRANSFORMER, title="Vocabulary", description="Different tokens"
    )
    timed_batch: list[_TimedBatch] = Field(
        default_factory=list,  # none, which a description does not tell as the two that are asked
        min_length=2,
        max_length=2,
        examples=[[32, 128]],
        title="Timed batches",
        description="Two batch sizes that you timed: timed_batch=32&timed_batch=128",
    )
    timed_seconds: list[_TimedSeconds] = Field(
        default_factory=list,  # none, which a description does not tell as the two that are asked
        min_length=2,
        max_length=2,
        examples=[[0.12, 0.31]],
        title="Seconds",
        description="Seconds of an update at each of them",
    )
