"""Where replicas that differ in the order of examples alone come to tell classes apart."""

import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import chart
from app.figures.moment import LEGEND
from app.figures.moment_sizes import Place, over_panel, panel_places
from app.figures.network.lines import GAP, boundary_lines
from app.figures.network.rows import frame_axes, row_marks
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.science.arrays import FloatArray, IntArray
from app.science.networks.boundary import Boundaries, Boundary
from app.science.networks.frame import Frame
from app.science.networks.result import NetworkRuns
from app.words.network.boundary import boundary_caption, panel_title
from app.words.run_label import run_label

MEASURES = {"x": "input0", "y": "input1"}
MOST = 300  # rows of a part drawn in a panel
FAINTEST = 0.3  # of a line: many that lie on each other are deep, one that strays is pale
WIDTH = 2.0


def boundary_figure(
    runs: NetworkRuns, found: Boundaries, theme: str, columns: int, *, test: bool = False
) -> Figure:
    """A panel a batch size and update rule: every replica's boundary over the training rows.

    Roles: rows, test rows and boundary, of each batch size.

    Args:
        runs: whose ends are compared.
        found: their `boundaries_of`.
        theme: one of `THEMES`.
        columns: how many panels are side by side, at most.
        test: whether test rows are drawn, too.
    """
    colours = THEMES[theme]
    columns = min(columns, len(found.sizes))
    places = panel_places(len(found.sizes), columns)
    traces: list[Part] = []
    axes: dict[str, Any] = {}
    titles = []
    for boundary, place in zip(found.sizes, places, strict=True):
        traces += _rows(found, place, colours, test=test)
        traces += _lines(runs, boundary, found.frame, place, colours)
        axes |= _axes(found, place, colours)
        colour = colours.batch_size(boundary.batch_size, runs.spec.examples)
        titles.append(over_panel(panel_title(runs, boundary), place, 12, colour))
    named = any(trace.get("showlegend") for trace in traces)
    split = found.spec.split(0)
    drawn = {"train": len(_shown(split.train.size))}
    if test:
        drawn["test"] = len(_shown(split.test.size))
    figure = chart(
        traces,
        colours,
        boundary_caption(runs, found, drawn),
        margin=(50, 8, 30 if named else 6, 44),
        measures={f"{axis[0]}{p.number}": MEASURES[axis[0]] for p in places for axis in "xy"},
        within=[found.spec.data, found.spec.inputs],
        annotations=titles,
        hovermode="closest",
        showlegend=named,
        legend=LEGEND,
        **axes,
    )
    across, up = (float(np.ptp(ends)) for ends in (found.frame.across, found.frame.up))
    figure.say(rows=math.ceil(len(found.sizes) / columns), shape=round(up / across, 3))
    return figure


def _rows(found: Boundaries, place: Place, theme: Theme, *, test: bool) -> Iterator[Part]:
    """The rows that all replicas learn, the same in every panel."""
    split = found.spec.split(0)
    parts = [("rows", split.train, "", 6.0, theme.contour)]
    if test:
        parts.insert(0, ("test rows", split.test, _("test rows"), 4.0, theme.faint))
    for role, part, said, size, colour in parts:
        for trace in row_marks(
            found.spec,
            found.frame,
            part,
            _shown(part.size),
            colour=colour,
            size=size,
            role=role,
            said=said,
            **_on(place),
        ):
            trace["showlegend"] = trace["showlegend"] and role == "rows" and not place.number
            trace["meta"]["scenery"] = bool(place.number)
            yield trace


def _shown(count: int) -> IntArray:
    """Rows that are drawn, evenly among all."""
    return np.linspace(0, count - 1, min(count, MOST)).round().astype(np.int64)


def _lines(
    runs: NetworkRuns, boundary: Boundary, frame: Frame, place: Place, theme: Theme
) -> Iterator[Part]:
    """All replicas' boundaries as one trace; none where none has any."""
    found = [
        (int(replica), boundary_lines(boundary.answers[:, r], frame))
        for r, replica in enumerate(boundary.replicas)
    ]
    found = [(replica, line) for replica, line in found if len(line)]
    if not found:
        return
    points: FloatArray = np.concatenate([part for _r, line in found for part in (line, GAP)])
    replicas = np.repeat([r for r, _line in found], [len(line) + 1 for _r, line in found])
    x, y = points[:-1].T.astype(np.float32)
    alpha = max(FAINTEST, 1 / math.sqrt(len(found)))
    examples = runs.spec.examples
    rule = {} if boundary.rule.alone else {"optimizer": boundary.rule.name}
    yield scatter(
        x=x,
        y=y,
        mode="lines",
        line={"width": WIDTH, "color": theme.batch_size(boundary.batch_size, examples, alpha)},
        name=run_label(boundary.batch_size, examples, boundary.rule),
        customdata=replicas[:-1],
        hovertemplate=_("replica %{customdata}"),
        showlegend=False,
        meta={
            "role": "boundary",
            "batch_size": boundary.batch_size,
            **rule,
            "facts": {"replica": replicas[:-1]},
        },
        **_on(place),
    )


def _on(place: Place) -> dict[str, Any]:
    return {"xaxis": f"x{place.number}", "yaxis": f"y{place.number}"}


def _axes(found: Boundaries, place: Place, theme: Theme) -> dict[str, Any]:
    k = place.number
    frame = {"showline": True, "mirror": True, "automargin": False}
    bare = {"ticks": "", "showticklabels": False}
    x, y = frame_axes(found.spec, found.frame, theme)
    if not place.bottom:
        x |= {"title": {"text": ""}, **bare}
    if not place.left:
        y |= {"title": {"text": ""}, **bare}
    return {
        f"xaxis{k}": x | frame | {"domain": place.x, "anchor": f"y{k}"},
        f"yaxis{k}": y | frame | {"domain": place.y, "anchor": f"x{k}", "scaleanchor": f"x{k}"},
    }
