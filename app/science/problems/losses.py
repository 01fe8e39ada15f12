"""What a model is charged for at a point, in a choice of the reader's."""

from collections.abc import Callable

from app.science.formulas.functions import Functions
from app.science.formulas.graph import Node

LABELLED = "logistic"  # the loss of labels alone, and theirs unless told otherwise


def _squared(predicted: Node, target: Node, _scale: float) -> Node:
    return (predicted - target) ** 2 / 2


def _logistic(predicted: Node, target: Node, _scale: float) -> Node:
    return Functions().softplus(-target * predicted)


def _cauchy(predicted: Node, target: Node, scale: float) -> Node:
    scaled = (predicted - target) / scale
    return scale * scale / 2 * Functions().log1p(scaled * scaled)


# Each of a prediction, a target and a scale, which one of them has.
LOSSES: dict[str, Callable[[Node, Node, float], Node]] = {
    "squared": _squared,
    "logistic": _logistic,
    "cauchy": _cauchy,
}
# Of a model m and a target or label y.
WORDS = {
    "squared": "½(m − y)²",
    "logistic": "log(1 + exp(−y·m))",
    "cauchy": "½c²·log(1 + ((m − y)/c)²)",
}
