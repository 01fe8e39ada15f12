"""The optimizer, and the hyperparameters of all there are."""

from typing import TYPE_CHECKING, Any

from pydantic import Field, create_model

from app.api.queries.base import BaseQuery, hint
from app.api.queries.parameters import OptimizerId
from app.science.message import Message
from app.science.optimizers import HYPERPARAMETERS, OPTIMIZERS

# What is said of several where one is held.
OF_ONE = {"optimizer": ValueError(Message("allowed is one update rule here; ask for each of them"))}


class _Chosen(BaseQuery):
    optimizer: OptimizerId = Field(
        "sgd",
        title="Optimizer",
        description="Update rule, with PyTorch's formulas",
        json_schema_extra=hint("optimizer"),
    )

    @property
    def hyperparameters(self) -> dict[str, float]:
        """Those that its optimizer has."""
        return {name: getattr(self, name) for name in OPTIMIZERS[self.optimizer].hyperparameters}


def _hyperparameter(name: str) -> Any:
    """A field's type and what is told of it."""
    told = HYPERPARAMETERS[name]
    taking = [optimizer for optimizer, rule in OPTIMIZERS.items() if name in rule.hyperparameters]
    return float, Field(
        OPTIMIZERS[taking[0]].hyperparameters[name],
        ge=told.least,
        le=told.most,
        title=told.title,
        description=told.description,
        json_schema_extra=hint("optimizer", shown_with={"optimizer": taking}),
    )


if TYPE_CHECKING:
    OptimizerQuery = _Chosen
else:
    OptimizerQuery = create_model(
        "OptimizerQuery",
        __base__=_Chosen,
        **{name: _hyperparameter(name) for name in HYPERPARAMETERS},
    )
