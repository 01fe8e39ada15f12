"""An epoch cut into mini-batches: in which sizes, and what the last one weighs."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from app.science.accumulation import is_skewed
from app.science.arrays import FloatArray, IntArray
from app.science.cached_property import cached_property
from app.science.errors import ParameterError
from app.science.message import Message

Remainder: TypeAlias = Literal["keep", "drop", "weight"]
# What becomes of a last, smaller batch, in words; `EpochPlan` applies it.
REMAINDERS: dict[str, str] = {
    "keep": Message("a full step"),
    "drop": Message("not used"),
    "weight": Message("by its size"),
}


@dataclass(frozen=True)
class EpochPlan:
    """One epoch of N examples in consecutive batches of B, the last one possibly smaller.

    >>> plan = EpochPlan(examples=1050, batch_size=100)
    >>> plan.updates, plan.groups
    (11, ((100, 10), (50, 1)))

    Attributes:
        examples: N.
        batch_size: B, from 1 to N.
        remainder: what becomes of a last, smaller batch: one of `REMAINDERS`.
        micro_batch: m, examples whose mean counts as much as that of an update's last, fewer
            ones; None where every example of an update counts the same.
        poisson: whether a batch has B examples on average alone, each of the N by a draw of its
            own: there are then ⌈N/B⌉ of them, and none is a remainder.

    Raises:
        ParameterError: B outside 1..N, or an unknown ``remainder``, or one that has no effect.
    """

    examples: int
    batch_size: int
    remainder: str = "keep"
    micro_batch: int | None = None
    poisson: bool = False

    def __post_init__(self) -> None:
        if not 1 <= self.batch_size <= self.examples:
            raise ParameterError(
                "batch_size",
                self.batch_size,
                Message("an integer from 1 to {most} or 'full'", most=self.examples),
            )
        if self.remainder not in REMAINDERS:
            raise ParameterError(
                "remainder", self.remainder, Message("one of {names}", names=", ".join(REMAINDERS))
            )
        if self.poisson and self.remainder != "keep":
            allowed = Message(
                "keep: of Poisson batches, whose sizes are drawn, none is a last, smaller one"
            )
            raise ParameterError("remainder", self.remainder, allowed)

    @property
    def groups(self) -> tuple[tuple[int, int], ...]:
        """Batches in order, as (size, how many of that size); a Poisson batch's size on average."""
        full, rest = divmod(self.examples, self.batch_size)
        if self.poisson:
            return ((self.batch_size, full + bool(rest)),)
        last = ((rest, 1),) if rest and self.remainder != "drop" else ()
        return ((self.batch_size, full), *last)

    @cached_property
    def sizes(self) -> IntArray:
        """Size of each batch of the epoch."""
        sizes, counts = zip(*self.groups, strict=True)
        return np.repeat(np.array(sizes, dtype=np.int64), counts)

    @cached_property
    def starts(self) -> IntArray:
        """Where in the epoch's order each batch begins."""
        return np.cumsum(self.sizes) - self.sizes

    @cached_property
    def elapsed(self) -> FloatArray:
        """Fraction of the examples it uses that are seen after each batch."""
        return np.cumsum(self.sizes) / self.examples_used

    @cached_property
    def weights(self) -> FloatArray:
        """What each batch's gradient is multiplied by, before the optimizer takes it."""
        return np.append(np.ones(self.updates - 1), self.last_weight)

    @property
    def last_weight(self) -> float:
        """The last of `weights`, without the others: an epoch may have very many."""
        return self.groups[-1][0] / self.batch_size if self.remainder == "weight" else 1.0

    @cached_property
    def updates(self) -> int:
        """Updates an epoch."""
        return sum(count for _, count in self.groups)

    @property
    def examples_used(self) -> int:
        """Examples an epoch really visits: N, less with ``drop``; Poisson batches on average."""
        return sum(size * count for size, count in self.groups)

    @property
    def skewed(self) -> bool:
        """Whether examples of one update may count differently."""
        return any(is_skewed(size, self.micro_batch) for size, _ in self.groups)

    @property
    def ends_in_one(self) -> bool:
        """Whether it ends in a batch of 1, though B is more: N mod B = 1, and it is not dropped.

        >>> EpochPlan(1001, 100).ends_in_one, EpochPlan(1001, 100, "drop").ends_in_one
        (True, False)
        """
        return self.groups[-1][0] == 1 < self.batch_size

    @property
    def whole(self) -> bool:
        """Whether the one batch of an epoch takes as many examples as there are."""
        return self.batch_size == self.examples
