"""How batch size, learning rate and betas change along a run, and with the batch size."""

from collections.abc import Mapping

from pydantic import Field

from app.api.queries.base import BaseQuery, hint
from app.api.queries.parameters import (
    BatchSchedule,
    BatchUnit,
    BetaScalingId,
    DecayUnit,
    LrScalingId,
    LrScheduleId,
)
from app.science.optimizers import FOLLOWING, OPTIMIZERS
from app.science.schedules import BETA_SCALINGS, LR_SCALINGS, LR_SCHEDULES, Scaling, Schedule


def _using(parameter: str, **choices: Mapping[str, Scaling | Schedule]) -> dict[str, list[str]]:
    """For each choice, the names of its entries whose code has a parameter."""
    return {
        choice: [name for name, entry in registry.items() if parameter in entry.code]
        for choice, registry in choices.items()
    }


GROWS = {"batch_schedule": ["double"]}
FOLLOWED = [name for name, rule in OPTIMIZERS.items() if {*FOLLOWING} & {*rule.hyperparameters}]
PERIODIC = _using("{period}", lr_schedule=LR_SCHEDULES)


class SchedulesQuery(BaseQuery):
    """Schedules of the batch size and the rate, and what follows the batch size."""

    batch_schedule: BatchSchedule = Field(
        "constant",
        title="Batch schedule",
        description="double: the batch size is multiplied again and again, up to N, as an epoch begins",  # noqa: E501
        json_schema_extra=hint("batch"),
    )
    batch_factor: int = Field(
        2,
        ge=2,
        le=100,
        title="Batch factor",
        description="What the batch size is multiplied by",
        json_schema_extra=hint("batch", shown_with=GROWS),
    )
    batch_unit: BatchUnit = Field(
        "epochs",
        title="Batch grows",
        description="When the batch grows: counted in epochs, in updates, or at equal parts of the budget",  # noqa: E501
        json_schema_extra=hint("batch", shown_with=GROWS),
    )
    batch_epochs: int = Field(
        5,
        ge=1,
        le=10_000,
        title="Batch epochs",
        description="Epochs between two such multiplications",
        json_schema_extra=hint("batch", shown_with=GROWS | {"batch_unit": ["epochs"]}),
    )
    batch_updates: int = Field(
        200,
        ge=1,
        le=1_000_000,
        title="Batch updates",
        description="Updates between two such multiplications, as an epoch begins",
        json_schema_extra=hint("batch", shown_with=GROWS | {"batch_unit": ["updates"]}),
    )
    batch_stages: int = Field(
        4,
        ge=2,
        le=1000,
        title="Batch stages",
        description="Equal parts of the budget, a multiplication between two of them",
        json_schema_extra=hint("batch", shown_with=GROWS | {"batch_unit": ["stages"]}),
    )
    lr_scaling: LrScalingId = Field(
        "none",
        title="Rate follows batch size",
        description="Learning rate × (B/reference), B as it grows: none, linear or square root",
        json_schema_extra=hint("rate"),
    )
    beta_scaling: BetaScalingId = Field(
        "none",
        title="Betas follow batch size",
        description="power: momentum, β₂ and α to the power B/reference, the same half-life in examples; β₁ stays",  # noqa: E501
        json_schema_extra=hint(
            "optimizer", shown_with={"optimizer": FOLLOWED, "batch_schedule": ["constant"]}
        ),
    )
    reference_batch_size: int = Field(
        32,
        ge=1,
        le=10_000,
        title="Reference batch size",
        description="Batch size at which learning rate and betas are as given",
        json_schema_extra=hint(
            "rate",
            shown_with=_using("{ratio}", lr_scaling=LR_SCALINGS, beta_scaling=BETA_SCALINGS),
            any_of=True,
        ),
    )
    lr_schedule: LrScheduleId = Field(
        "constant",
        title="Rate schedule",
        description="How the learning rate changes over the run",
        json_schema_extra=hint("rate"),
    )
    decay_unit: DecayUnit = Field(
        "epochs",
        title="Schedule counted in",
        description="What the rate schedule counts: epochs, or updates, which a larger batch makes fewer of",  # noqa: E501
        json_schema_extra=hint("rate", shown_with={"lr_schedule": [*LR_SCHEDULES][1:]}),
    )
    decay_epochs: float = Field(
        5,
        ge=0.01,
        le=10_000,
        title="Decay epochs",
        description="Time constant of inverse, period of step, in epochs",
        json_schema_extra=hint("rate", shown_with=PERIODIC | {"decay_unit": ["epochs"]}),
    )
    decay_updates: int = Field(
        500,
        ge=1,
        le=1_000_000,
        title="Decay updates",
        description="Time constant of inverse, period of step, in updates",
        json_schema_extra=hint("rate", shown_with=PERIODIC | {"decay_unit": ["updates"]}),
    )
    decay_factor: float = Field(
        0.5,
        ge=0.001,
        le=1,
        title="Decay factor",
        description="What step multiplies the rate by, each period",
        json_schema_extra=hint("rate", shown_with=_using("DECAY_FACTOR", lr_schedule=LR_SCHEDULES)),
    )
    warmup: int = Field(
        0,
        ge=0,
        le=1_000_000,
        title="Warm-up",
        description="Updates over which the learning rate rises: that of update k × min(1, k/warmup)",  # noqa: E501
        json_schema_extra=hint("rate"),
    )
