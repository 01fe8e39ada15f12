"""One update of a run: what it saw, and the gradient that this gave."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.held_out import held_out
from app.figures.layout import axis, chart
from app.figures.marks import GRADIENT, arrow
from app.figures.plane import count_outside
from app.figures.ranges import ROOM, gradient_ranges, round_down, square
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.language.speech import translated
from app.science.accumulation import averaged, shares
from app.science.arrays import FloatArray, IntArray
from app.words.moment import data_caption, gradients_caption
from app.words.numbers import batch_size_label
from app.words.scene import Scene

OF_ALL = ("others", "held out", "full gradient")  # roles of what is not one batch's
FEW = 200  # examples
MOST = 2000  # examples drawn in the batch, and as many of the others, at most
LEGEND = {
    "orientation": "h",
    "x": 0,
    "y": 1,
    "yref": "container",
    "yanchor": "top",
    "font": {"size": 12},
    "itemclick": False,
    "itemdoubleclick": False,
}
TICKS = (1, 1.5, 2, 3, 4, 5, 6, 8)  # digits of an axis' one tick beside zero
MARGIN = (52, 12, 50, 42)  # with room for a legend of two lines


def moment_data_figure(scene: Scene, theme: str) -> Figure:
    """The examples, the batch lit, and the model before the update and after it.

    Of a landscape the examples are tilts: the batch's mean tilt is an arrow. A trace's ``meta``
    says what it shows (``role``: others, batch, held out, before, after, side or mean tilt);
    ``customdata`` of examples are their rows, of points held out their places among all points.
    """
    colours = THEMES[theme]
    problem, moment = scene.run.problem, scene.moment
    surface, model = problem.surface, problem.surface.model
    landscape = surface.family == "landscape"
    x, y, *labels = problem.columns
    hollow = list(held_out(problem, colours))
    places = np.hstack([np.array([x, y]), *(trace_points(trace).T for trace in hollow)])
    box = [_range(values, landscape) for values in places]
    traces, shown = _examples(scene, np.array([x, y]), colours, *labels)
    traces += hollow
    seen: dict[str, bool | None] = {"before": None, "after": None}
    colour = _colour(scene, colours)
    for role, at, width, ink, name in (
        ("before", moment.before, 4, colours.text, _("model before")),
        ("after", moment.after, 2, colour, _("model after")),
    ):
        if model.line is None or at is None:
            continue
        line = np.array(model.line(*at, (box[0], box[1])))
        if not line.size:
            if surface.loss.partial:  # its line is somewhere else
                seen[role] = False
            continue
        seen[role] = _crosses(line, box)
        traces.append(
            scatter(
                x=line[0].astype(np.float32),
                y=line[1].astype(np.float32),
                mode="lines",
                line={"width": width, "color": ink},
                name=name,
                hoverinfo="name",
                meta={"role": role},
            )
        )
        if model.normal:
            reach = 0.2 * (box[0][1] - box[0][0])
            side = reach * np.array(model.normal(*at))
            traces.append(
                arrow(side, ink, reach, width=width, name=_("the side of +"), role=f"side {role}")
            )
            traces[-1] |= {"showlegend": False, "meta": {"role": f"side {role}", "scenery": True}}
    if landscape and len(moment.examples):
        rows = moment.examples
        micro_batch = scene.run.plan.epochs[moment.epoch - 1].micro_batch
        mean = averaged(
            lambda some: np.array([x[rows[some]].mean(), y[rows[some]].mean()]),
            shares(len(rows), micro_batch),
        )
        reach = float(np.ptp(box[0]))
        traces.append(
            arrow(mean, colour, reach, width=3, name=_("mean tilt of the batch"), role="mean tilt")
        )
    _tell_run(scene, traces)
    fixed = {"scaleanchor": "x"} if model.equal else {}
    first, second = map(translated, model.axes)
    return chart(
        traces,
        colours,
        data_caption(scene, before=seen["before"], after=seen["after"], shown=shown),
        margin=MARGIN,
        measures=dict(zip("xy", surface.columns, strict=False)),
        within=surface.id,
        xaxis=axis(colours, first, range=list(box[0]), constrain="domain"),
        yaxis=axis(colours, second, range=list(box[1]), constrain="domain", **fixed),
        hovermode="closest",
        showlegend=True,
        legend=LEGEND,
    )


def moment_gradients_figure(scene: Scene, theme: str) -> Figure:
    """Every example's gradient before the update, their means as arrows, and the step.

    The step is in units of weight: it has a plane of its own, at a scale of its own. In each plane
    both axes have one scale. Roles: others, batch, gradient, full gradient, plain step and step.
    """
    colours = THEMES[theme]
    moment, gradients = scene.moment, scene.noise.gradients
    colour = _colour(scene, colours)
    means = np.array([moment.full_gradient, moment.gradient])
    ranges = gradient_ranges(gradients, means)
    reach = max(high - low for low, high in ranges)
    dots, shown = _examples(scene, gradients, colours)
    g, full = np.array(moment.gradient), np.array(moment.full_gradient)
    traces = [
        *dots,
        arrow(full, colours.text, reach, width=5, name=_("G, of all"), role="full gradient"),
        arrow(g, colour, reach, width=2.5, name=_("g, of the batch"), role="gradient"),
        *_steps(scene, colours),
    ]
    _tell_run(scene, traces)
    steps = [np.zeros(2), np.array(scene.plain_step), np.array(moment.step or (0.0, 0.0))]
    if moment.step is None or scene.plain:
        steps.pop(1)
    around = square(np.array(steps))
    furthest = float(np.abs(steps).max()) or 1.0
    weights = [name.split()[-1] for name in scene.run.problem.surface.parameters]
    slopes = [_("∂ loss / ∂ {weight}", weight=weight) for weight in weights]
    moves = [_("step in {weight}", weight=weight) for weight in weights]
    # In so little room zero and one round number; automatic ticks would be one or four.
    small = {"constrain": "domain", "dtick": round_down(furthest, TICKS), "tickangle": 0}
    points = np.concatenate([trace_points(dot) for dot in dots])
    outside = count_outside(points, ranges)
    return chart(
        traces,
        colours,
        gradients_caption(scene, outside, shown),
        margin=MARGIN,
        measures=GRADIENT | {"x2": "step_w0", "y2": "step_w1"},
        within=scene.run.problem.surface.id,
        xaxis=axis(colours, slopes[0], range=ranges[0], constrain="domain", domain=[0, 0.52]),
        yaxis=axis(colours, slopes[1], range=ranges[1], constrain="domain", scaleanchor="x"),
        xaxis2=axis(colours, moves[0], range=around[0], domain=[0.78, 1], anchor="y2", **small),
        yaxis2=axis(colours, moves[1], range=around[1], anchor="x2", scaleanchor="x2", **small),
        hovermode="closest",
        showlegend=True,
        legend=LEGEND,
    )


def _tell_run(scene: Scene, traces: Sequence[Part]) -> None:
    """Say of each trace of the update whose it is; the others are of all examples."""
    for trace in traces:
        if trace["meta"]["role"] not in OF_ALL:
            trace["meta"] |= {"batch_size": scene.run.batch_size, "replica": scene.replica}


def trace_points(trace: Part) -> FloatArray:
    """The points of a trace, shape (P, 2)."""
    return np.column_stack([trace["x"], trace["y"]])


def _steps(scene: Scene, theme: Theme) -> Iterator[Part]:
    step = scene.moment.step
    if step is None:
        return
    plain = np.array(scene.plain_step)
    reach = float(max(np.abs(step).max(), np.abs(plain).max()))
    if not scene.plain:
        yield arrow(
            plain,
            theme.text,
            reach,
            width=1.2,
            name=_("step of plain SGD"),
            role="plain step",
            dash="dot",
            xaxis="x2",
            yaxis="y2",
        )
    yield arrow(
        np.array(step),
        _colour(scene, theme),
        reach,
        width=2.5,
        name=_("step"),
        role="step",
        xaxis="x2",
        yaxis="y2",
        showlegend=False,
    )


def _examples(
    scene: Scene, places: FloatArray, theme: Theme, labels: FloatArray | None = None
) -> tuple[list[Part], int]:
    """The others and the batch, at places of shape (2, N); and how many examples are drawn."""
    size, rows = scene.run.batch_size, scene.moment.examples
    others = np.setdiff1d(np.arange(places.shape[1]), rows)[:MOST]
    lit = rows[:MOST]
    label = batch_size_label(size, places.shape[1])
    dots = []
    if len(others):
        few = places.shape[1] <= FEW  # and are seen one by one
        grey = {
            "size": (4 if labels is None else 6) + 2 * few,
            "color": theme.text if few else theme.faint,
            "opacity": 0.4 if few else 0.7,
        }
        dots.append(_dots(places, others, grey, _("other examples"), "others", labels))
    bright = {
        "size": max(4.0, 9 - np.log2(len(rows)) / 2) + (0 if labels is None else 2),
        "color": _colour(scene, theme),
        # Many cover what is drawn over them.
        "opacity": 0.95 - 0.55 * np.log(len(rows)) / np.log(places.shape[1]),
    }
    dots.append(_dots(places, lit, bright, label, "batch", labels))
    return dots, len(others) + len(set(lit.tolist()))


def _dots(
    places: FloatArray,
    rows: IntArray,
    marker: dict[str, Any],
    name: str,
    role: str,
    labels: FloatArray | None,
) -> Part:
    if labels is None:
        marker = {**marker, "line": {"width": 0}}
    else:  # + and −, as lines
        signs = np.where(labels[rows] > 0, "cross-thin", "line-ew").tolist()
        line = {"width": 1 if role == "others" else 2, "color": marker["color"]}
        marker = {**marker, "symbol": signs, "line": line}
    x, y = places[:, rows].astype(np.float32)
    kind = "other" if role == "others" else role
    facts = {"kind": kind, "example": rows, "label": None if labels is None else labels[rows]}
    return scatter(
        x=x,
        y=y,
        mode="markers",
        marker=marker,
        name=name,
        customdata=rows,
        hovertemplate=_("example %{customdata:,}") + "<br>(%{x:.3f}, %{y:.3f})<extra></extra>",
        meta={"role": role, "facts": facts},
    )


def _colour(scene: Scene, theme: Theme) -> str:
    return theme.batch_size(scene.run.batch_size, scene.run.problem.size)


def _range(values: FloatArray, origin: bool) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    if origin:
        low, high = min(low, 0.0), max(high, 0.0)
    room = ROOM * (high - low) or 1.0
    return low - room, high + room


def _crosses(line: FloatArray, box: Sequence[tuple[float, float]]) -> bool:
    """Whether a line of two or more points, shape (2, P), is in a box anywhere."""
    fine = np.linspace(0, line.shape[1] - 1, 2001)
    x, y = (np.interp(fine, np.arange(line.shape[1]), values) for values in line)
    (left, right), (bottom, top) = box
    return bool(np.any((x >= left) & (x <= right) & (y >= bottom) & (y <= top)))
