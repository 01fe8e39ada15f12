"""What decides the runs of a small network."""

from typing import Any, Literal

from pydantic import Field

from app.api.queries.base import TableQuery, hint
from app.api.queries.batches import LEAST_RATE, MAX_BATCH_SIZES, MOST_RATE
from app.api.queries.network_data import NetworkDataQuery
from app.api.queries.parameters import (
    FULL,
    BatchSize,
    OptimizerId,
    Size,
    Theme,
)
from app.api.queries.rules import SeveralRulesQuery
from app.api.queries.run import TrainingQuery
from app.science.networks.rates import default_learning_rate
from app.science.rule import Chosen


class _NetworkQuery(TrainingQuery, NetworkDataQuery):
    batch_size: list[BatchSize] = Field(
        [8, 32, FULL],
        min_length=1,
        max_length=MAX_BATCH_SIZES,
        title="Batch sizes",
        description="Examples in a batch: integers from 1 to N, or full; repeat the parameter to compare: batch_size=1&batch_size=full",  # noqa: E501
        json_schema_extra=hint("batch", control="batch-sizes"),
    )
    learning_rate: float | None = Field(
        None,
        ge=LEAST_RATE,
        le=MOST_RATE,
        examples=[0.1],
        title="Learning rate",
        description="ε; left out, the data set's own for its loss; for momentum × (1 − β), for rmsprop and adam one of theirs",  # noqa: E501
        json_schema_extra=hint(
            "rate",
            control="log-slider",
            slider=[1e-4, 10],
            reset_by=["data", "loss", "optimizer"],
        ),
    )
    epochs: int | None = Field(
        None,
        ge=1,
        le=10_000,
        examples=[100],
        title="Epochs",
        description="Budget in passes over the training rows",
        json_schema_extra=hint("budget"),
    )
    updates: int | None = Field(
        None,
        ge=1,
        le=100_000,
        examples=[2000],
        title="Updates",
        description="Budget in updates, the same for every batch size; 8,000 if none is given",
        json_schema_extra=hint("budget"),
    )


class NetworkRunQuery(_NetworkQuery):
    """Everything that decides a network's runs by one update rule."""

    replicas: int = Field(
        4,
        ge=1,
        le=32,
        title="Replicas",
        description="Independent repeats; what differs between them says vary",
        json_schema_extra=hint("replicas"),
    )

    @property
    def own(self) -> dict[str, Any]:
        """What is taken where a request leaves it out."""
        rate = default_learning_rate(self.spec, self.optimizer, self.hyperparameters)
        return super().own | {"learning_rate": rate}

    @property
    def alone(self) -> "tuple[NetworkRunQuery, ...]":
        """The same of each update rule alone, in the order in which they are asked for."""
        return (self,)

    @property
    def rules(self) -> dict[str, Chosen]:
        """The update rules, by name."""
        alone = self.alone
        return {
            each.optimizer: Chosen(each.optimizer, each.hyperparameters, alone=len(alone) == 1)
            for each in alone
        }


class NetworkQuery(SeveralRulesQuery, NetworkRunQuery):
    """Everything that decides a network's runs, by one update rule or by several."""

    @property
    def own(self) -> dict[str, Any]:
        """What is taken where a request leaves it out; no rate where rules have each its own."""
        every = [each.own for each in self.alone]
        rates = {own["learning_rate"] for own in every}
        return every[0] | {"learning_rate": rates.pop() if len(rates) == 1 else None}

    @property
    def alone(self) -> tuple[NetworkRunQuery, ...]:
        """The same of each update rule alone."""
        return self.each_as(NetworkRunQuery)


NetworkAxis = Literal["updates", "epochs", "examples_seen", "train_loss"]
Part = Literal["train", "test"]


def network_axis() -> Any:
    """What losses and accuracies are drawn against."""
    return Field(
        "updates",
        title="Horizontal axis",
        description="What they are drawn against; train_loss: where runs have first come to the same training loss",  # noqa: E501
    )


def part() -> Any:
    """Whose loss is the ground."""
    return Field("train", title="Ground", description="Whose mean loss is drawn over the plane")


def moment() -> Any:
    """A recorded update of the followed runs."""
    return Field(
        None,
        ge=0,
        le=100_000,
        examples=[500],
        title="Moment",
        description="The last recorded update up to this one of the followed runs; left out, their end",  # noqa: E501
    )


def followed() -> Any:
    """Whose moment it is."""
    return Field(
        None,
        examples=[32],
        title="Followed",
        description="Batch size whose moment it is; left out, the first one",
    )


def followed_optimizer() -> Any:
    """By which update rule it came to be."""
    return Field(
        None,
        examples=["sgd"],
        title="Followed rule",
        description="Update rule whose run's moment it is, where there are several; left out, the first one",  # noqa: E501
    )


class NetworkMomentQuery(NetworkQuery):
    """A moment of a network's first replica."""

    moment: int | None = moment()
    followed: BatchSize | None = followed()
    followed_optimizer: OptimizerId | None = followed_optimizer()


class NetworkStreamQuery(NetworkQuery, TableQuery):
    """A network's runs, and how they are drawn while they are under way."""

    axis: NetworkAxis = network_axis()

    theme: Theme | None = Field(
        None, examples=["light"], description="Of the figures in events; left out, they have none"
    )
    size: Size = Field("normal", description="Size of text, lines and marks")


class NetworkReplicaQuery(NetworkQuery):
    """One replica of a network's runs."""

    replica: int = Field(
        0,
        ge=0,
        le=31,
        title="Replica",
        description="Whose rows and first weights: a replica of the run, from 0",
    )


class NetworkRowsQuery(NetworkReplicaQuery, TableQuery):
    """The rows and first weights of a network's runs."""


def linked_network(query: NetworkQuery) -> dict[str, Any]:
    """What of the runs' parameters is not their default, as an address has it."""
    given = query.differing(NetworkQuery)
    if "hidden" in given:
        given["hidden"] = ",".join(map(str, given["hidden"]))
    return given
