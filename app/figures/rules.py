"""How a picture tells the update rules of its runs apart, where there are several."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from app.figures.figure import Part, scatter
from app.figures.legend import keys
from app.figures.theme import Theme
from app.science.arrays import FloatArray
from app.science.comparison import Run
from app.science.networks.result import NetworkRuns, SizeRuns
from app.science.optimizers import OPTIMIZERS
from app.words.run_label import rule_title

# Strokes and gaps in pixels, as Plotly draws lines of up to 3 pixels.
DASHES: Mapping[str, tuple[int, ...]] = {
    "solid": (),
    "dot": (3, 3),
    "dash": (9, 9),
    "longdash": (15, 15),
    "dashdot": (9, 3, 3, 3),
}
APART = 0.15  # of the plane: labels are at least so far from each other,
EDGE = 0.1  # and so far from its edges, where their lines let them
CANDIDATES = 60  # places of a line, evenly along it, that its label may have,
PART = (0.15, 0.9)  # and of which part of it: at the start all are close, at the end is a mark


def dash(run: Run | SizeRuns) -> dict[str, str]:
    """What a run's line has of its rule."""
    return {} if run.rule.alone else {"dash": OPTIMIZERS[run.rule.name].dash}


def symbol(run: Run | SizeRuns, *, hollow: bool = False) -> dict[str, str]:
    """What a run's marks have of its rule."""
    if run.rule.alone:
        return {}
    return {"symbol": f"{OPTIMIZERS[run.rule.name].symbol}{'-open' if hollow else ''}"}


def of_run(run: Run, i: int) -> dict[str, Any]:
    """What a trace says of the run that it is of, the ``i``-th one."""
    return {"run": i, **of_runs(run)}


def of_runs(runs: Run | SizeRuns) -> dict[str, Any]:
    """What a trace says of the runs that it is of."""
    told: dict[str, Any] = {"batch_size": runs.batch_size}
    if runs.rule.alone:
        return told
    return told | {"optimizer": runs.rule.name, "dash": strokes_of(runs)}


def strokes_of(run: Run | SizeRuns) -> tuple[int, ...]:
    """Strokes and gaps of a run's line, for those who draw it by themselves; none if whole."""
    return () if run.rule.alone else DASHES[OPTIMIZERS[run.rule.name].dash]


def rule_keys(runs: NetworkRuns, theme: Theme, *, marks: bool) -> Iterator[Part]:
    """Traces that draw nothing: names for a legend of colours, and of dashes; none of one rule.

    Args:
        runs: whose batch sizes and rules.
        theme: the colours.
        marks: whether lines have the rule's marks.
    """
    if not runs.several_rules:
        return
    yield from keys((each.batch_size for each in runs.sizes), runs.spec.examples, theme)
    for each in {each.rule.name: each for each in runs.sizes}.values():
        yield scatter(
            x=[None],
            y=[None],
            mode="lines+markers" if marks else "lines",
            line={"width": 2, "color": theme.text, **dash(each)},
            marker={"size": 6, "color": theme.text, **symbol(each)},
            name=rule_title(each.rule),
            hoverinfo="skip",
            meta={"role": "rule key", "optimizer": each.rule.name, "scenery": True},
        )


def label_places(lines: Sequence[FloatArray], marks: Sequence[FloatArray] = ()) -> list[FloatArray]:
    """Where each of several lines is furthest from the others, with room for a label.

    Args:
        lines: points of each, shape (P, 2), from 0 to 1 across the plane.
        marks: points of what no label may cover, (2,) each.

    Returns:
        A point of each: away from the plane's edges and from labels already placed, if one is.
    """
    candidates = [_evenly(line) for line in lines]
    placed: list[FloatArray] = []
    for i, own in enumerate(candidates):
        others = [each for j, each in enumerate(candidates) if j != i]
        away = np.min([_distances(own, each) for each in others], axis=0)
        roomy = np.all(np.abs(own - 0.5) <= 0.5 - EDGE, axis=1)
        if len(marks):
            roomy &= _distances(own, np.array(marks)) >= EDGE
        if placed:
            roomy &= _distances(own, np.array(placed)) >= APART
        placed.append(own[int(np.where(roomy, 1 + away, away).argmax())])
    return placed


def _evenly(line: FloatArray) -> FloatArray:
    """Points evenly along a line, but for its beginning and its end."""
    along = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(line, axis=0).T))])
    at = np.linspace(*PART, CANDIDATES) * along[-1]
    return np.column_stack([np.interp(at, along, line[:, axis]) for axis in (0, 1)])


def _distances(points: FloatArray, others: FloatArray) -> FloatArray:
    """From each point to the nearest of the others."""
    found: FloatArray = np.hypot(*(points[:, None] - others[None]).transpose(2, 0, 1)).min(axis=1)
    return found
