"""Formulas that browsers typeset by themselves."""

import re
from functools import lru_cache

from latex2mathml.converter import convert

KEPT = 500  # formulas
# An elementary function whose argument has no brackets stands apart from it, not from a power.
_BARE = re.compile(r"(?<!<msup>)(<mi>(?:cos|sin|tanh|log|exp)</mi>)(?!<mo|<mrow><mo)")
THIN = '<mspace width="0.167em" />'


@lru_cache(KEPT)
def mathml(latex: str) -> str:
    """A formula in LaTeX as MathML, which has the LaTeX as its alternative text.

    >>> mathml("B")
    '<math xmlns="http://www.w3.org/1998/Math/MathML" display="inline" alttext="B"><mrow><mi>B</mi></mrow></math>'
    """  # noqa: E501
    made = _BARE.sub(rf"\1{THIN}", convert(latex))
    # Brackets as high as what is in them, not twice as high as what stands above the line.
    made = made.replace('stretchy="true"', 'stretchy="true" symmetric="false"')
    said = latex.replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    return made.replace('display="inline"', f'display="inline" alttext="{said}"', 1)
