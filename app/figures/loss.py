"""The losses of a comparison against updates, epochs or examples seen."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from app.figures.figure import Figure, scatter
from app.figures.layout import POWERS, axis, chart
from app.figures.marks import between
from app.figures.rules import dash, of_run
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.language.speech import sentences, translated
from app.science.arrays import FloatArray
from app.science.comparison import Comparison, Run
from app.science.lowest import ROUNDING, lowest_loss
from app.science.message import Message
from app.science.problems.problem import Problem
from app.words.runs import label, loss_note, summary

AXES = {
    "updates": Message("updates"),
    "epochs": Message("epochs"),
    "examples_seen": Message("examples seen"),
}
WIDE = 50  # the axis is logarithmic if the longest run is so many times the shortest
DECADES = 6  # powers of ten below the highest loss; what is lower leaves the frame


def loss_figure(comparison: Comparison, theme: str, horizontal: str) -> Figure:
    """Loss above the lowest minimum, log scale: its running median over the loss itself, pale.

    Of many replicas: the median, and the band of their 5–95 %. Where a loss is below the lowest
    known minimum, as of a function that falls for ever, it is the loss itself, on a linear scale.

    Where points are held out, the losses themselves are drawn, theirs dashed: the same median.

    On a logarithmic horizontal axis (updates, where the longest run makes 50 times as many as
    the shortest) the start, at 0, has no place: lines begin at the first update.
    """
    colours = THEMES[theme]
    floor = _floor(comparison)
    name = "loss" if floor is None else loss_name(comparison.problem)
    across = translated(AXES[horizontal])
    title = _("loss") if name == "loss" else _("loss above the lowest minimum")
    curves, frame = _drawn(comparison, horizontal, floor)
    traces: list[Any] = []
    lines: list[Any] = []  # over all that is pale
    dashed: list[Any] = []
    plain = f"{across}: %{{x:,.4~f}}<br>{title}: %{{y:.3~g}}"
    for i, (run, curve) in enumerate(zip(comparison.runs, curves, strict=True)):
        told = plain
        if curve.band:
            x, (low, high) = curve.x, curve.band
            traces.append(
                scatter(
                    **between(x, low, high),
                    fillcolor=colours.batch_size(run.batch_size, run.problem.size, 0.18),
                    line={"width": 0},
                    hoverinfo="skip",
                    name=label(run),
                    meta={
                        "role": "band",
                        **of_run(run, i),
                        "facts": {
                            "kind": np.repeat(["p95", "p05"], len(x)).tolist(),
                            "x": np.tile(x, 2),
                            "y": np.concatenate([high, low]),
                        },
                    },
                )
            )
            whose = _("{label}, median of {count} replicas", label=label(run), count=run.replicas)
            told += f"<extra>{whose}</extra>"
        elif curve.raw is not None:
            traces.append(
                scatter(
                    x=curve.x,
                    y=curve.raw,
                    mode="lines",
                    line={
                        "width": 1,
                        "color": colours.batch_size(run.batch_size, run.problem.size, 0.22),
                    },
                    name=_("{label}, each recorded update", label=label(run)),
                    hoverinfo="skip",
                    meta={"role": "loss", **of_run(run, i), "replica": 0},
                )
            )
            whose = _("{label}, running median", label=label(run))
            told = f"{whose}<br>{told}<extra></extra>"
        lines.append(
            scatter(
                x=curve.x,
                y=curve.loss,
                mode="lines",
                line={
                    "width": 1.8,
                    "color": colours.batch_size(run.batch_size, run.problem.size),
                    **dash(run),
                },
                name=label(run),
                hovertemplate=told,
                meta={
                    "role": "median" if curve.band else "running median",
                    **of_run(run, i),
                    **({} if curve.band else {"replica": 0}),
                },
            )
        )
        if curve.held_out is not None:
            whose = _("{label}, held-out points", label=label(run))
            dashed.append(
                scatter(
                    x=curve.x,
                    y=curve.held_out,
                    mode="lines",
                    line={**lines[-1]["line"], "dash": "dash"},
                    name=whose,
                    hovertemplate=f"{whose}<br>{plain}<extra></extra>",
                    meta=lines[-1]["meta"] | {"role": f"held-out {lines[-1]['meta']['role']}"},
                )
            )
    ends = [float(positions(run, horizontal)[-1]) for run in comparison.runs]
    wide = max(ends) > WIDE * min(ends)
    note = loss_note(comparison, _below(comparison.runs, curves, frame))
    figure = chart(
        [*traces, *lines, *dashed],
        colours,
        sentences([summary(comparison), note]),
        margin=(62, 20, 10, 42),
        measures={"x": horizontal, "y": name},
        within=comparison.problem.surface.domain,
        xaxis=axis(
            colours,
            _("{axis} (log scale)", axis=across) if wide else across,
            type="log" if wide else "linear",
            rangemode="tozero",
            exponentformat="none",
            separatethousands=True,
            **({"dtick": 1} if wide else {}),
        ),
        yaxis=axis(colours, title, **({"type": "linear"} if floor is None else POWERS), **frame),
        hovermode="closest",
    )
    figure.say(note=note)
    return figure


def loss_name(problem: Problem) -> str:
    """What losses of a problem are drawn as, in data."""
    return "loss_above_lowest" if problem.minima and not problem.held_out else "loss"


def drawn_loss_note(comparison: Comparison) -> str:
    """The note under the figure, of figures not yet drawn."""
    curves, frame = _drawn(comparison, "updates", _floor(comparison))
    return loss_note(comparison, _below(comparison.runs, curves, frame))


def _drawn(
    comparison: Comparison, horizontal: str, floor: float | None
) -> tuple[list["_Curve"], dict[str, Any]]:
    """The runs' curves, and the range of the axis that they are drawn against."""
    curves = [_curve(run, horizontal, floor) for run in comparison.runs]
    return curves, {} if floor is None else _range(curves)


