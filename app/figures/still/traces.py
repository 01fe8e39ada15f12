"""Plotly's traces as SVG: lines, dots, rings, stars and crosses of the plane."""

from collections.abc import Iterator, Sequence
from html import escape

import numpy as np

from app.figures.figure import Part
from app.figures.rules import DASHES
from app.figures.still.palette import Palette
from app.figures.still.shapes import SIZE, cross, dots, percent, polyline, star, units
from app.figures.theme import THEMES
from app.science.arrays import FloatArray, Interval

STRETCHED = f'viewBox="0 0 {SIZE} {SIZE}" preserveAspectRatio="none"'
BUBBLE = 0.7  # Plotly's opacity of marks that have a size each
ABOVE = 5  # pixels from a point up to the words over it
FEW = 12  # marks of a trace, up to which each is an element of its own


def drawn(trace: Part, domain: Sequence[Interval], paint: Palette) -> str:
    """A trace of ``scatter`` in a plane whose axes have these intervals."""
    (left, right), (bottom, top) = domain
    points = np.column_stack([units(trace["x"], (left, right)), units(trace["y"], (top, bottom))])
    opacity = f' opacity="{trace["opacity"]:g}"' if trace.get("opacity", 1) != 1 else ""
    parts = []
    if "lines" in trace["mode"]:
        fill = paint("fill", trace["fillcolor"]) if "fill" in trace else "fill:none"
        outline = paint("stroke", trace["line"]["color"])
        style = f"{fill};{outline};stroke-width:{trace['line']['width']:g}px"
        if strokes := DASHES[trace["line"].get("dash", "solid")]:
            style += f";stroke-dasharray:{' '.join(map(str, strokes))}"
        parts.append(stretched(f'<path d="{polyline(points)}" style="{style}"/>'))
    if "markers" in trace["mode"]:
        marks = "".join(_marks(trace["marker"], points, paint))
        each_its_size = np.ndim(trace["marker"]["size"]) and "opacity" not in trace["marker"]
        parts.append(f'<g opacity="{BUBBLE}">{marks}</g>' if each_its_size else marks)
    if trace["mode"] == "text":
        parts += _texts(trace, points, paint)
    return f"<g{opacity}>{''.join(parts)}</g>"


def _texts(trace: Part, points: FloatArray, paint: Palette) -> Iterator[str]:
    """Words above points, as far as Plotly has them, on a rim of the paper's colour."""
    font = trace["textfont"]
    rim = f"{paint('stroke', THEMES['light'].paper)};stroke-width:3px;paint-order:stroke"
    style = f"{paint('fill', font['color'])};{rim};font-size:{font['size']:g}px"
    for (x, y), text in zip(points, trace["text"], strict=True):
        place = f'x="{percent(x)}" y="{percent(y)}" dy="-{ABOVE}"'
        yield f'<text {place} style="{style}">{escape(text)}</text>'


def stretched(inner: str) -> str:
    """A drawing in `SIZE` units a side, as large as the plane."""
    return f"<svg {STRETCHED}>{inner}</svg>"


def _marks(marker: Part, points: FloatArray, paint: Palette) -> Iterator[str]:
    """Marks of a trace, those of one symbol and size together."""
    count = len(points)
    symbols = np.broadcast_to(np.asarray(marker.get("symbol", "circle")), count)
    sizes = np.broadcast_to(np.asarray(marker["size"], np.float64), count)
    for symbol, size in sorted({*zip(symbols.tolist(), sizes.tolist(), strict=True)}):
        these = points[(symbols == symbol) & (sizes == size)]
        yield _alike(marker, symbol, size, these, paint)


def _alike(marker: Part, symbol: str, size: float, points: FloatArray, paint: Palette) -> str:
    edge = marker.get("line", {}).get("width", 0)
    outline = f"{paint('stroke', marker['line']['color'])};stroke-width:{edge:g}px" if edge else ""
    if symbol == "circle-open":
        return _each(points, f'r="{size / 2:g}"', f"fill:none;{outline}")
    if symbol == "circle" and len(points) > FEW:  # round ends of lines without length
        data = dots(points)
        style = f"{paint('stroke', marker['color'])};stroke-width:{size - edge:g}px"
        under = (
            f"{paint('stroke', marker['line']['color'])};stroke-width:{size + edge:g}px"
            if edge
            else ""
        )
        rim = f'<path d="{data}" style="{under}"/>' if edge else ""
        return stretched(f'<g class="dots">{rim}<path d="{data}" style="{style}"/></g>')
    style = f"{paint('fill', marker['color'])};{outline}"
    if symbol == "circle":
        return _each(points, f'r="{size / 2:g}"', style)
    shape = {"star": star, "x": cross}[symbol](size / 2)
    return "".join(
        f'<svg x="{percent(x)}" y="{percent(y)}" overflow="visible">'
        f'<path d="{shape}" style="{style}"/></svg>'
        for x, y in points
    )


def _each(points: FloatArray, radius: str, style: str) -> str:
    places = (f'cx="{percent(x)}" cy="{percent(y)}"' for x, y in points)
    return "".join(f'<circle {place} {radius} style="{style}"/>' for place in places)
