"""What a reader wrote, as far as it is derived: slopes, curvatures, and how much work they are."""

from typing import NamedTuple

from app.science.formulas.derive import derivative
from app.science.formulas.graph import Node, again, in_order
from app.science.formulas.update import WEIGHTS

TINY = 1e-200  # makes 0/0 a 0 at a root's cusp, and is lost in rounding and in LaTeX elsewhere
KEPT = 64  # surfaces of a kind, those that were used last
USUAL_NODES = 40  # of a shipped landscape and its derivatives
MOST_NODES = 1500  # the same, of what a reader wrote


class Derived(NamedTuple):
    """A formula of two weights with its derivatives.

    Attributes:
        formula: in `WEIGHTS`.
        slopes: its derivatives by each.
        curvatures: its second derivatives: by the first, by both, by the second.
        weight: how many parts all of them have.
    """

    formula: Node
    slopes: tuple[Node, Node]
    curvatures: tuple[Node, Node, Node]
    weight: int

    @property
    def cost(self) -> int:
        """As `Surface.cost`."""
        return max(1, round(self.weight / USUAL_NODES))


def derived(formula: Node) -> Derived:
    """A formula and its derivatives.

    Raises:
        ArithmeticError: a derivative is not finite.
    """
    w0, w1 = WEIGHTS
    slopes = derivative(formula, w0), derivative(formula, w1)
    across = derivative(slopes[0], w0), derivative(slopes[0], w1)
    curvatures = (*across, derivative(slopes[1], w1))
    return Derived(formula, slopes, curvatures, len(in_order([formula, *slopes, *curvatures])))


def smooth(formula: Node) -> Node:
    """The formula with roots whose slope has a value where they are 0."""
    made: dict[Node, Node] = {}
    for each in in_order([formula]):
        args = [made[arg] for arg in each.args]
        if each.op == "sqrt":
            args = [args[0] + TINY]
        made[each] = again(each.op, *args) if args else each
    return made[formula]
