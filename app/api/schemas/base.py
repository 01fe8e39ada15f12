"""What the models of answers are made of."""

from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, create_model

from app.api.queries.base import BaseQuery
from app.science.epoch_plan import EpochPlan

Point: TypeAlias = tuple[float, float]


def _open(schema: dict[str, Any]) -> None:
    """Allow other fields in the description: an answer may have more one day."""
    schema.pop("additionalProperties", None)


class Answer(BaseModel):
    """What an answer says: these fields and, as tests see to, no others today."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=_open)


def like(query: type[BaseQuery], name: str) -> Any:
    """A field that repeats a query's parameter, described in the same words."""
    return Field(description=query.model_fields[name].description)


def request_of(query: type[BaseQuery], name: str, **types: Any) -> type[Answer]:
    """The model of a query that is answered as it was understood.

    Args:
        query: what decides the answer.
        name: of the model.
        types: those of parameters that are answered in another type than they are asked in.
    """
    fields: dict[str, Any] = {
        parameter: (types.get(parameter, field.annotation), like(query, parameter))
        for parameter, field in query.model_fields.items()
        if parameter in query.deciding()
    }
    said = "Every parameter that decides the answer, as it was understood."
    return create_model(name, __base__=Answer, __doc__=said, **fields)


def batches(plan: EpochPlan) -> list[dict[str, int]]:
    """The batches of an epoch in order, those of one size together, as `BatchesAnswer` has them."""
    return [{"size": size, "count": count} for size, count in plan.groups]


class BatchesAnswer(Answer):
    """Batches of one size, in an epoch."""

    size: int = Field(
        description="Examples in each of these batches, on average where that is drawn"
    )
    count: int = Field(description="How many batches of this size an epoch has")
