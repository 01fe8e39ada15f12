"""Formulas as lines of Python: each part that is used twice has a name, the order stays."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from typing import Literal, TypeAlias

from app.science.formulas.functions import FUNCTIONS
from app.science.formulas.graph import (
    ADD,
    CONSTANT,
    DIV,
    MUL,
    NEG,
    POW,
    SUB,
    SYMBOL,
    Node,
    in_order,
)

# In whose words functions are written: `functions.MATH`, or a library imported as Function says.
Library: TypeAlias = Literal["python", "numpy", "pytorch", "keras"]

BINARY = {ADD: 1, SUB: 1, MUL: 2, DIV: 2, POW: 4}  # how tightly they bind
UNARY, ATOM = 3, 5
WHOLE = 1e6  # below it a whole number is written as one


def lines(
    outputs: Mapping[str, Node],
    library: Library,
    names: Mapping[Node, str] | None = None,
    prefix: str = "t",
    longest: int | None = None,
) -> list[str]:
    """Assignments after which each name has its formula's value, computed of the old ones.

    Args:
        outputs: formulas by the names that they are assigned to.
        library: whose functions.
        names: parts that have a name already.
        prefix: of the names of parts that are used twice.
        longest: characters of a part that has no name; for those who read it.

    >>> from app.science.formulas.graph import symbol
    >>> x, y = symbol("x"), symbol("y")
    >>> lines({"f": (x - y) * (x - y) - (1 - x / 2)}, "numpy")
    ['t0 = x - y', 'f = t0 * t0 - (1 - x / 2)']
    """
    known = dict(names or {})
    written: list[str] = []
    given = {node: name for name, node in reversed([*outputs.items()])}
    uses = _uses(outputs.values(), library)
    temporaries = 0
    for each in in_order(outputs.values()):
        if each in known or not each.args:
            continue
        name = given.get(each)
        long = longest and len(expression(each, library, known)) > longest
        if name is None and (uses[each] > 1 or long):
            name = f"{prefix}{temporaries}"
            temporaries += 1
        if name is not None:
            written.append(f"{name} = {expression(each, library, known)}")
            known[each] = name
    for name, node in outputs.items():
        if known.get(node) != name:
            written.append(f"{name} = {known.get(node) or expression(node, library, known)}")
    return written


def expression(node: Node, library: Library, names: Mapping[Node, str]) -> str:
    """A formula as one expression, its parts by name where they have one."""
    made: dict[Node, tuple[str, int]] = {}
    inside = _inside(node, names)
    for each in inside:
        made[each] = _written(each, library, names, made, named=each is not node)
    return made[node][0]


def _inside(node: Node, names: Mapping[Node, str]) -> list[Node]:
    """The parts of a formula down to those that have a name."""
    found: dict[Node, None] = {}
    left: list[tuple[Node, bool]] = [(node, False)]
    while left:
        each, ready = left.pop()
        if ready:
            found[each] = None
        elif each not in found:
            left.append((each, True))
            if each is node or each not in names:
                left += ((arg, False) for arg in each.args)
    return list(found)


def _written(
    each: Node,
    library: Library,
    names: Mapping[Node, str],
    made: Mapping[Node, tuple[str, int]],
    *,
    named: bool,
) -> tuple[str, int]:
    """A node's text, and how tightly it binds."""
    if named and each in names:
        return names[each], ATOM
    if each.op == SYMBOL:
        return each.value, ATOM
    if each.op == CONSTANT:
        return _number(each.value, library), ATOM if each.value >= 0 else UNARY
    parts = [made[arg] for arg in each.args]
    if each.op == NEG:
        return f"-{_held(parts[0], UNARY)}", UNARY
    if each.op not in BINARY:
        return getattr(FUNCTIONS[each.op], library).format(parts[0][0]), ATOM
    tight = BINARY[each.op]
    # Only what comes first may bind as loosely: a - (b - c), and a root's base not at all.
    left = _held(parts[0], tight + (each.op == POW))
    return f"{left} {each.op} {_held(parts[1], tight + 1)}", tight


def _number(value: float, library: Library) -> str:
    """A whole number is one for those who read it; Python's floats are slower with those."""
    whole = library != "python" and value.is_integer() and 0 < abs(value) < WHOLE
    return repr(int(value) if whole else value)


def _held(part: tuple[str, int], tight: int) -> str:
    text, binds = part
    return text if binds >= tight else f"({text})"


def _uses(outputs: Iterable[Node], library: Library) -> Counter[Node]:
    """How often each node's value is needed."""
    uses = Counter(outputs)
    for each in in_order(outputs):
        times = 1
        if each.op in FUNCTIONS:
            times = getattr(FUNCTIONS[each.op], library).count("{0}") or 1
        for arg in each.args:
            uses[arg] += times
    return uses


def unchanging(outputs: Iterable[Node], changing: Collection[str]) -> list[Node]:
    """The largest parts of formulas in which none of these names is: computed once for a loop."""
    moves: dict[Node, bool] = {}
    found: dict[Node, None] = {}
    for each in in_order(outputs):
        moves[each] = (
            each.value in changing if each.op == SYMBOL else any(moves[arg] for arg in each.args)
        )
        if moves[each]:
            found |= {arg: None for arg in each.args if arg.args and not moves[arg]}
    return list(found)
