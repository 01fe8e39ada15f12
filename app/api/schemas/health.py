"""What those who watch over the process are answered."""

from typing import Literal

from pydantic import Field

from app.api.schemas.base import Answer


class AliveAnswer(Answer):
    """The process answers."""

    status: Literal["ok"] = Field(description="That all is well; else the answer is another status")


class HealthAnswer(AliveAnswer):
    """The process answers, and says which it is."""

    version: str = Field(description="Version of the software")


class QueueAnswer(Answer):
    """What the client's next request would have before it, were it asked now."""

    ahead: int = Field(description="Computations that have a turn before it, its client's too")
    seconds: float = Field(description="About how long it would wait to begin")
