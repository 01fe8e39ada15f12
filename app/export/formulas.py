"""A surface's formulas as a script holds them: lines made of the graph that runs."""

from functools import lru_cache
from textwrap import indent

from app.science.formulas.formula import Formula
from app.science.formulas.graph import Node, symbols
from app.science.formulas.update import WEIGHTS
from app.science.formulas.write import Library, lines

KEPT = 128  # functions, those that were used last
LONGEST = 40  # characters of a part without a name: two of them fit in a line


@lru_cache(maxsize=KEPT)
def formulas(loss: Formula, library: Library, *, gradient: bool) -> str:
    """Python functions of the loss of examples and, where asked for, of its gradient.

    >>> from app.science.problems import SURFACES
    >>> print(formulas(SURFACES["bowl"].loss, "pytorch", gradient=True))
    def loss(w0, w1, example):
        a0, a1 = example
        return w0 * w0 / 2 + w1 * w1 / 4 + a0 * w0 + a1 * w1
    <BLANKLINE>
    <BLANKLINE>
    def gradient(w0, w1, example):
        a0, a1 = example
        g0 = w0 + a0
        g1 = 0.5 * w1 + a1
        return g0, g1

    Args:
        loss: whose formulas.
        library: in whose words.
        gradient: whether to write it, too.
    """
    *parts, last = lines({"value": loss.node}, library, longest=LONGEST)
    written = [_function("loss", loss, [*parts, last.replace("value =", "return", 1)])]
    if gradient:
        named = dict(zip(("g0", "g1"), loss.slopes, strict=True))
        each = [_of_each(name, slope, loss.inputs) for name, slope in named.items()]
        body = [*lines(named, library, longest=LONGEST), f"return {', '.join(each)}"]
        written.append(_function("gradient", loss, body))
    return "\n\n\n".join(written)


def _of_each(name: str, slope: Node, inputs: tuple[str, ...]) -> str:
    """A slope as an array of the examples, which one that no example changes is not by itself."""
    return name if {*inputs} & {*symbols(slope)} else f"np.full_like({inputs[0]}, {name})"


def _function(name: str, loss: Formula, body: list[str]) -> str:
    text = "\n".join([f"{', '.join(loss.inputs)} = example", *body])
    return f"def {name}({', '.join(WEIGHTS)}, example):\n{indent(text, '    ')}"
