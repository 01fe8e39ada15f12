"""What ``/logged`` and ``/devices`` answer."""

from pydantic import Field

from app.api.schemas.base import Answer


class WarningAnswer(Answer):
    """Something that is wrong in a log, or limits what may be said of it."""

    id: str = Field(description="Its name, the same in every language")
    message: str = Field(description="What it is, in words")
    steps: int | None = Field(
        description="In how many steps; null where a link alone is read, or it is of the whole run"
    )
    line: int | None = Field(description="Line of the log where it is first seen; null likewise")


class PackedLogAnswer(Answer):
    """A log, packed."""

    log: str = Field(description="The log as text for a link")
    link: str = Field(description="Address of the page that shows it")
    steps: int = Field(description="Steps in the log")
    used: int = Field(description="Those that are usable: of two parts or more, with their norms")
    warnings: list[WarningAnswer] = Field(description="What is wrong in it")


class WindowAnswer(Answer):
    """A run of measured steps, estimated."""

    first: int = Field(description="Number of its first step")
    last: int = Field(description="Number of its last step")
    steps: int = Field(description="Measured steps in it")
    batch_size: float = Field(description="Examples of a step, on average")
    noise_scale: float | None = Field(
        description="tr Σ/‖G‖², in examples; null where the estimate of ‖G‖² is not above 0"
    )
    low: float = Field(description="Lower end of its 95 % interval by Fieller")
    high: float | None = Field(
        description="Upper end; null where the interval is open: the scale is at least low"
    )
    block_low: float | None = Field(
        description="The same from means of blocks of 8 steps; null where steps do not depend on each other"  # noqa: E501
    )
    block_high: float | None = Field(description="Its upper end; null likewise, or where open")
    gradient_squared: float = Field(description="Estimate of ‖G‖²; it may be negative")
    noise_trace: float = Field(description="Estimate of tr Σ; it may be negative")
    loss: float | None = Field(description="Mean loss; null where not logged")
    lr: float | None = Field(description="Mean learning rate; null where not logged")
    exact: float | None = Field(
        description="The noise scale of all examples; null but for a network's own log"
    )


class SpanAnswer(Answer):
    """A number, and between which the noise scale's interval has it."""

    value: float = Field(description="At the noise scale as estimated")
    low: float = Field(description="The smallest within its interval")
    high: float = Field(description="The largest within its interval")


class CostAnswer(Answer):
    """Another batch size beside the one in use; approximate."""

    factor: float = Field(description="Of the batch size in use")
    batch_size: float = Field(description="Its examples")
    updates: SpanAnswer | None = Field(
        description="Updates to the same loss, relative; null where there is no claim"
    )
    examples: SpanAnswer | None = Field(
        description="Examples to the same loss, relative; null where there is no claim"
    )
    rate: SpanAnswer | None = Field(
        description="The learning rate, relative; null where no rule is known to hold"
    )


class AdviceAnswer(Answer):
    """What follows of the last window that tells of the noise scale."""

    first: int = Field(description="Number of the first step of that window")
    last: int = Field(description="Number of its last step")
    batch_size: float = Field(description="The batch size in use there")
    sentence: str = Field(description="What twice the batch would cost, or why nothing is said")
    rate: str = Field(description="How the learning rate would follow, in words")
    rule: str | None = Field(
        description="linear, far below the noise scale and less beyond, or sqrt; null where neither is known to hold"  # noqa: E501
    )
    costs: list[CostAnswer] = Field(description="Other batch sizes")
    costs_refused: str | None = Field(
        description="Why there is no claim about updates and examples; null where there is"
    )


class LoggedAnswer(Answer):
    """A log, estimated."""

    framework: str = Field(description="That trained it; empty if not said")
    optimizer: str = Field(description="Its optimizer; empty if not said")
    parts: str = Field(description="What batches were divided into")
    data: int | None = Field(description="Examples in the data; null if not known")
    summary: str = Field(description="The noise scale along the run, in words")
    windows: list[WindowAnswer] = Field(description="The run, window after window")
    warnings: list[WarningAnswer] = Field(description="What was found wrong")
    advice: AdviceAnswer | None = Field(
        description="What another batch size would cost; null where no window tells of the noise scale"  # noqa: E501
    )


class EpochAnswer(Answer):
    """How batches divide the data."""

    steps: int = Field(description="Updates an epoch")
    last: int = Field(description="Examples of the last batch; 0 where there is none")
    lost: int = Field(description="Examples that no batch of an epoch has")


class MemoryAnswer(Answer):
    """What a device keeps, by formula: an estimate."""

    weights: int = Field(description="Bytes of the weights")
    gradients: int = Field(description="Bytes of their gradients")
    moments: int = Field(description="Bytes of the optimizer's moments")
    an_example: int = Field(description="Bytes of an example's activations")
    per_device: int = Field(description="Bytes of them all at the batch per device")
    largest: int = Field(description="The largest batch per device that fits; 0 if none does")


class SecondsAnswer(Answer):
    """A model of seconds through two timings, t(B) = a + c ⌈B/P⌉."""

    fixed: float = Field(description="a, of any batch")
    a_pass: float = Field(description="c, of a pass of P examples")
    width: int = Field(description="P, examples that all devices take at once")
    an_update: float = Field(description="Of an update of the global batch")
    an_epoch: float | None = Field(description="Of an epoch; null where N is not known")


class DevicesAnswer(Answer):
    """A batch over several devices."""

    batch_size: int = Field(
        description="Examples of an update: per device × devices × accumulation"
    )
    examples: int | None = Field(description="Examples in the data; null if not known")
    epoch: EpochAnswer | None = Field(description="An epoch; null where N is not known")
    memory: MemoryAnswer | None = Field(description="Null where no model is told")
    seconds: SecondsAnswer | None = Field(description="Null where nothing was timed")
    last_batch_warning: str | None = Field(
        description="What a last batch or a device's share of 1 does to layers that use a batch's statistics; null where there is none"  # noqa: E501
    )
    first: str = Field(
        description="Which batch to try first, and what would change that; before, that no update is made or that nothing fits into memory, where that is so"  # noqa: E501
    )