def _floor(comparison: Comparison) -> float | None:
    """The loss that others are drawn above; None if one of a typed function is below it.

    That of held-out points has a lowest value elsewhere: it is drawn above 0, as no loss is below.
    """
    if comparison.problem.held_out:
        return 0.0
    lowest = lowest_loss(comparison.problem) or 0.0
    if not comparison.problem.surface.partial:
        return lowest
    drawn = [run.first_loss if run.replicas == 1 else run.loss_band for run in comparison.runs]
    least = min(float(np.min(each)) for each in drawn)
    return None if least < lowest - ROUNDING * max(1.0, abs(lowest)) else lowest


class _Curve(NamedTuple):
    """A run's loss as it is drawn: a running median, or the median of many and their 5–95 %."""

    x: FloatArray
    loss: FloatArray
    band: tuple[FloatArray, FloatArray] | None = None
    raw: FloatArray | None = None
    held_out: FloatArray | None = None


def _curve(run: Run, horizontal: str, floor: float | None) -> _Curve:
    x, median = positions(run, horizontal), run.held_out_median
    held_out = None if median is None else above(median, floor)
    if run.replicas == 1:
        raw, loss = above(run.first_loss, floor), above(run.running_loss, floor)
        return _Curve(x[: len(raw)], loss, raw=raw, held_out=held_out)
    low, middle, high = (above(quantile, floor) for quantile in run.loss_band)
    return _Curve(x[run.band_index], middle, (low, high), held_out=held_out)


def positions(run: Run, horizontal: str) -> FloatArray:
    """Where the recorded points stand on a horizontal axis."""
    values: FloatArray = {
        "updates": run.paths.updates,
        "epochs": run.epoch,
        "examples_seen": run.examples_seen,
    }[horizontal].astype(np.float32)
    return values


def above(loss: FloatArray, floor: float | None) -> FloatArray:
    """Loss above the floor, or itself; what is not above it, or not finite, is a gap."""
    if floor is None:
        return np.where(np.isfinite(loss), loss, np.nan).astype(np.float32)
    excess = loss - floor
    return np.where((excess > 0) & np.isfinite(excess), excess, np.nan).astype(np.float32)


def _below(runs: Sequence[Run], curves: Sequence[_Curve], frame: dict[str, Any]) -> list[Run]:
    """The runs that end below the axis' range."""
    lowest = 10 ** frame["range"][0] if frame else -np.inf
    return [run for run, curve in zip(runs, curves, strict=True) if curve.loss[-1] < lowest]


def _range(curves: Sequence[_Curve]) -> dict[str, Any]:
    """The axis' range in powers of ten, at most `DECADES` below the highest loss."""
    drawn = [(each.loss, *(each.band or ()), each.raw, each.held_out) for each in curves]
    y = np.concatenate([y for several in drawn for y in several if y is not None])
    y = y.astype(np.float64)
    y = y[np.isfinite(y)]
    if not y.size:
        return {}
    top, bottom = np.log10(y.max()), np.log10(y.min())
    return {"range": [float(max(bottom, top - DECADES) - 0.15), float(top + 0.15)]}
