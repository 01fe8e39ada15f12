"""The traces of a comparison's runs: their paths, ways, workers, ends and names."""

from typing import Any

import numpy as np

from app.figures.figure import Part, scatter, scatter3d
from app.figures.levels import over
from app.figures.marks import ring
from app.figures.rules import dash, label_places, of_run
from app.figures.theme import Theme
from app.language.speech import gettext as _
from app.science.arrays import FloatArray, Point
from app.science.comparison import Comparison, Run
from app.science.lowest import excess
from app.science.relief import Levels
from app.science.rest import Region
from app.words.run_label import rule_title
from app.words.runs import label

DOTTED_UP_TO = 120  # points: a path of more has no dots at them
DASHED_UP_TO = 30  # the same where a line's dash is to be seen between them
PALE, DEEP = 0.3, 0.3  # opacity of a path that wanders, seen from above and as dots in 3D
WORKERS = 0.45  # opacity of workers' lines
SHADOW = 0.35  # opacity of a path's shadow on the floor of the scene


class Draw:
    """Traces of one view."""

    def __init__(self, levels: Levels, theme: Theme, view: str) -> None:
        self.levels, self.theme, self.flat = levels, theme, view != "3d"

    def trace(self, w0: Any, w1: Any, loss: Any, **more: Any) -> Part:
        """A trace in the plane, or at the heights of its losses."""
        x, y = np.asarray(w0, np.float32), np.asarray(w1, np.float32)
        if self.flat:
            return scatter(x=x, y=y, **more)
        height = over(self.levels, loss).astype(np.float32)
        return scatter3d(x=x, y=y, z=height, **more)

    def path(self, run: Run, i: int) -> Part:
        """The first replica's path, whole."""
        w0, w1, loss = run.path(0)
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
            **(self.line(run, len(w0)) if run.settled is None else self.trail(run, len(w0))),
            name=label(run),
            customdata=np.column_stack(facts).astype(np.float32),
            hovertemplate=_hover(run),
            meta={
                "role": "path",
                **of_run(run, i),
                "replica": 0,
                "facts": dict(zip(("update", "epoch", "loss"), facts, strict=False)),
            },
        )

    def workers(self, run: Run, i: int, start: Point) -> Part:
        """Where the first replica's workers were between their means."""
        assert run.paths.apart is not None  # noqa: S101 - they are drawn where there are any
        first, last = run.paths.updates[[0, run.last[0]]].tolist()
        (w0, w1), updates = run.paths.apart.lines(start, run.plan.workers, first, last)
        return self.trace(
            w0,
            w1,
            np.empty(0) if self.flat else run.problem.loss(w0, w1),
            mode="lines",
            line={"width": 1 if self.flat else 3, "color": self.colour(run)},
            opacity=WORKERS,
            name=_("{label}, workers", label=label(run)),
            customdata=updates.astype(np.float32),
            hoverinfo="name",
            meta={"role": "workers", "run": i, "scenery": True},
        )

    def way(self, run: Run, i: int, until: int) -> Part:
        """Its way, up to an update."""
        w0, w1, loss = run.path(0)
        count = self.way_points(run, until)
        return self.trace(
            w0[:count],
            w1[:count],
            loss[:count],
            **self.line(run, count),
            name=label(run),
            hoverinfo="skip",  # the path below it has all that is told
            meta={"role": "way", "run": i, "until": until, "scenery": True},
        )

    def shadow(self, run: Run, i: int) -> Part:
        """Its shadow on the floor."""
        w0, w1 = run.path(0)[:2]
        until = {} if run.settled is None else {"until": run.settled}
        count = len(w0) if run.settled is None else self.way_points(run, run.settled)
        x, y = np.asarray(w0[:count], np.float32), np.asarray(w1[:count], np.float32)
        return scatter3d(
            x=x,
            y=y,
            z=np.zeros(count, np.float32),
            mode="lines",
            line={"width": 3, "color": self.colour(run), **dash(run)},
            opacity=SHADOW,
            name=_("{label}, shadow", label=label(run)),
            hoverinfo="skip",
            meta={"role": "shadow", "run": i, "scenery": True, **until},
        )

    def way_points(self, run: Run, until: int) -> int:
        """How many of the first replica's points belong to its way."""
        return int(np.searchsorted(run.paths.updates[: run.length(0)], until, "right"))

    def dotted(self, run: Run, points: int) -> bool:
        """Whether a line of so many points has dots at them."""
        return points <= (DOTTED_UP_TO if run.rule.alone else DASHED_UP_TO)

    def line(self, run: Run, points: int) -> dict[str, Any]:
        """How a way is drawn: with dots at the points while they are few."""
        dotted = self.dotted(run, points)
        return {
            "mode": "lines+markers" if dotted else "lines",
            "line": {
                "width": 2 if dotted else 1.2 if self.flat else 3,
                "color": self.colour(run),
                **dash(run),
            },
            "marker": {"size": 4 if self.flat else 2, "color": self.colour(run)},
            "opacity": 1 if dotted else 0.7,
        }

    def trail(self, run: Run, points: int) -> dict[str, Any]:
        """How a wandering is drawn: so pale that what it covers is seen through it.

        In three dimensions it is a cloud of its points, which lie on the surface; lines from wall
        to wall would hang in the air above it.
        """
        dotted = self.dotted(run, points)
        return {
            "mode": "markers" if not self.flat else "lines+markers" if dotted else "lines",
            "line": {"width": 1, "color": self.colour(run), **dash(run)},
            "marker": {"size": 3 if self.flat else 1.5, "color": self.colour(run)},
            # Where ends of many replicas lie, they are the cloud.
            "opacity": (PALE if self.flat else DEEP) / (2 if run.replicas > 1 else 1),
        }

    def ellipse(self, run: Run, i: int, held: Region) -> Part:
        """What holds the points by one minimum."""
        x, y = held.curve.T
        losses = run.problem.loss(x, y)
        said = (
            _("{label}: 95 % ellipse of its ends here", label=label(run))
            if run.replicas > 1
            else _("{label}: 95 % ellipse of its last updates", label=label(run))
        )
        filled = {"fill": "toself", "fillcolor": self.colour(run, 0.08), "hoveron": "points"}
        return self.trace(
            x,
            y,
            losses,
            mode="lines",
            line={"width": 2 if self.flat else 4, "color": self.colour(run), **dash(run)},
            **(filled if self.flat else {}),
            name=said,
            hoverinfo="name",
            meta={"role": "ellipse", **of_run(run, i), "facts": {"loss": losses}},
        )

    def head(self, run: Run, i: int) -> Part:
        """The last point of the first replica."""
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
            meta={
                **self.end(run, i, "head", 0, loss[-1:]),
                "scenery": run.replicas > 1,  # the cloud has it
            },
        )

    def cloud(self, run: Run, i: int) -> Part:
        """Where all replicas ended."""
        w0, w1, loss = run.ends
        return self.trace(
            w0,
            w1,
            loss,
            mode="markers",
            marker={
                "size": 6 if self.flat else 2.5,
                "symbol": ["x" if at else "circle" for at in run.paths.diverged_at],
                "color": self.colour(run, 0.8),
                "line": {"width": 0.5, "color": self.theme.paper},
            },
            name=_("{label}, ends of {count} replicas", label=label(run), count=run.replicas),
            hoverinfo="name",
            meta=self.end(run, i, "cloud", range(run.replicas), loss),
        )

    def labels(self, comparison: Comparison) -> list[Part]:
        """The name of each run's rule at its line, where there are several."""
        runs, domain = comparison.runs, np.array(comparison.problem.surface.domain)
        if runs[0].rule.alone:
            return []
        ways = []
        for run in runs:
            w0, w1, _loss = run.path(0)
            count = len(w0) if run.settled is None else self.way_points(run, run.settled)
            way = np.column_stack([w0, w1])[:count]
            inside = np.all((way >= domain[:, 0]) & (way <= domain[:, 1]), axis=1)
            ways.append(way[inside] if inside.any() else way[:1])
        marks = [minimum.point for minimum in comparison.problem.minima]
        marks += [run.end(0).point for run in runs]
        *ways, marked = (
            (points - domain[:, 0]) / np.ptp(domain, axis=1) for points in [*ways, np.array(marks)]
        )
        places = label_places(ways, marked)
        return [
            self.label(run, i, domain[:, 0] + place * np.ptp(domain, axis=1))
            for i, (run, place) in enumerate(zip(runs, places, strict=True))
        ]

    def label(self, run: Run, i: int, at: FloatArray) -> Part:
        """The name of a run's rule, at a point."""
        return self.trace(
            [at[0]],
            [at[1]],
            np.array([run.problem.loss(*at)]),
            mode="text",
            text=[rule_title(run.rule)],
            textposition="top center",
            textfont={
                "size": 13,
                "color": self.colour(run),
                **({"shadow": "auto"} if self.flat else {}),
            },
            name=label(run),
            hoverinfo="skip",
            meta={"role": "label", "run": i, "scenery": True},
        )

    def start(self, comparison: Comparison) -> Part:
        """Where all runs began."""
        (w0, w1), loss = comparison.start, [comparison.problem.loss(*comparison.start)]
        return self.trace(
            [w0],
            [w1],
            loss,
            mode="markers",
            marker=ring(self.theme, 13 if self.flat else 6),
            name=_("start"),
            hovertemplate=_("start (%{x:.3f}, %{y:.3f})") + "<extra></extra>",
            meta={"role": "start", "facts": {"loss": loss}},
        )

    def end(self, run: Run, i: int, role: str, replica: Any, loss: Any) -> dict[str, Any]:
        """What a trace of ends says of itself."""
        facts = {"kind": "end", "replica": replica, "loss": loss}
        return {"role": role, **of_run(run, i), "facts": facts}

    def colour(self, run: Run, alpha: float = 1.0) -> str:
        """That of a run's batch size."""
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
