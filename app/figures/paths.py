"""The paths of a comparison: a line a batch size, the ends of all replicas, the start."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from app.figures.levels import over
from app.figures.marks import ring
from app.figures.plane import view_layout
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.science.comparison import Comparison, Run
from app.science.lowest import excess
from app.science.relief import Levels
from app.words.runs import label

DOTTED_UP_TO = 120  # points: a path of more has no dots at them


def paths_figure(comparison: Comparison, levels: Levels, theme: str, view: str) -> go.Figure:
    """Each batch size's first replica as a path, and where all its replicas ended.

    A trace's ``meta`` says what it shows (``role``: path, head, cloud or start) and of which run
    (``run``: its place among the batch sizes), for those who redraw a part of it.
    """
    colours = THEMES[theme]
    draw = _Draw(levels, colours, view)
    traces: list[Any] = []
    for i, run in enumerate(comparison.runs):
        traces.append(draw.path(run, i))
        if run.replicas > 1:
            traces.append(draw.cloud(run, i))
    traces += [draw.head(run, i) for i, run in enumerate(comparison.runs)]
    traces.append(draw.start(comparison))
    return go.Figure(traces, view_layout(comparison.problem.surface, levels, colours, view))


class _Draw:
    """Traces of one view."""

    def __init__(self, levels: Levels, theme: Theme, view: str) -> None:
        self.levels, self.theme, self.flat = levels, theme, view != "3d"

    def trace(self, w0: Any, w1: Any, loss: Any, **more: Any) -> go.Scatter | go.Scatter3d:
        x, y = np.asarray(w0, np.float32), np.asarray(w1, np.float32)
        if self.flat:
            return go.Scatter(x=x, y=y, **more)
        height = over(self.levels, loss).astype(np.float32)
        return go.Scatter3d(x=x, y=y, z=height, **more)

    def path(self, run: Run, i: int) -> go.Scatter | go.Scatter3d:
        w0, w1, loss = run.path(0)
        dotted = len(w0) <= DOTTED_UP_TO
        facts = [
            run.paths.updates[: len(w0)],
            run.epoch[: len(w0)],
            loss,
            excess(run.problem, loss),
        ]
        return self.trace(
            w0,
            w1,
            loss,
            mode="lines+markers" if dotted else "lines",
            line={"width": 2 if dotted else 1.2 if self.flat else 3, "color": self.colour(run)},
            marker={"size": 4 if self.flat else 2, "color": self.colour(run)},
            # A long path covers what it circles: let the minimum shine through.
            opacity=1 if dotted else 0.7,
            name=label(run),
            customdata=np.column_stack(facts).astype(np.float32),
            hovertemplate=_hover(run),
            meta={"role": "path", "run": i},
        )

    def head(self, run: Run, i: int) -> go.Scatter | go.Scatter3d:
        w0, w1, loss = run.path(0)
        return self.trace(
            w0[-1:],
            w1[-1:],
            loss[-1:],
            mode="markers",
            marker={
                "size": 11 if self.flat else 5,
                "symbol": "x" if run.paths.diverged_at[0] else "circle",
                "color": self.colour(run),
                "line": {"width": 1.5, "color": self.theme.paper},
            },
            name=_("{label}, end", label=label(run)),
            hoverinfo="name",
            meta={"role": "head", "run": i},
        )

    def cloud(self, run: Run, i: int) -> go.Scatter | go.Scatter3d:
        w0, w1, loss = run.ends
        return self.trace(
            w0,
            w1,
            loss,
            mode="markers",
            marker={
                "size": 5 if self.flat else 2,
                "symbol": ["x" if at else "circle" for at in run.paths.diverged_at],
                "color": self.colour(run, 0.45),
            },
            name=_("{label}, ends of {count} replicas", label=label(run), count=run.replicas),
            hoverinfo="name",
            meta={"role": "cloud", "run": i},
        )

    def start(self, comparison: Comparison) -> go.Scatter | go.Scatter3d:
        w0, w1 = ([w] for w in comparison.start)
        return self.trace(
            w0,
            w1,
            [comparison.problem.loss(*comparison.start)],
            mode="markers",
            marker=ring(self.theme, 13 if self.flat else 6),
            name=_("start"),
            hovertemplate=_("start (%{x:.3f}, %{y:.3f})") + "<extra></extra>",
            meta={"role": "start"},
        )

    def colour(self, run: Run, alpha: float = 1.0) -> str:
        return self.theme.batch_size(run.batch_size, run.problem.size, alpha)


def _hover(run: Run) -> str:
    if run.problem.minima:
        return _(
            "update %{customdata[0]:,.0f}, %{customdata[1]:,.4~f} epochs<br>"
            "(%{x:.3f}, %{y:.3f})<br>"
            "loss %{customdata[3]:.3~g} above the lowest"
        )
    return _(
        "update %{customdata[0]:,.0f}, %{customdata[1]:,.4~f} epochs<br>"
        "(%{x:.3f}, %{y:.3f})<br>loss %{customdata[2]:.4~g}"
    )
