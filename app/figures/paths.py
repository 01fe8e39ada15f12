"""The paths of a comparison: a line a batch size, the ends of all replicas, the start."""

from collections.abc import Sequence
from typing import Any

from app.figures.decayed import decayed_marks
from app.figures.figure import Figure
from app.figures.path_traces import Draw
from app.figures.plane import view_layout
from app.figures.theme import THEMES
from app.science.comparison import Comparison
from app.science.relief import Levels

LINES = ("path", "way", "shadow")  # roles of what lies below the surface's marks


def paths_figure(comparison: Comparison, levels: Levels, theme: str, view: str) -> Figure:
    """Each batch size's first replica as a path, and where all its replicas ended.

    A path that comes to wander is pale, and its way there a line: up to the first drawn update
    whose loss is no higher than the median over the last tenth of the updates (`settled_at`). What
    wanders is held by the 95 % ellipse of its measured covariance, drawn where the points lie as
    a Gaussian's do (`region`): those of the last tenth of the updates or, of several replicas,
    their ends near one minimum.

    In 3D each path, or its way, has a shadow straight below it on the floor, the lowest height.

    Where runs are of several rules, each line has its rule's dash, and its name beside it where
    that is clearest.

    A trace's ``meta`` says what it shows (``role``: workers, shadow, path, way, decayed, cloud,
    ellipse, head, label or start) and of which run (``run``: its place among them), for those who
    redraw a part of it. A path has all points; a way, and the shadow of one, has the first of them,
    ``until`` an update. `LINES` come first, so that what marks the surface can lie on them and
    below the ends.
    """
    colours = THEMES[theme]
    draw = Draw(levels, colours, view)
    runs = list(enumerate(comparison.runs))
    start = comparison.start
    traces: list[Any] = [draw.workers(run, i, start) for i, run in runs if run.paths.apart]
    traces += [draw.path(run, i) for i, run in runs]
    traces += [draw.way(run, i, run.settled) for i, run in runs if run.settled is not None]
    traces += [draw.shadow(run, i) for i, run in runs if view == "3d"]
    traces += decayed_marks(comparison, draw.trace, colours, flat=draw.flat)
    traces += [draw.cloud(run, i) for i, run in runs if run.replicas > 1]
    traces += [draw.ellipse(run, i, held) for i, run in runs for held in run.regions]
    traces += [draw.head(run, i) for i, run in runs]
    traces += draw.labels(comparison)
    traces.append(draw.start(comparison))
    return Figure(traces, view_layout(comparison.problem.surface, levels, colours, view))


def over_lines(traces: Sequence[Any], marks: Sequence[Any]) -> list[Any]:
    """Traces with the surface's marks among them: over the lines and below the ends."""
    lines = max(i + 1 for i, trace in enumerate(traces) if trace["meta"]["role"] in LINES)
    return [*traces[:lines], *marks, *traces[lines:]]
