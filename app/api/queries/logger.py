"""Which logger is asked for."""

from typing import Annotated

from pydantic import Field

from app.api.queries.base import BaseQuery
from app.api.queries.parameters import one_of
from app.export.logger import LOOPS, PARTS

_parts, _parts_schema = one_of(PARTS, PARTS)
_loop, _loop_schema = one_of(LOOPS, LOOPS)


class LoggerQuery(BaseQuery):
    """What a batch's gradient is the mean of, and what trains."""

    parts: Annotated[str, _parts, _parts_schema] = Field(
        "micro-batches",
        title="Parts",
        description="Whose gradients are compared: micro-batches of accumulated gradients, data-parallel ranks, or single examples",  # noqa: E501
    )
    loop: Annotated[str, _loop, _loop_schema] = Field(
        "own",
        title="Loop",
        description="What trains: a loop of your own (or Keras' fit), one with PyTorch's fully_shard, or the Trainer of Lightning or transformers",  # noqa: E501
    )
