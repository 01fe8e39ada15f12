"""Examples in a frame of inputs: a class is told by its mark, never by a colour."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from app.figures.figure import Part, scatter
from app.figures.layout import axis
from app.figures.theme import Theme
from app.language.speech import gettext as _
from app.science.arrays import IntArray
from app.science.networks.data.data_set import Examples
from app.science.networks.frame import Frame
from app.science.networks.spec import NetworkSpec

# Open and filled in turn: told apart without colours. More classes are their own names.
SYMBOLS = ("circle-open", "square", "triangle-up-open", "diamond", "pentagon-open")
LETTER = 1.5  # times a mark's size: the height of a name in its place


def row_marks(
    spec: NetworkSpec,
    frame: Frame,
    part: Examples,
    rows: IntArray,
    *,
    colour: str,
    size: float,
    role: str,
    said: str,
    opacity: float = 1.0,
    **more: Any,
) -> Iterator[Part]:
    """Marks of some rows, a trace a class that has any.

    Args:
        spec: whose classes.
        frame: where they are drawn, or nearest to where.
        part: the rows' own part of the data.
        rows: which of them.
        colour, size, opacity: of the marks, in pixels.
        role: of the traces.
        said: what they are, for their names; nothing where the class says it.
        more: of every trace.
    """
    names = spec.data_set.classes
    for c, name in enumerate(names):
        these = rows[part.labels[rows] == c]
        if not len(these):
            continue
        x, y = frame.coordinates(part.x[these]).T.astype(np.float32)
        facts = {"kind": role.replace(" ", "_"), "example": these, "label": [name] * len(these)}
        yield scatter(
            x=x,
            y=y,
            **_mark(names, c, colour, size),
            opacity=opacity,
            name=_("{what}, class {name}", what=said, name=name)
            if said
            else _("class {name}", name=name),
            customdata=these,
            hovertemplate=_("example %{customdata:,}") + "<br>(%{x:.3f}, %{y:.3f})",
            showlegend=len(names) <= len(SYMBOLS),  # a name is its own legend
            meta={"role": role, "facts": facts},
            **more,
        )


def frame_axes(
    spec: NetworkSpec, frame: Frame, theme: Theme
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Both axes of a frame, at one scale: two inputs of one unit, or two directions of them."""
    names = spec.data_set.columns
    if frame.whole:
        titles = [name.replace("_", " ") for name in names[:2]]
        if spec.data_set.standardised:
            titles = [_("{name} (standard deviations)", name=_without_unit(t)) for t in titles]
    else:
        titles = [
            _("first principal component of the inputs"),
            _("second principal component"),
        ]
    quiet = {"showgrid": False, "constrain": "domain", "nticks": 5, "tickangle": 0}
    x = axis(theme, titles[0], range=list(frame.across), **quiet)
    y = axis(theme, titles[1], range=list(frame.up), scaleanchor="x", **quiet)
    return x, y


def _without_unit(title: str) -> str:
    return title.removesuffix(" mm").removesuffix(" g")


def _mark(names: Sequence[str], c: int, colour: str, size: float) -> dict[str, Any]:
    if len(names) > len(SYMBOLS):
        font = {"size": LETTER * size, "color": colour}
        return {"mode": "text", "text": names[c], "textfont": font}
    symbol = SYMBOLS[c]
    # An open mark is its line.
    line = {"width": 1.4 if symbol.endswith("open") else 0, "color": colour}
    return {
        "mode": "markers",
        "marker": {"size": size, "symbol": symbol, "color": colour, "line": line},
    }
