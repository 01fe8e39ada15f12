"""Weight decay and clipping, as a run has them."""

from pydantic import Field

from app.api.queries.base import BaseQuery, hint
from app.api.queries.parameters import DecayId
from app.science.restraint import FREE, Restraint


class RestraintQuery(BaseQuery):
    """What holds updates back."""

    weight_decay: float = Field(
        0,
        ge=0,
        le=10,
        title="Weight decay",
        description="λ: weights are drawn towards 0 beside the loss; 0 is none",
        json_schema_extra=hint("optimizer"),
    )
    decay: DecayId = Field(
        FREE.decay,
        title="Decay acts",
        description="coupled: λθ is added to the gradient; decoupled: θ × (1 − ελ) before the step, as in AdamW",  # noqa: E501
        json_schema_extra=hint("optimizer", above_0="weight_decay"),
    )
    clip: float | None = Field(
        None,
        ge=1e-6,
        le=1e6,
        examples=[1.0],
        title="Clip to norm",
        description="c: a gradient of a larger norm over all weights is clipped to it, × c/‖g‖; left out, none is",  # noqa: E501
        json_schema_extra=hint("optimizer"),
    )

    @property
    def restraint(self) -> Restraint:
        """The same as the science has it."""
        return Restraint(self.weight_decay, self.decay, self.clip)
