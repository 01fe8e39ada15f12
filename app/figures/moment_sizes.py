"""The means of mini-batches of several sizes at one point of a run, a panel a batch size."""

import math
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import axis, chart
from app.figures.marks import GRADIENT, arrow
from app.figures.plane import count_outside
from app.figures.ranges import SHOWN, square
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.science.arrays import IntArray
from app.science.noise.cloud import Cloud
from app.words.moment_sizes import sizes_caption
from app.words.numbers import batch_size_label
from app.words.scene import Scene

MOST = 1000  # examples drawn in all panels together, so that they follow a player
GAP = 0.05  # of the figure's width, between two panels
ABOVE = 0.1  # of a panel's height, free above it for its title


class Place(NamedTuple):
    """Where a panel is: the names of its axes end in ``number``, nothing for the first.

    It has ticks of its own where no panel is left of it, or under it.
    """

    number: str
    x: tuple[float, float]
    y: tuple[float, float]
    left: bool
    bottom: bool


def moment_sizes_figure(scene: Scene, clouds: Sequence[Cloud], theme: str, columns: int) -> Figure:
    """Mean gradients of batches drawn before an update, in panels that have the same axes.

    Roles: examples, draws and full gradient, of each batch size.

    Args:
        scene: the update.
        clouds: batches of each size, drawn at the point before it.
        theme: one of `THEMES`.
        columns: how many panels are side by side, at most.
    """
    colours, noise = THEMES[theme], scene.noise
    ordered = sorted(clouds, key=lambda cloud: cloud.batch_size)
    columns = min(columns, len(ordered))
    places = panel_places(len(ordered), columns)
    ranges = _ranges(scene, ordered)
    most = min(noise.examples, MOST // len(ordered))
    rows = np.linspace(0, noise.examples - 1, most).round().astype(np.int64)
    traces: list[Part] = []
    axes: dict[str, Any] = {}
    titles = []
    slopes = [
        _("∂ loss / ∂ {weight}", weight=name.split()[-1])
        for name in scene.run.problem.surface.parameters
    ]
    for cloud, place in zip(ordered, places, strict=True):
        traces += _panel(scene, cloud, rows, ranges, place, colours)
        axes |= _axes(place, ranges, slopes, colours)
        colour = colours.batch_size(cloud.batch_size, noise.examples)
        label = batch_size_label(cloud.batch_size, noise.examples)
        titles.append(over_panel(label, place, 12, colour))
    outside = count_outside(noise.gradients[:, rows].T.astype(np.float32), ranges)
    caption = sizes_caption(scene, ordered, outside, len(rows))
    figure = chart(
        traces,
        colours,
        caption,
        margin=(50, 8, 4, 44),
        measures={
            f"{axis[0]}{place.number}": GRADIENT[axis[0]] for place in places for axis in "xy"
        },
        within=scene.run.problem.surface.id,
        annotations=titles,
        hovermode="closest",
        **axes,
    )
    figure.say(rows=math.ceil(len(ordered) / columns))
    return figure


def _ranges(scene: Scene, clouds: Sequence[Cloud]) -> list[list[float]]:
    """The same of every panel: a square around zero, all means and nearly all examples."""
    most = np.quantile(scene.noise.gradients, (1 - SHOWN, SHOWN), axis=1)
    means = [cloud.gradients for cloud in clouds]
    return square(np.concatenate([np.zeros((1, 2)), [scene.noise.gradient], most, *means]))


def panel_places(count: int, columns: int) -> list[Place]:
    """Places of so many panels, row after row from the top."""
    rows = math.ceil(count / columns)
    wide = (1 - GAP * (columns - 1)) / columns
    found = []
    for k in range(count):
        row, column = divmod(k, columns)
        left, top = column * (wide + GAP), 1 - row / rows
        found.append(
            Place(
                number="" if k == 0 else str(k + 1),
                x=(left, min(1.0, left + wide)),
                y=(max(0.0, top - 1 / rows), top - ABOVE / rows),
                left=column == 0,
                bottom=k + columns >= count,
            )
        )
    return found


def _axes(
    place: Place, ranges: list[list[float]], titles: Sequence[str], theme: Theme
) -> dict[str, Any]:
    k = place.number
    small = {"constrain": "domain", "nticks": 5, "tickangle": 0, "automargin": False}
    frame = {"showline": True, "mirror": True}
    bare = {"ticks": "", "showticklabels": False}
    return {
        f"xaxis{k}": axis(
            theme,
            titles[0] if place.bottom else "",
            range=ranges[0],
            domain=place.x,
            anchor=f"y{k}",
            ticklabeloverflow="hide past domain",  # the next panel's labels begin there
            **(small | frame | ({} if place.bottom else bare)),
        ),
        f"yaxis{k}": axis(
            theme,
            titles[1] if place.left else "",
            range=ranges[1],
            domain=place.y,
            anchor=f"x{k}",
            scaleanchor=f"x{k}",
            **(small | frame | ({} if place.left else bare)),
        ),
    }


def over_panel(text: str, place: Place, size: float, colour: str) -> Part:
    """Words above a panel from its left edge, in the colour of its batch size."""
    return {
        "text": text,
        "font": {"size": size, "color": colour},
        "showarrow": False,
        "xref": f"x{place.number} domain",
        "x": 0,
        "xanchor": "left",
        "yref": f"y{place.number} domain",
        "y": 1,
        "yanchor": "bottom",
    }


def _panel(
    scene: Scene,
    cloud: Cloud,
    rows: IntArray,
    ranges: list[list[float]],
    place: Place,
    theme: Theme,
) -> Iterator[Part]:
    noise, size = scene.noise, cloud.batch_size
    on = {"xaxis": f"x{place.number}", "yaxis": f"y{place.number}"}
    label = batch_size_label(size, noise.examples)
    x, y = noise.gradients[:, rows].astype(np.float32)
    yield scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"size": 3, "color": theme.faint, "opacity": 0.7, "line": {"width": 0}},
        name=_("an example's gradient"),
        customdata=rows,
        hovertemplate=_("example %{customdata:,}") + "<br>(%{x:.3f}, %{y:.3f})<extra></extra>",
        meta={
            "role": "examples",
            "batch_size": size,
            "facts": {"kind": "example", "batch_size": None, "example": rows},
            "scenery": bool(place.number),  # the same in every panel
        },
        **on,
    )
    reach = float(np.ptp(ranges[0]))
    full = arrow(
        noise.gradient, theme.text, reach, width=2, name=_("G, of all"), role="full gradient", **on
    )
    full["meta"]["facts"]["batch_size"] = None
    full["meta"] |= {"batch_size": size, "scenery": bool(place.number)}
    x, y = cloud.gradients.T.astype(np.float32)
    still = not np.any(cloud.covariance_measured)
    draws = scatter(
        x=x[:1] if still else x,
        y=y[:1] if still else y,
        mode="markers",
        marker={
            "size": 8 if still else 5,
            "color": theme.batch_size(size, noise.examples),
            "opacity": 1 if still else 0.7,
            "line": {"width": 0},
        },
        name=label,
        hovertemplate="(%{x:.3f}, %{y:.3f})",
        meta={"role": "draws", "batch_size": size, "facts": {"kind": "gradient"}},
        **on,
    )
    # Many dots would hide the arrow, and its head would hide a single one.
    yield from (full, draws) if still else (draws, full)
