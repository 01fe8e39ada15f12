"""The loss of an example as LaTeX."""

import re
from typing import Literal, TypeAlias

from app.science.formulas.formula import Formula
from app.science.formulas.latex import latex
from app.science.formulas.update import WEIGHTS

Family: TypeAlias = Literal["data", "landscape"]

LABEL = "label"  # of the values of an example the one that is ±1
PLANE = ("x", "y")  # the weights of a landscape


def typeset(loss: Formula, family: Family) -> str:
    r"""LaTeX of ``l_i(θ) = ...``.

    >>> from app.science.problems import SURFACES
    >>> typeset(SURFACES["least-squares"].loss, "data")
    'l_i(w_0, w_1) = \\tfrac{1}{2}\\,(w_0 + w_1 x_i - y_i)^{2}'

    Args:
        loss: of an example.
        family: of its surface: a landscape's weights are x and y.
    """
    letters = PLANE if family == "landscape" else [letter(name) for name in WEIGHTS]
    names = dict(zip(WEIGHTS, letters, strict=True)) | {
        name: letter("y" if name == LABEL else name, "i") for name in loss.inputs
    }
    said = r",\quad y_i = \pm 1" if LABEL in loss.inputs else ""
    return f"l_i({', '.join(letters)}) = {latex(loss.node, names)}{said}"


def letter(name: str, index: str = "") -> str:
    """A name's letter with its number, after an index, below it.

    >>> letter("w0"), letter("x", "i"), letter("x1", "i")
    ('w_0', 'x_i', 'x_{i1}')
    """
    head, number = re.fullmatch(r"([a-z]+)(\d*)", name).groups()  # type: ignore[union-attr]
    below = index + number
    return f"{head}_{below}" if len(below) == 1 else f"{head}_{{{below}}}" if below else head
