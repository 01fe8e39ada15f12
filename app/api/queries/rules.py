"""Several update rules from one start: what decides their paths, and how those are answered."""

from typing import Any, Literal

from pydantic import Field, ValidationInfo, field_serializer, field_validator

from app.api.queries.base import TableQuery, hint
from app.api.queries.parameters import OptimizerId
from app.api.queries.run import RunQuery
from app.science.message import Message
from app.science.optimizers import OPTIMIZERS

MOST_RUNS = 9  # in one picture: batch sizes of each rule


class RulesQuery(RunQuery):
    """Everything that decides the paths of one update rule, or of several beside each other.

    A single rule is said as elsewhere, as a text, so that what is answered and what is kept of it
    is the same as if no other could be asked for.
    """

    optimizer: list[OptimizerId] = Field(  # type: ignore[assignment]
        ["sgd"],
        min_length=1,
        max_length=len(OPTIMIZERS),
        title="Optimizer",
        description="Update rule, with PyTorch's formulas; repeat the parameter to compare several: optimizer=sgd&optimizer=adam",  # noqa: E501
        json_schema_extra=hint("optimizer", control="rules"),
    )

    @field_validator("optimizer", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return [value] if isinstance(value, str) else value

    @field_validator("optimizer")
    @classmethod
    def _fits(cls, value: list[str], info: ValidationInfo) -> list[str]:
        rules, sizes = list(dict.fromkeys(value)), len({*info.data.get("batch_size", ())})
        if len(rules) > 1 and len(rules) * sizes > MOST_RUNS:
            raise ValueError(
                Message(
                    "allowed are {most} runs at most: here are {rules} rules × {sizes} batch sizes",
                    most=MOST_RUNS,
                    rules=len(rules),
                    sizes=sizes,
                )
            )
        if len(rules) > 1 and info.data.get("held_out"):
            raise ValueError(
                Message("allowed is one where points are held out, whose losses are dashed lines")
            )
        return rules

    @field_serializer("optimizer")
    def _plain(self, value: list[str]) -> list[str] | str:
        return value if len(value) > 1 else value[0]

    @property
    def alone(self) -> tuple[RunQuery, ...]:
        """The same of each update rule alone, without what has an effect on others only."""
        values = self.model_dump(include=RunQuery.deciding() - {"optimizer"}) | {"lang": self.lang}
        return tuple(
            RunQuery.model_validate(RunQuery.having_effect(values | {"optimizer": rule}))
            for rule in self.optimizer
        )


class PathsQuery(RulesQuery):
    """Paths: of which replica, how much of them, and in which format."""

    replica: int | None = Field(
        None,
        ge=0,
        le=255,
        examples=[0],
        description="Give the path of this replica alone; left out, of all",
    )
    max_updates: int | None = Field(
        None,
        ge=1,
        le=1_000_000,
        examples=[2000],
        description="End each run after so many updates, whatever its budget; "
        "left out, at its budget",
    )
    format: Literal["json", "csv"] | None = Field(
        None,
        examples=["csv"],
        description="csv gives every point; left out, what the Accept header asks for",
    )


class RuleQuery(RulesQuery, TableQuery):
    """How an update of a run is made, and the format of its learning rates."""
