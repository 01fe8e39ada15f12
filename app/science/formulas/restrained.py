"""The formulas of weight decay and clipping, for numbers, for arrays and for a formula's nodes."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from app.science.formulas.functions import apply
from app.science.formulas.graph import Node, symbol

DECAY, CLIP = "weight_decay", "clip"
AT_LEAST_ONE = "at_least_one"


class Kind(NamedTuple):
    """Which of them an update has: clipping, and decay beside the rule or in the gradient."""

    clips: bool = False
    coupled: bool = False
    decoupled: bool = False

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of their numbers."""
        decays = self.coupled or self.decoupled
        return (*([DECAY] if decays else []), *([CLIP] if self.clips else []))


def shortened(gradient: Any, excess: Any) -> Any:
    """The gradient over max(1, ‖g‖/c), so that its norm is at most c."""
    return gradient / excess


def coupled(gradient: Any, weight: Any, weight_decay: Any) -> Any:
    """The gradient of the loss and of λ/2 ‖θ‖²."""
    return gradient + weight_decay * weight


def kept(rate: Any, weight_decay: Any) -> Any:
    """What decoupled decay leaves of a weight."""
    return 1.0 - rate * weight_decay


def excess(gradients: Sequence[Node]) -> Node:
    """max(1, ‖g‖/c), of all weights' gradients."""
    first, *others = (each * each for each in gradients)
    squares = sum(others, first)
    return apply(AT_LEAST_ONE, squares**0.5 / symbol(CLIP))
