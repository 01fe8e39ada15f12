"""What a network learns from, and what it is made of."""

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, GetCoreSchemaHandler, PlainSerializer

from app.api.queries.base import MAX_SEED, BaseQuery, hint
from app.api.queries.parameters import (
    ActivationId,
    NetworkDataId,
    NetworkLossId,
    VaryId,
    asked_as,
    integer,
)
from app.api.queries.surfaces import rare_share
from app.science.message import Message
from app.science.networks.data import DATA_SETS
from app.science.networks.spec import NetworkSpec

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


class _Widths(tuple[int, ...]):
    """A default, told as the text that a query asks for: Pydantic tells one as its type is written.

    >>> from pydantic import TypeAdapter
    >>> TypeAdapter(_Widths).dump_python(_Widths((16, 8)))
    '16,8'
    """

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, handler: GetCoreSchemaHandler) -> Any:
        written = PlainSerializer(lambda widths: ",".join(map(str, widths)))
        return handler.generate_schema(Annotated[Any, written])


Hidden = Annotated[
    tuple[int, ...],
    BeforeValidator(_hidden),
    asked_as({"type": "string", "pattern": "^[0-9]+(,[0-9]+){0,2}$", "examples": ["16,16"]}),
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
    rare_share: float = rare_share(
        data=[name for name, each in DATA_SETS.items() if each.can_be_rare]
    )
    measurements: Annotated[Literal[2, 4], BeforeValidator(_whole)] = Field(
        2,
        title="Measurements",
        description="How many of the penguins' measurements are inputs: the bill's two, or all four",  # noqa: E501
        json_schema_extra=hint("data", shown_with=MEASURED),
    )
    hidden: Hidden = Field(
        _Widths((16, 16)),
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
            rare_share=self.rare_share,
            columns=self.measurements if self.matters("measurements") else None,
            hidden=self.hidden,
            activation=self.activation,
            loss=self.loss,
            vary=self.vary,
            weight_seed=self.weight_seed,
            data_seed=self.data_seed,
        )
