"""What a typeset rule is made of: formulas, and letters with their meaning."""

from collections.abc import Mapping
from typing import Any, Literal, NamedTuple, TypeAlias

Kind: TypeAlias = Literal[
    "loss", "gradient", "clip", "decay", "moment", "correction", "step", "averaging", "rate", "beta"
]
Parameters: TypeAlias = Mapping[str, Any]


class Line(NamedTuple):
    """A formula of the rule: which part, its LaTeX, and which of several rules has it alone."""

    kind: Kind
    latex: str
    rule: str = ""


class Letter(NamedTuple):
    """A letter in the formulas: its LaTeX, its number if it has one, and what it means."""

    latex: str
    value: str
    meaning: str
