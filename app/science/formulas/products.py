"""What products are made of."""

from collections import Counter

from app.science.formulas.graph import MUL, Node, in_order


def factors(product: Node) -> Counter[Node]:
    """How often a product has each of its factors, in the order in which they come.

    A formula's powers may have very many, and no more nodes for it.
    """
    parts = in_order([product], MUL)
    found: Counter[Node] = Counter({product: 1})
    for each in reversed(parts):
        if each.op == MUL:
            times_here = found.pop(each)
            for arg in each.args:
                found[arg] += times_here
    return Counter({each: found[each] for each in parts if each in found})
