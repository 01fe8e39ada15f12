"""What is asked of a reader's own run."""

from typing import Annotated

from pydantic import Field, WithJsonSchema

from app.api.queries.base import BaseQuery, TableQuery
from app.api.queries.figures import FigureQuery
from app.api.queries.network import NetworkReplicaQuery, followed
from app.api.queries.parameters import BatchSize
from app.science.logged.packed import LONGEST

# 60 steps in three windows.
EXAMPLE = (
    "log2.pytorch.sgd.micro-batches.50000.0.AACgQQhD0kki2zpAEzXUBoQXkkChvKf53mpHQGTmHZiTxPBAuY"
    "RKT7Okl0DA2oY_SzQ4Ps3MzD0AAKBBAAAAAAAAmEEAAKBB-6pW7Z0yNEAuXOgPY0STQMzjL1Ov0UFASKjyS8Kw8kD"
    "BBazj00OTQFO_ID20bQs9zczMPQAAoEEAAKBBAAAcQgAAoEHCBYKp6705QBSy2OK4EZNAfAf6OSADR0B_HT08CGXy"
    "QB_zshzNMJhA_YbHPjpipDzNzMw9AACgQQAAIEIAAGxCOFcz"
)
MOST_COUNTED = 10**12

PackedLog = Annotated[  # as is said of its text by what unpacks it
    str,
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": LONGEST, "examples": [EXAMPLE]}),
]
Column = Annotated[str, Field(min_length=1, max_length=200)]


class LogQuery(BaseQuery):
    """A log."""

    log: PackedLog = Field(
        title="Log",
        description="The run's log, as POST /api/v1/logged or a logger packs it",
    )


class LoggedQuery(LogQuery, TableQuery):
    """A log, and its format."""


class LoggedFigureQuery(LogQuery, FigureQuery):
    """A log as a figure."""


class SentLogQuery(TableQuery):
    """What a table does not say of itself; JSON lines do, and take none of it."""

    step: Column | None = Field(
        None,
        examples=["Step"],
        description="Of a table: column of the steps' numbers; left out, step, else rows are counted",  # noqa: E501
    )
    mean_part_norm: Column | None = Field(
        None,
        examples=["small"],
        description="Of a table: column of the mean squared norm of the parts' gradients; left out, mean_part_norm",  # noqa: E501
    )
    norm: Column | None = Field(
        None,
        examples=["large"],
        description="Of a table: column of the squared norm of the batch's gradient; left out, norm",  # noqa: E501
    )
    loss: Column | None = Field(
        None, examples=["train/loss"], description="Of a table: column of the loss; left out, loss"
    )
    lr: Column | None = Field(
        None,
        examples=["lr"],
        description="Of a table: column of the learning rate; left out, lr",
    )
    examples: int | None = Field(
        None,
        ge=2,
        le=MOST_COUNTED,
        examples=[256],
        description="Of a table: examples of a batch; needed there",
    )
    parts: int | None = Field(
        None,
        ge=2,
        le=MOST_COUNTED,
        examples=[8],
        description="Of a table: equal parts of a batch; needed there",
    )
    squared: bool | None = Field(
        None,
        examples=[False],
        description="Of a table: whether its norms are squared; if not, that of the parts is the root of their mean square; left out, they are",  # noqa: E501
    )
    optimizer: str | None = Field(
        None,
        min_length=1,
        max_length=100,
        examples=["sgd"],
        description="Of a table: the optimizer's name",
    )
    data: int | None = Field(
        None,
        ge=1,
        le=MOST_COUNTED,
        examples=[50_000],
        description="Of a table: examples in the data",
    )


class NetworkLogQuery(NetworkReplicaQuery):
    """The log of one replica of a network's runs."""

    followed: BatchSize | None = followed()
