"""What decides the runs of a small network."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, WithJsonSchema

from app.api.queries.base import MAX_SEED, BaseQuery, TableQuery, hint
from app.api.queries.batches import LEAST_RATE, MAX_BATCH_SIZES, MOST_RATE
from app.api.queries.parameters import (
    FULL,
    ActivationId,
    BatchSize,
    NetworkDataId,
    NetworkLossId,
    Size,
    Theme,
    VaryId,
    integer,
)
from app.api.queries.run import TrainingQuery
from app.science.message import Message
from app.science.networks.data import DATA_SETS
from app.science.networks.rates import default_learning_rate
from app.science.networks.spec import NetworkSpec
from app.science.optimizers import OPTIMIZERS

MOST_LAYERS, MOST_UNITS = 3, 64
GENERATED = {"data": [name for name, each in DATA_SETS.items() if each.draw]}
MEASURED = {"data": ["penguins"]}


def _whole(value: Any) -> Any:
    text = integer(value)
    return int(text) if isinstance(text, str) else text


def _hidden(value: Any) -> tuple[int, ...]:
    text = value if isinstance(value, str) else ",".join(map(str, value))
    try:
        widths = tuple(int(integer(part.strip(" "))) for part in text.split(","))
    except (TypeError, ValueError):
        widths = ()
    if not (1 <= len(widths) <= MOST_LAYERS and all(1 <= w <= MOST_UNITS for w in widths)):
        raise ValueError(
            Message(
                "allowed are 1 to {layers} integers from 1 to {units}, with commas between them",
                layers=MOST_LAYERS,
                units=MOST_UNITS,
            )
        )
    return widths


Hidden = Annotated[
    tuple[int, ...],
    BeforeValidator(_hidden),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]+(,[0-9]+){0,2}$", "examples": ["16,16"]}),
]


class NetworkDataQuery(BaseQuery):
    """A network, its data, and what of them differs between replicas."""

    data: NetworkDataId = Field(
        "moons",
        title="Data set",
        description="What the network learns, an id from /api/v1/networks",
        json_schema_extra=hint("network"),
    )
    examples: int = Field(
        200,
        ge=10,
        le=2000,
        title="Training examples",
        description="N, training rows; validation and test rows come beside them",
        json_schema_extra=hint("data"),
    )
    noise: float | None = Field(
        None,
        ge=0,
        le=1,
        examples=[0.25],
        title="Noise",
        description="Standard deviation of each coordinate of generated data; left out, the data set's own",  # noqa: E501
        json_schema_extra=hint("data", reset_by=["data"], shown_with=GENERATED),
    )
    label_noise: float = Field(
        0,
        ge=0,
        le=0.5,
        title="Wrong labels",
        description="Share of the training rows that have another class's label",
        json_schema_extra=hint("data"),
    )
    measurements: Annotated[Literal[2, 4], BeforeValidator(_whole)] = Field(
        2,
        title="Measurements",
        description="How many of the penguins' measurements are inputs: the bill's two, or all four",  # noqa: E501
        json_schema_extra=hint("data", shown_with=MEASURED),
    )
    hidden: Hidden = Field(
        (16, 16),
        title="Hidden layers",
        description="Units of each hidden layer, with commas between them",
        json_schema_extra=hint("network", control="text"),
    )
    activation: ActivationId = Field(
        "tanh",
        title="Activation",
        description="What a hidden unit makes of its input",
        json_schema_extra=hint("network"),
    )
    loss: NetworkLossId = Field(
        "squared",
        title="Loss",
        description="What an example costs: half the squared distance, or cross-entropy",
        json_schema_extra=hint("network"),
    )
    vary: VaryId = Field(
        "all",
        title="Replicas differ in",
        description="all: rows, first weights and order; order: the order of examples alone",
        json_schema_extra=hint("replicas"),
    )
    weight_seed: int = Field(
        0,
        ge=0,
        le=MAX_SEED,
        title="Weight seed",
        description="Seed of the first weights: default_rng([weight_seed, r, 1])",
        json_schema_extra=hint("replicas"),
    )
    data_seed: int = Field(
        0,
        ge=0,
        le=MAX_SEED,
        title="Data seed",
        description="Seed of the rows: default_rng([data_seed, r, 2])",
        json_schema_extra=hint("data"),
    )

    @property
    def own(self) -> dict[str, Any]:
        """What is taken where a request leaves it out."""
        return {"noise": self.spec.data_set.noise}

    @property
    def spec(self) -> NetworkSpec:
        """The network and its data."""
        return NetworkSpec(
            data=self.data,
            examples=self.examples,
            noise=self.noise,
            label_noise=self.label_noise,
            columns=self.measurements if self.matters("measurements") else None,
            hidden=self.hidden,
            activation=self.activation,
            loss=self.loss,
            vary=self.vary,
            weight_seed=self.weight_seed,
            data_seed=self.data_seed,
        )


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


class NetworkQuery(_NetworkQuery):
    """Everything that decides a network's runs."""

    replicas: int = Field(
        4,
        ge=1,
        le=32,
        title="Replicas",
        description="Independent repeats; what differs between them says vary",
        json_schema_extra=hint("replicas"),
    )

    @property
    def hyperparameters(self) -> dict[str, float]:
        """Those that its optimizer has."""
        return {name: getattr(self, name) for name in OPTIMIZERS[self.optimizer].hyperparameters}

    @property
    def own(self) -> dict[str, Any]:
        """What is taken where a request leaves it out."""
        rate = default_learning_rate(self.spec, self.optimizer, self.hyperparameters)
        return super().own | {"learning_rate": rate}


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


class NetworkMomentQuery(NetworkQuery):
    """A moment of a network's first replica."""

    moment: int | None = moment()
    followed: BatchSize | None = followed()


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
    given = query.model_dump(include={*NetworkQuery.model_fields}, exclude_defaults=True)
    if "hidden" in given:
        given["hidden"] = ",".join(map(str, given["hidden"]))
    return given
