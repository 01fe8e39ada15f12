"""How long a run is."""

from dataclasses import dataclass, fields

from app.science.errors import ParameterError
from app.science.message import Message


@dataclass(frozen=True)
class Budget:
    """How long a run is: exactly one of the three.

    Attributes:
        epochs: whole passes.
        updates: updates, the last epoch cut short where need be.
        examples_seen: as many updates as fit into this many examples.
    """

    epochs: int | None = None
    updates: int | None = None
    examples_seen: int | None = None

    def __post_init__(self) -> None:
        given = {name: value for name, value in vars(self).items() if value is not None}
        if not given:
            allowed = Message("a budget: exactly one of epochs, updates and examples_seen")
            raise ParameterError("epochs", None, allowed)
        if len(given) > 1:
            allowed = Message("a budget: give only one of {names}", names=", ".join(given))
            raise ParameterError(" and ".join(given), list(given.values()), allowed)
        name, value = self.given
        if value < 1:
            raise ParameterError(name, value, "an integer of at least 1")

    @property
    def given(self) -> tuple[str, int]:
        """Name and value of the one that is."""
        return next((name, value) for name, value in vars(self).items() if value is not None)


BUDGETS = tuple(each.name for each in fields(Budget))
