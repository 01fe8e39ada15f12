"""One update of a run as formulas: the gradient, the rule, and what it keeps."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeAlias

from app.science.formulas import restrained
from app.science.formulas.graph import Node, make, node, substitute, symbol, symbols
from app.science.formulas.restrained import Kind

GRADIENT = ("g0", "g1")
WEIGHTS = ("w0", "w1")
RATE = "rate"  # the learning rate
WEIGHT = "weight"  # that a batch's gradient is multiplied by
CLIPPED = "clipped"  # how many updates' gradients have been cut
FREE = Kind()

# ``(state, gradient, rate, **hyperparameters) -> (step, state)``, as `rule.Rule` says.
Formula: TypeAlias = Callable[..., tuple[Any, Any]]


@dataclass(frozen=True, eq=False)
class Update:
    """What an update makes of two weights and of a rule's state.

    Attributes:
        next: the new value of each weight and of each kept number, by the name of the old one, in
            the symbols `GRADIENT`, `RATE`, these names and the hyperparameters.
        kept: of each coordinate the names of what the rule keeps; what depends on no gradient is
            the same number for both.
        hyperparameters: their names, then those of weight decay and clipping.
    """

    next: Mapping[str, Node]
    kept: tuple[tuple[str, ...], tuple[str, ...]]
    hyperparameters: tuple[str, ...]

    @property
    def laned(self) -> set[str]:
        """Names of what is a number a replica: the weights, and what is kept of gradients."""
        shared = set(self.kept[0]) & set(self.kept[1])
        return {*self.next} - shared

    def of(self, gradient: Sequence[Node]) -> dict[str, Node]:
        """The update with a gradient's formulas in it."""
        given = dict(zip(GRADIENT, gradient, strict=True))
        return {name: substitute(each, given) for name, each in self.next.items()}


@lru_cache(maxsize=64)
def traced(
    rule: Formula, hyperparameters: tuple[str, ...], kept: int, restraint: Kind = FREE
) -> Update:
    """A rule's update of two weights, which it treats alike and apart; clipping, together.

    Args:
        rule: the formula.
        hyperparameters: names of its arguments.
        kept: how many numbers it keeps of a weight.
        restraint: what holds the update back. Where it clips, `CLIPPED` is counted too.
    """
    given = {name: symbol(name) for name in hyperparameters}
    gradients, rate, decay = [*map(symbol, GRADIENT)], symbol(RATE), symbol(restrained.DECAY)
    if restraint.clips:
        over = restrained.excess(gradients)
        gradients = [restrained.shortened(g, over) for g in gradients]

    def once(names: Sequence[str], of: int) -> tuple[Node, tuple[Node, ...]]:
        state = packed([symbol(name) for name in names])
        weight, gradient = symbol(WEIGHTS[of]), gradients[of]
        if restraint.coupled:
            gradient = restrained.coupled(gradient, weight, decay)
        step, state = rule(state, gradient, rate, **given)
        if restraint.decoupled:
            weight = weight * restrained.kept(rate, decay)
        return weight + step, tuple(map(node, unpacked(state)))

    own = [[f"s{k}_{of}" for k in range(kept)] for of in (0, 1)]
    free = [
        {own[0][k], *hyperparameters}.issuperset(symbols(each))
        for k, each in enumerate(once(own[0], 0)[1])
    ]
    names = [tuple(f"s{k}" if free[k] else name for k, name in enumerate(each)) for each in own]
    following: dict[str, Node] = {}
    for of in (0, 1):
        weight, state = once(names[of], of)
        following |= {WEIGHTS[of]: weight, **dict(zip(names[of], state, strict=True))}
    if restraint.clips:
        following[CLIPPED] = symbol(CLIPPED) + make("sign", over - 1)
    return Update(following, (names[0], names[1]), (*hyperparameters, *restraint.parameters))


def unpacked(state: Any) -> tuple[Any, ...]:
    """A rule's state as the numbers in it: none, one or several."""
    if state is None:
        return ()
    return state if isinstance(state, tuple) else (state,)


def packed(values: Sequence[Any]) -> Any:
    """Numbers as a rule's state."""
    return tuple(values) if len(values) > 1 else values[0] if values else None
