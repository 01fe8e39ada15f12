"""Weight decay and clipping: what becomes of a gradient before a rule takes it, and of weights.

In this order: the batch's gradient, by its weight; × min(1, c/‖g‖); + λθ where decay is coupled;
the rule. Where it is decoupled, weights are first multiplied by 1 − ελ (Loshchilov and Hutter 2019,
arXiv:1711.05101).
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

import numpy as np

from app.science.accumulation import Share
from app.science.arrays import BoolArray, FloatArray, Values
from app.science.errors import ParameterError, check_one_of
from app.science.formulas.restrained import Kind, coupled, kept, shortened
from app.science.message import Message

COUPLED, DECOUPLED = "coupled", "decoupled"
# Where weight decay acts, in words.
DECAYS: dict[str, str] = {
    COUPLED: Message("added to the gradient"),
    DECOUPLED: Message("apart from the gradient"),
}


@dataclass(frozen=True)
class Restraint:
    """What holds updates back.

    Attributes:
        weight_decay: λ, from 0, which is none.
        decay: one of `DECAYS`.
        clip: c, the norm that gradients are cut to, over all weights; None for none.

    Raises:
        ParameterError: one of them is not as it says.
    """

    weight_decay: float = 0.0
    decay: str = COUPLED
    clip: float | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.weight_decay) and self.weight_decay >= 0):
            raise ParameterError("weight_decay", self.weight_decay, "a finite number of at least 0")
        check_one_of("decay", self.decay, DECAYS)
        if self.clip is not None and not (math.isfinite(self.clip) and self.clip > 0):
            raise ParameterError("clip", self.clip, "a finite number above 0")

    def __bool__(self) -> bool:
        """Whether there is any."""
        return bool(self.weight_decay) or self.clip is not None

    @property
    def coupled(self) -> float:
        """λ of decay that is added to gradients, 0 where there is none."""
        return self.weight_decay if self.decay == COUPLED else 0.0

    @property
    def decoupled(self) -> float:
        """λ of decay beside the gradient, 0 where there is none."""
        return self.weight_decay if self.decay == DECOUPLED else 0.0

    @property
    def kind(self) -> Kind:
        """Of which formulas an update is made, whatever the numbers in them."""
        return Kind(self.clip is not None, bool(self.coupled), bool(self.decoupled))

    @property
    def numbers(self) -> list[float]:
        """Those of its `Kind.parameters`."""
        of = {"weight_decay": self.weight_decay, "clip": self.clip or 0.0}
        return [of[name] for name in self.kind.parameters]

    def excess(self, gradient: FloatArray, axis: int = 0) -> FloatArray:
        """What a gradient is divided by, max(1, ‖g‖/c): above 1 where it is clipped.

        Args:
            gradient: by which a rule is to make its step, a weight's along an axis.
            axis: which; of length 1 in what is answered.
        """
        norm = np.sqrt((gradient * gradient).sum(axis=axis, keepdims=True))
        return np.asarray(np.maximum(norm / (self.clip or math.inf), 1.0))

    def held(self, theta: FloatArray, gradient: FloatArray, axis: int = 0) -> FloatArray:
        """What a rule takes of a gradient at θ, both with a weight's along an axis."""
        if self.clip is not None:
            gradient = shortened(gradient, self.excess(gradient, axis))
        return coupled(gradient, theta, self.coupled) if self.coupled else gradient

    def cut_parts(
        self, mean: Callable[[slice], FloatArray], parts: Iterable[Share], axis: int = 0
    ) -> tuple[FloatArray, BoolArray]:
        """An update's gradient, of parts whose own are clipped, and whether any of them was cut.

        Args:
            mean: gradient of some consecutive examples of the update, a weight's along an axis.
            parts: which, and what each counts.
            axis: of weights; not in whether they were cut.
        """
        gradients, cut = [], []
        for some, share in parts:
            gradient = mean(some)
            over = self.excess(gradient, axis)
            gradients.append(share * shortened(gradient, over))
            cut.append(np.squeeze(over, axis) > 1)
        return np.asarray(sum(gradients[1:], start=gradients[0])), np.any(cut, axis=0)

    @property
    def unclipped(self) -> "Restraint":
        """Decay alone, for what is clipped already."""
        return replace(self, clip=None)

    def kept(self, rate: Values) -> Values:
        """What weights are multiplied by before a step at a rate."""
        left: Values = kept(rate, self.decoupled)
        return left


FREE = Restraint()
