"""How the batch size grows along a run, written as scripts have it."""

import math
from dataclasses import dataclass
from typing import NamedTuple

from app.science.errors import ParameterError, check_one_of
from app.science.formulas.compiled import computed
from app.science.message import Message


class Ramp(NamedTuple):
    """When a batch grows, with all that is told about it.

    Attributes:
        words: as a form has it.
        code: how often it has grown as an epoch begins, as a script has it: of the numbers of
            the ``epoch`` and of the updates ``u`` before it, and of ``{done}`` of a ``{budget}``.
    """

    words: str
    code: str


RAMPS: dict[str, Ramp] = {
    "epochs": Ramp(Message("each so many epochs"), "epoch // BATCH_EPOCHS"),
    "updates": Ramp(Message("each so many updates"), "u // BATCH_UPDATES"),
    "stages": Ramp(Message("in equal parts of the budget"), "BATCH_STAGES * {done} // {budget}"),
}
_OF_GROWTH = "epoch, u, done, budget, BATCH_EPOCHS, BATCH_UPDATES, BATCH_STAGES"


@dataclass(frozen=True)
class Growth:
    """Batch size × ``factor`` again and again, at most N (Smith et al. 2017).

    An epoch has one batch size, that of its beginning.

    >>> [Growth(factor=2, epochs=5).batch_size(32, epoch, 1050) for epoch in (0, 4, 5, 10, 100)]
    [32, 32, 64, 128, 1050]

    Attributes:
        factor: what the batch size is multiplied by.
        epochs, updates: how many are between two such multiplications.
        unit: one of `RAMPS`, which says which of the others counts.
        stages: equal parts of the budget, with a multiplication between two of them.
    """

    factor: int = 2
    epochs: int = 5
    unit: str = "epochs"
    updates: int = 200
    stages: int = 4

    def __post_init__(self) -> None:
        check_one_of("batch_unit", self.unit, RAMPS)
        if self.updates < 1:
            raise ParameterError("batch_updates", self.updates, "an integer of at least 1")
        if self.stages < 2:
            raise ParameterError("batch_stages", self.stages, "an integer of at least 2")
        if self.factor < 2:
            raise ParameterError("batch_factor", self.factor, "an integer of at least 2")
        if self.epochs < 1:
            raise ParameterError("batch_epochs", self.epochs, "an integer of at least 1")

    def batch_size(
        self,
        initial: int,
        epoch: int,
        examples: int,
        *,
        updates: int = 0,
        done: int = 0,
        budget: int = 1,
    ) -> int:
        """The batch size of an epoch (0 is the first).

        Args:
            initial: that of the first.
            epoch: its number.
            examples: N.
            updates: those before it.
            done: of the budget, in its own unit, before it.
            budget: all of it.
        """
        code = RAMPS[self.unit].code.format(done="done", budget="budget")
        given = epoch, updates, done, budget, self.epochs, self.updates, self.stages
        times = computed(code, _OF_GROWTH)(*given)
        # After so many the size is N for certain, and the power would be a giant integer.
        if times > math.log(examples, self.factor) + 1:
            return examples
        return int(min(examples, initial * self.factor**times))
