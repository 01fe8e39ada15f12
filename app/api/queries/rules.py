"""Several update rules from one start: what decides their paths, and how those are answered."""

from typing import TYPE_CHECKING, Any, Literal, TypeVar

from pydantic import Field, ValidationInfo, field_serializer, field_validator

from app.api.queries.base import BaseQuery, TableQuery, hint
from app.api.queries.parameters import OptimizerId
from app.api.queries.run import RunQuery, TrainingQuery
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.optimizers import OPTIMIZERS

MOST_RUNS = 9  # in one picture: batch sizes of each rule


Q = TypeVar("Q", bound=TrainingQuery)

if TYPE_CHECKING:
    _Mixed = TrainingQuery
else:  # its other fields are those of the run that it is mixed into
    _Mixed = BaseQuery


class SeveralRulesQuery(_Mixed):
    """One update rule, or several beside each other.

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
        return rules

    @field_serializer("optimizer")
    def _plain(self, value: list[str]) -> list[str] | str:
        return value if len(value) > 1 else value[0]

    def each_as(self, model: type[Q]) -> tuple[Q, ...]:
        """The same of each update rule alone, without what has an effect on others only.

        Args:
            model: a run of one rule.
        """
        values = self.model_dump(include=model.deciding() - {"optimizer"}) | {"lang": self.lang}
        return tuple(
            model.model_validate(model.having_effect(values | {"optimizer": rule}))
            for rule in self.optimizer
        )


class RulesQuery(SeveralRulesQuery, RunQuery):
    """Everything that decides the paths of one update rule, or of several."""

    @field_validator("optimizer")
    @classmethod
    def _solid(cls, value: list[str], info: ValidationInfo) -> list[str]:
        if len(value) > 1 and info.data.get("held_out"):
            raise ValueError(
                Message("allowed is one where points are held out, whose losses are dashed lines")
            )
        return value

    @property
    def alone(self) -> tuple[RunQuery, ...]:
        """The same of each update rule alone."""
        return self.each_as(RunQuery)


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


def check_shared_rate(alone: tuple[TrainingQuery, ...]) -> None:
    """Refuse one learning rate for rules to which it means different things.

    Raises:
        ParameterError: a rate that is given, of adaptive rules and others.
    """
    rate = alone[0].learning_rate
    if rate is not None and len({OPTIMIZERS[each.optimizer].adaptive for each in alone}) > 1:
        raise ParameterError(
            "learning_rate",
            rate,
            Message(
                "left out, so that each rule has its own default: to an adaptive rule it is the "
                "length of a step, to another what the gradient is multiplied by"
            ),
        )


def check_one_rule(optimizer: list[OptimizerId], what: Message) -> None:
    """Refuse several rules where what is answered is of one.

    Raises:
        ParameterError: there are several.
    """
    if len(optimizer) > 1:
        raise ParameterError("optimizer", optimizer, what)
