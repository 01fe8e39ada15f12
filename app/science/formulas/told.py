"""An update rule in the names by which it is told: of scripts, and as typeset formulas."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from app.science.formulas.graph import (
    DIV,
    POW,
    Node,
    again,
    in_order,
    make,
    neg,
    node,
    symbol,
    symbols,
)
from app.science.formulas.update import RATE, Formula, packed, unpacked

SLOPE = "g"  # the gradient of a weight
COUNT = "t"  # the number of the update, from 1
CORRECTED = "_hat"  # after the name of a moment that is divided by what only the count changes


@dataclass(frozen=True, eq=False)
class Told:
    """What becomes of a weight's gradient, line by line.

    Attributes:
        moments: what is kept of the gradients, by name: its next value, of the old ones, `SLOPE`
            and the hyperparameters.
        corrections: moments without what their beginning at 0 makes of them, of the next moments
            and `COUNT`.
        subtracted: from the weight, of all these and `RATE`.
    """

    moments: Mapping[str, Node]
    corrections: Mapping[str, Node]
    subtracted: Node

    @property
    def counted(self) -> bool:
        """Whether the number of the update is needed."""
        return COUNT in symbols(*self.corrections.values(), self.subtracted)


@lru_cache(maxsize=64)
def told(
    rule: Formula,
    hyperparameters: tuple[str, ...],
    init: tuple[float, ...],
    moments: tuple[str, ...],
) -> Told:
    """A rule's formula, traced.

    A number that the rule keeps, that begins at 1 and that each update multiplies by a
    hyperparameter is that one's power of `COUNT`.

    Args:
        rule: the formula.
        hyperparameters: names of its arguments.
        init: what it keeps of a weight before the first update.
        moments: names of those that are no powers.

    Raises:
        ValueError: as many are no powers as there are no names for, or a step is made of what was
            kept before it.
    """
    kept = [symbol(f"kept{k}") for k in range(len(init))]
    given = {name: symbol(name) for name in hyperparameters}
    step, state = rule(packed(kept), symbol(SLOPE), symbol(RATE), **given)
    after = [node(each) for each in unpacked(state)]
    powers = {
        new: make(POW, base, symbol(COUNT))
        for old, new, first in zip(kept, after, init, strict=True)
        for base in given.values()
        if first == 1 and new in (old * base, base * old)
    }
    unnamed = [k for k, new in enumerate(after) if new not in powers]
    places = dict(zip(moments, unnamed, strict=True))
    old = {kept[k]: symbol(name) for name, k in places.items()}
    new = {after[k]: symbol(name) for name, k in places.items()}
    subtracted = exchanged(neg(step), powers | new)
    corrections = {
        part: symbol(part.args[0].value + CORRECTED)
        for part in in_order([subtracted])
        if part.op == DIV and part.args[0] in new.values() and COUNT in symbols(part.args[1])
    }
    found = Told(
        {name: exchanged(after[k], old) for name, k in places.items()},
        {name.value: part for part, name in corrections.items()},
        exchanged(subtracted, corrections),
    )
    if {*kept} & {*in_order([*found.moments.values(), found.subtracted])}:
        raise ValueError("a step is made of what is kept from then on, not of what was kept before")
    return found


def exchanged(output: Node, parts: Mapping[Node, Node]) -> Node:
    """A formula with other parts in the places of some."""
    made: dict[Node, Node] = {}
    for each in in_order([output]):
        if each in parts:
            made[each] = parts[each]
        else:
            made[each] = again(each.op, *(made[arg] for arg in each.args)) if each.args else each
    return made[output]
