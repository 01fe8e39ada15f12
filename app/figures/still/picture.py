"""The contour with its paths as SVG, where and as Plotly draws it, at whatever size it is shown."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

import numpy as np

from app.figures.figure import Part
from app.figures.paths import over_lines, paths_figure
from app.figures.rules import strokes_of
from app.figures.still.axes import axis, shown
from app.figures.still.ground import steps
from app.figures.still.palette import Palette, palette
from app.figures.still.shapes import percent, units
from app.figures.still.ticks import axis_ticks
from app.figures.still.traces import drawn, stretched
from app.figures.surface import LINES, colour_scale, surface_figure
from app.figures.theme import THEMES, between
from app.science.comparison import Comparison, Run
from app.science.relief import Relief

ACROSS, DOWN = 80, 40  # pixels, in which Plotly puts about one tick of an axis


@dataclass(frozen=True)
class Still:
    """A picture for the page's template.

    Attributes:
        margin: around the plane, in pixels: l, r, t and b.
        ratio: of the plane's width to its height; None if it takes all the room there is.
        style: a style sheet of its colours and ticks, for what is inside ``selector``.
        drawing: SVG of what lies in the plane.
        axes: SVG of its ticks and titles.
        bar: SVG of the steps of the colour bar.
        scale: SVG of the colour bar's labels.
        colours: CSS of the colour of each run.
        dashes: strokes and gaps of its line, in pixels; empty where no rule has to be told.
    """

    margin: dict[str, float]
    ratio: float | None
    style: str
    drawing: str
    axes: str
    bar: str
    scale: str
    colours: list[str]
    dashes: list[str]


def ground_steps(relief: Relief) -> list[str]:
    """Path data of the surface's steps, of which nothing but the surface decides."""
    return steps(relief, LINES)


def still(comparison: Comparison, relief: Relief, ground: Sequence[str], selector: str) -> Still:
    """The picture of a comparison over the steps of its surface."""
    problem, domain = comparison.problem, comparison.problem.surface.domain
    paths = paths_figure(comparison, relief.levels, "light", "contour")
    surface = surface_figure(problem, relief, "light", "contour")
    paint = palette(comparison)
    scale = step_colours(relief)
    colours = [paint("fill", *pair) for pair in scale]
    line = f"{paint('stroke', THEMES['light'].contour)};stroke-width:.7px"
    bands = "".join(
        f'<path d="{data}" style="{style}"/>'
        for data, style in zip(ground, colours[2:], strict=False)
    )
    under = f'<rect width="100%" height="100%" style="{colours[1]}"/>'
    traces = over_lines(paths.data, surface.data[1:])
    layout = paths.layout
    across, down = axis_ticks(domain[0], ACROSS), axis_ticks(domain[1], DOWN)
    axes = axis(across, domain[0], layout["xaxis"]["title"]["text"], paint, upright=False)
    axes += axis(down, domain[1], layout["yaxis"]["title"]["text"], paint, upright=True)
    bar = "".join(_step(i, colour, len(colours)) for i, colour in enumerate(colours))
    labels = _bar_labels(surface.data[0]["colorbar"], paint)
    runs = [
        paint("--colour", trace["line"]["color"])
        for trace in paths.data
        if trace["meta"]["role"] == "path"
    ]
    rules = [shown("x", "width", across), shown("y", "height", down)]
    (left, right), (bottom, top) = domain
    drawing = (
        under
        + stretched(f'<g style="{line}">{bands}</g>')
        + "".join(drawn(trace, domain, paint) for trace in traces)
    )
    return Still(
        margin={side: layout["margin"][side] for side in "lrtb"},
        ratio=(right - left) / (top - bottom) if problem.surface.one_unit else None,
        style=paint.css(selector) + "".join(rule for each in rules for rule in each),
        drawing=drawing,
        axes=axes,
        bar=f'<g style="{line}">{bar}</g>',
        scale=labels,
        colours=runs,
        dashes=["" if run.rule.alone else dasharray(run) for run in comparison.runs],
    )


def dasharray(run: Run) -> str:
    """A run's line, as SVG has it."""
    return " ".join(map(str, strokes_of(run))) or "none"


def step_colours(relief: Relief) -> list[tuple[str, str]]:
    """The colour of each step in both themes, from below the lowest to above the highest."""
    z = relief.levels.height(relief.loss)
    both = (colour_scale(z, THEMES[name]) for name in ("light", "dark"))
    return list(zip(*(_at_steps(scale) for scale in both), strict=True))


def _at_steps(scale: list[list[Any]]) -> list[str]:
    """Plotly's colour of each step: a share of the scale that grows evenly with its number."""
    shares = [stop[0] for stop in scale]
    found = []
    for step in range(LINES + 2):
        share = step / (LINES + 1)
        right = min(max(int(np.searchsorted(shares, share)), 1), len(shares) - 1)
        (low, one), (high, other) = scale[right - 1], scale[right]
        found.append(between(_hex(one), _hex(other), (share - low) / (high - low)))
    return found


def _hex(colour: str) -> str:
    return "#" + "".join(f"{int(part):02x}" for part in colour[4:-1].split(","))


def _step(i: int, style: str, count: int) -> str:
    """A step of the colour bar, which begins and ends with half a one, and the line above it."""
    high, low = min(i + 0.5, count - 1.0), max(i - 0.5, 0.0)
    top = count - 1 - high
    shape = f'<rect width="1" y="{top:g}" height="{high - low:g}" style="{style};stroke:none"/>'
    return shape + (f'<path d="M0 {top:g}h1"/>' if i < count - 1 else "")


def _bar_labels(bar: Part, paint: Palette) -> str:
    text = f' style="{paint("fill", THEMES["light"].text)}"'
    heights = np.asarray(bar["tickvals"]) / bar["tickvals"][-1] * LINES + 0.5
    places = units(heights, (LINES + 1, 0))
    labels = "".join(
        f'<text x="10.5" y="{percent(place)}" dy="3.85">{escape(label)}</text>'
        for place, label in zip(places.tolist(), bar["ticktext"], strict=True)
    )
    return f'<g{text}>{labels}<text y="-6.75">{escape(bar["title"]["text"])}</text></g>'
