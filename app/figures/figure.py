"""A figure of plain dictionaries, under the names of Plotly's reference.

Plotly's own objects validate every part as it is set, which takes longer than computing what most
figures show; that they take each answer is tested instead.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

Part: TypeAlias = dict[str, Any]


@dataclass
class Figure:
    """What is drawn, in the order in which it is, and where.

    Attributes:
        data: the traces, each with its ``type``.
        layout: axes, margins, words.
    """

    data: list[Part]
    layout: Part

    def say(self, **words: Any) -> None:
        """Add words to the ``meta`` of the layout."""
        self.layout["meta"] = {**self.layout.get("meta", {}), **words}

    def annotate(self, **annotation: Any) -> None:
        """Add a text without an arrow."""
        self.layout.setdefault("annotations", []).append({"showarrow": False, **annotation})

    def mark(self, shape: Part) -> None:
        """Add a line or a rectangle."""
        self.layout.setdefault("shapes", []).append(shape)


def _trace(kind: str, **parts: Any) -> Part:
    return {"type": kind, **parts}


bar = partial(_trace, "bar")
contour = partial(_trace, "contour")
heatmap = partial(_trace, "heatmap")
scatter = partial(_trace, "scatter")
scatter3d = partial(_trace, "scatter3d")
surface = partial(_trace, "surface")
