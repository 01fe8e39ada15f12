"""How the learning rate and the batch size change along a run, and rate with batch size.

A learning-rate schedule is ``t -> factor``, t the epochs (so that batch sizes are compared like
with like) or the updates before an update, of a run of T of them. It is written as scripts have
it, and runs, scripts and pages are made of that.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.errors import ParameterError, check_one_of
from app.science.formulas.compiled import computed
from app.science.message import Message


@dataclass(frozen=True)
class Decay:
    """Parameters of the learning-rate schedules.

    Attributes:
        epochs: time constant of ``inverse``, period of ``step``, in epochs.
        factor: what ``step`` multiplies the rate by each period.
        unit: one of `CLOCKS`, in which time is counted.
        updates: time constant and period where it is counted in updates.
    """

    epochs: float = 5.0
    factor: float = 0.5
    unit: str = "epochs"
    updates: int = 500

    @property
    def period(self) -> float:
        """Time constant or period, in its unit."""
        return self.updates if self.unit == "updates" else self.epochs

    def __post_init__(self) -> None:
        check_one_of("decay_unit", self.unit, CLOCKS)
        if self.updates < 1:
            raise ParameterError("decay_updates", self.updates, "an integer of at least 1")
        if not (math.isfinite(self.epochs) and self.epochs > 0):
            raise ParameterError("decay_epochs", self.epochs, "a finite number above 0")
        if not 0 < self.factor <= 1:
            raise ParameterError("decay_factor", self.factor, "a number above 0 and at most 1")


_OF_TIME = "t, total, share, period, DECAY_FACTOR"
_RATIO = "ratio"


class Schedule(NamedTuple):
    """A learning-rate schedule, with all that is told about it.

    Attributes:
        words: what the rate does, as a form has it.
        code: the factor on the rate as a script has it, of ``t``, of the time constant or
            ``{period}``, of the time in ``{total}``, of the ``share`` of it, and of a parameter
            in capitals.
    """

    words: str
    code: str

    def __call__(self, t: FloatArray, total: float, decay: Decay) -> FloatArray:
        """The factors at times t of a run of so much time in total."""
        code = self.code.format(period="period", total="total")
        given = t, total, t / total, decay.period, decay.factor
        return np.broadcast_to(computed(code, _OF_TIME)(*given), t.shape)

    @property
    def of_whole(self) -> bool:
        """Whether it depends on the time in total."""
        return "{total}" in self.code or "share" in self.code


LR_SCHEDULES: dict[str, Schedule] = {
    "constant": Schedule(Message("stays"), "1"),
    # Robbins and Monro 1951: the sum of the rates is infinite, that of their squares is not.
    "inverse": Schedule(Message("as one over time"), "1 / (1 + t / {period})"),
    "step": Schedule(Message("falls in steps"), "DECAY_FACTOR ** np.floor(t / {period})"),
    # Loshchilov and Hutter 2017, arXiv:1608.03983
    "cosine": Schedule(Message("half a cosine"), "(1 + np.cos(np.pi * (t / {total}))) / 2"),
    # Smith and Topin 2017, arXiv:1708.07120: from 1/25, for three tenths, as PyTorch has it.
    "one-cycle": Schedule(
        Message("rises, then falls"),
        "np.minimum(0.04 + 3.2 * share, (1 - share) / 0.7)",
    ),
}


class Clock(NamedTuple):
    """What the time of a schedule is counted in, with all that is told about it.

    Attributes:
        words: as a form has it.
        period, total: what a script calls a time constant, and the time in total.
    """

    words: str
    period: str
    total: str


CLOCKS: dict[str, Clock] = {
    "epochs": Clock(
        Message("alike at every batch size"), "DECAY_EPOCHS", "TOTAL_EPOCHS[batch_size]"
    ),
    "updates": Clock(
        Message("as most frameworks count"), "DECAY_UPDATES", "TOTAL_UPDATES[batch_size]"
    ),
}

# The factor on the rate of the update after u of them, as a script has it.
WARMUP = "np.minimum(1, (u + 1) / WARMUP)"


def warmed(updates: int, warmup: int) -> FloatArray:
    """The factors of a run's updates on their rates, shape (updates,): 1 without a warm-up."""
    found = computed(WARMUP, "u, WARMUP")(np.arange(updates), max(warmup, 1))
    return np.asarray(found, dtype=np.float64)


class Scaling(NamedTuple):
    """How the learning rate follows the batch size, with all that is told about it.

    Attributes:
        words: how it follows, as a form has it.
        code: the factor on the rate as a script has it, of ``{ratio}``, that of the batch size to
            the reference batch size.
    """

    words: str
    code: str

    def __call__(self, ratio: float) -> float:
        """The factor at a ratio."""
        return float(computed(self.code.format(ratio=_RATIO), _RATIO)(ratio))


LR_SCALINGS: dict[str, Scaling] = {
    "none": Scaling(Message("does not follow"), "1"),
    "linear": Scaling(Message("in proportion"), "{ratio}"),
    "sqrt": Scaling(Message("by the square root"), "({ratio}) ** 0.5"),
}

# How β of an average over updates follows the batch size, as a script has it.
BETA_SCALINGS: dict[str, Scaling] = {
    "none": Scaling(Message("do not follow"), "1"),
    "power": Scaling(Message("the same half-life in examples"), "{ratio}"),
}
