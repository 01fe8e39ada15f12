"""An update rule as a script holds it: lines made of the formula that runs."""

from collections.abc import Mapping
from typing import NamedTuple

from app.science.formulas.graph import Node, substitute, symbol
from app.science.formulas.update import RATE
from app.science.formulas.write import Library, expression
from app.science.restraint import Restraint
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


class Made(NamedTuple):
    """How a framework's optimizer is made.

    Attributes:
        text: its call, of ``{weights}`` and ``{rate}``.
        decays: whether it does all weight decay that there is.
    """

    text: str
    decays: bool

    def format(self, **values: str) -> str:
        """The call."""
        return self.text.format(**values)


def pytorch_optimizer(rule: Rule, restraint: Restraint) -> Made:
    """PyTorch's: its weight decay is coupled, but in AdamW."""
    own = rule.pytorch_decoupled if restraint.decoupled else rule.pytorch
    if not (own and restraint.weight_decay):
        return Made(rule.pytorch, not restraint.weight_decay)
    return Made(_with(own, "weight_decay=WEIGHT_DECAY"), decays=True)


def keras_optimizer(rule: Rule, restraint: Restraint, *, own: bool, clips: bool) -> Made:
    """Keras': its weight decay is decoupled, and it clips before any.

    Args:
        rule: whose.
        restraint: what holds its updates back.
        own: whether the script has an optimizer of its own.
        clips: whether that one clips by itself.
    """
    made = "Optimizer({rate})" if own else rule.keras
    if restraint.decoupled:
        made = _with(made, "weight_decay=WEIGHT_DECAY")
    if restraint.clip is not None and not clips:
        made = _with(made, "global_clipnorm=CLIP")
    return Made(made, not restraint.coupled)


def _with(call: str, argument: str) -> str:
    return f"{call.removesuffix(')')}, {argument})"
