"""How the learning rate and the batch size change along a run, and rate with batch size.

A learning-rate schedule is ``t -> factor``, t the epochs elapsed before an update (so that
batch sizes are compared like with like) of a run of T epochs. It is written as scripts have it, and
runs, scripts and pages are made of that.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.errors import ParameterError
from app.science.formulas.compiled import built
from app.science.message import Message


@dataclass(frozen=True)
class Decay:
    """Parameters of the learning-rate schedules.

    Attributes:
        epochs: time constant of ``inverse``, period of ``step``, in epochs.
        factor: what ``step`` multiplies the rate by each period.
    """

    epochs: float = 5.0
    factor: float = 0.5

    def __post_init__(self) -> None:
        if not (math.isfinite(self.epochs) and self.epochs > 0):
            raise ParameterError("decay_epochs", self.epochs, "a finite number above 0")
        if not 0 < self.factor <= 1:
            raise ParameterError("decay_factor", self.factor, "a number above 0 and at most 1")


class Schedule(NamedTuple):
    """A learning-rate schedule, with all that is told about it.

    Attributes:
        words: what the rate does, as a form has it.
        code: the factor on the rate as a script has it, of ``t`` and of parameters in capitals.
    """

    words: str
    code: str

    def __call__(self, t: FloatArray, total: float, decay: Decay) -> FloatArray:
        """The factors at times t of a run of so many epochs in total."""
        # A script has the epochs of each batch size.
        found = _factor(self.code, _OF_TIME)(t, [total], 0, decay.epochs, decay.factor)
        return np.broadcast_to(found, t.shape)


LR_SCHEDULES: dict[str, Schedule] = {
    "constant": Schedule(Message("stays"), "1"),
    # Robbins and Monro 1951: the sum of the rates is infinite, that of their squares is not.
    "inverse": Schedule(Message("as one over time"), "1 / (1 + t / DECAY_EPOCHS)"),
    "step": Schedule(Message("falls in steps"), "DECAY_FACTOR ** np.floor(t / DECAY_EPOCHS)"),
    # Loshchilov and Hutter 2017, arXiv:1608.03983
    "cosine": Schedule(
        Message("half a cosine"), "(1 + np.cos(np.pi * (t / TOTAL_EPOCHS[batch_size]))) / 2"
    ),
}


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
        return float(_factor(self.code.format(ratio=_RATIO), _RATIO)(ratio))


LR_SCALINGS: dict[str, Scaling] = {
    "none": Scaling(Message("does not follow"), "1"),
    "linear": Scaling(Message("in proportion"), "{ratio}"),
    "sqrt": Scaling(Message("by the square root"), "({ratio}) ** 0.5"),
}

_OF_TIME = "t, TOTAL_EPOCHS, batch_size, DECAY_EPOCHS, DECAY_FACTOR"
_RATIO = "ratio"


@cache
def _factor(code: str, arguments: str) -> Callable[..., Any]:
    """The function that a script's code computes."""
    return built(f"factor({arguments})", [f"return {code}"], {"np": np})


@dataclass(frozen=True)
class Growth:
    """Batch size × ``factor`` each ``epochs`` epochs, at most N (Smith et al. 2017).

    >>> [Growth(factor=2, epochs=5).batch_size(32, epoch, 1050) for epoch in (0, 4, 5, 10, 100)]
    [32, 32, 64, 128, 1050]
    """

    factor: int = 2
    epochs: int = 5

    def __post_init__(self) -> None:
        if self.factor < 2:
            raise ParameterError("batch_factor", self.factor, "an integer of at least 2")
        if self.epochs < 1:
            raise ParameterError("batch_epochs", self.epochs, "an integer of at least 1")

    def batch_size(self, initial: int, epoch: int, examples: int) -> int:
        """The batch size of an epoch (0 is the first)."""
        times = epoch // self.epochs
        # After so many the size is N for certain, and the power would be a giant integer.
        if times > math.log(examples, self.factor) + 1:
            return examples
        return int(min(examples, initial * self.factor**times))
