"""An update rule as a script holds it: lines made of the formula that runs."""

from collections.abc import Mapping
from typing import NamedTuple

from app.science.formulas.graph import Node, substitute, symbol
from app.science.formulas.update import RATE
from app.science.formulas.write import Library, expression
from app.science.rule import Rule

WEIGHTS = "w"


class RuleLines(NamedTuple):
    """What becomes of the gradient ``g``, as expressions by the names that they are assigned to.

    Attributes:
        moments: what is kept, its next value.
        corrections: moments without what their beginning at 0 makes of them; ``t`` is the update's
            number, from 1.
        subtracted: from the weights ``w``.
        weights: what these become.
    """

    moments: Mapping[str, str]
    corrections: Mapping[str, str]
    subtracted: str
    weights: str


def rule_lines(rule: Rule, library: Library, rate: str, owner: str = "") -> RuleLines:
    """A rule's lines.

    >>> from app.science.optimizers import OPTIMIZERS
    >>> rule_lines(OPTIMIZERS["nesterov"], "numpy", "rate")[::3]
    ({'v': 'MOMENTUM * v + g'}, 'w - rate * (g + MOMENTUM * v)')

    Args:
        rule: whose.
        library: in whose words.
        rate: what a script calls the learning rate.
        owner: before the names of moments.
    """
    told = rule.told
    names = {name: symbol(name.upper()) for name in rule.hyperparameters}
    names |= {name: symbol(owner + name) for name in rule.moments} | {RATE: symbol(rate)}

    def written(node: Node) -> str:
        return expression(substitute(node, names), library, {})

    return RuleLines(
        {name: written(node) for name, node in told.moments.items()},
        {name: written(node) for name, node in told.corrections.items()},
        written(told.subtracted),
        written(symbol(WEIGHTS) - told.subtracted),
    )
