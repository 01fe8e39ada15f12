"""An axis as SVG: its line, its ticks for every length that it may have, and its title."""

from collections.abc import Sequence
from html import escape

from app.figures.still.palette import Palette
from app.figures.still.shapes import percent, units
from app.figures.still.ticks import Ticks
from app.figures.theme import THEMES
from app.science.arrays import Interval

LETTER, SIGN, DOT = 8.3, 10.9, 4.2  # pixels, about the widths of a digit, of a minus and of a dot


def axis(
    by_length: Sequence[Ticks], interval: Interval, title: str, paint: Palette, *, upright: bool
) -> str:
    """An axis' ticks, those of each length in a group, and its title."""
    text, line = paint("fill", THEMES["light"].text), paint("stroke", THEMES["light"].faint)
    ends = interval[::-1] if upright else interval
    groups = ""
    for i, each in enumerate(by_length):
        marks = ""
        for place, label in zip(units(each.values, ends).tolist(), each.labels, strict=True):
            at = percent(place)
            if upright:
                mark = f'<path d="M-1 0h-5"/><text x="-8.6" dy="4.55">{label}</text>'
                marks += f'<svg y="{at}">{mark}</svg>'
            else:
                marks += (
                    f'<svg x="{at}" y="100%"><path d="M0 1v5"/><text y="21.6">{label}</text></svg>'
                )
        name = "yx"[not upright]
        groups += f'<g class="{name} {name}{i}" style="{line}">{marks}</g>'
    if upright:
        rule = '<line x1="-.5" x2="-.5" y2="100%"/>'
        widest = max(_width(label) for label in by_length[0].labels)
        # Plotly keeps a title inside the figure, however long the labels are.
        x = -min(34.0, 8.6 + widest + 10)
        said = f'<svg x="{x:g}" y="50%"><text transform="rotate(-90)">{escape(title)}</text></svg>'
    else:
        rule = '<svg y="100%"><line y1=".5" x2="100%" y2=".5"/></svg>'
        said = f'<svg x="50%" y="100%"><text y="39">{escape(title)}</text></svg>'
    return f'<g style="{text}"><g style="{line}">{rule}</g>{groups}<g class="title">{said}</g></g>'


def _width(label: str) -> float:
    return sum({"−": SIGN, ".": DOT}.get(letter, LETTER) for letter in label)


def shown(name: str, measure: str, by_length: Sequence[Ticks]) -> list[str]:
    """Rules that show an axis' ticks for the length that it has."""
    rules = []
    for i, each in enumerate(by_length[1:], 1):
        shown = f".still .{name}{i}{{display:inline}}.still .{name}{i - 1}{{display:none}}"
        rules.append(f"@container (min-{measure}:{each.least:g}px){{{shown}}}")
    hidden = ",".join(f".still .{name}{i}" for i in range(1, len(by_length)))
    return [f"{hidden}{{display:none}}", *rules] if hidden else []
