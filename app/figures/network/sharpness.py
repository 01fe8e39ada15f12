"""Sharpness along a network's runs, and the line above which full-batch steps are not stable."""

from collections.abc import Iterator

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import POWERS, axis, chart
from app.figures.loss import AXES
from app.figures.network.along import along, has_place, placed, start_note
from app.figures.network.curves import across
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.language.speech import sentences, translated
from app.science.arrays import FloatArray
from app.science.networks.curves import positions
from app.science.networks.edge import stability_line
from app.science.networks.result import NetworkRuns, SizeRuns
from app.words.network.runs import label, nowhere_note
from app.words.network.sharpness import line_said, sharpness_caption
from app.words.numbers import number

WIDE = 30  # the axis is logarithmic if the largest value drawn is so many times the smallest
ROOM = 1.12  # of the axis, above what is drawn


def sharpness_figure(runs: NetworkRuns, theme: str, horizontal: str) -> Figure:
    """λ₁ of each batch size over replicas; dashed its line, where its rule has one.

    Args:
        runs: with at least one batch size; those not measured yet have their line alone.
        theme: one of `THEMES`.
        horizontal: one of `AXES`.
    """
    colours = THEMES[theme]
    told = translated(AXES[horizontal]) + ": %{x:,.4~f}<br>λ₁: %{y:.3~g}"
    values = [each.measured.sharpness for each in runs.sizes if each.measured]
    xaxis = across(runs, horizontal, colours)
    traces: list[Part] = []
    for each in runs.sizes:
        if each.measured:
            x, measured = placed(each, each.measured, horizontal, xaxis)
            drawn = _drawn(measured.sharpness, values)
            traces += along(each, x, drawn, "sharpness", told, colours)
    figure = chart(
        [*traces, *_lines(runs, horizontal, xaxis, colours)],
        colours,
        sharpness_caption(runs),
        margin=(62, 14, 10, 42),
        measures={"x": horizontal, "y": "sharpness"},
        xaxis=xaxis,
        yaxis=axis(colours, _("sharpness λ₁"), **_frame(runs, values)),
        hovermode="closest",
    )
    lost = sum(int((each <= 0).sum()) for each in values) if _wide(values) else 0
    figure.say(note=sentences([nowhere_note(lost) if lost else "", start_note(figure)]))
    return figure


def _lines(runs: NetworkRuns, horizontal: str, across: Part, colours: Theme) -> Iterator[Part]:
    """The line of each batch size in its colour; one in grey where all have the same."""
    known = [
        (each, x[some], line[some])
        for each in runs.sizes
        if (line := stability_line(runs, each, each.trained.updates)) is not None
        for x in [positions(each, horizontal)]
        for some in [has_place(x, across)]
    ]
    constant = {float(rate) for each, _x, line in known for rate in line}
    longest = max(known, key=lambda one: float(one[1][-1]), default=None)
    if longest and (len(constant) == 1 or _alike(known)):
        yield _line(longest[1], longest[2], line_said(runs), colours.text, len(constant) == 1)
        return
    for each, x, line in known:
        colour = colours.batch_size(each.batch_size, each.plan.examples)
        drawn = _line(x, line, f"{label(each)}, {line_said(runs, each)}", colour, labelled=False)
        drawn["meta"]["batch_size"] = each.batch_size
        yield drawn


def _alike(known: list[tuple[SizeRuns, FloatArray, FloatArray]]) -> bool:
    _each, x, line = known[0]
    return all(np.array_equal(x, one[1]) and np.array_equal(line, one[2]) for one in known)


def _line(x: FloatArray, line: FloatArray, name: str, colour: str, labelled: bool) -> Part:
    """A dashed line; one that is level has its height told."""
    told = {"text": ["", f"{name} = {number(float(line[0]), 3)}"], "textposition": "top left"}
    return scatter(
        x=x[[0, -1]] if labelled else x,
        y=line[[0, -1]] if labelled else line,
        mode="lines+text" if labelled else "lines",
        line={"width": 1.4, "dash": "dash", "color": colour},
        name=name,
        hovertemplate="%{y:.3~g}",
        meta={"role": "stability line"},
        **(told if labelled else {}),
    )


def _wide(values: list[FloatArray]) -> bool:
    """Whether sharpness goes over so many powers that the axis is logarithmic."""
    numbers = _positive(values)
    return bool(numbers.size) and float(numbers.max()) > WIDE * float(numbers.min())


def _positive(values: list[FloatArray]) -> FloatArray:
    numbers = np.concatenate([each.ravel() for each in values] or [np.empty(0)])
    return np.asarray(numbers[np.isfinite(numbers) & (numbers > 0)])


def _drawn(values: FloatArray, every: list[FloatArray]) -> FloatArray:
    return np.where(values > 0, values, np.nan) if _wide(every) else values


def _frame(runs: NetworkRuns, values: list[FloatArray]) -> Part:
    """What has been measured and the lowest of the lines; where a rate falls its line may leave."""
    lines = [stability_line(runs, each, each.trained.updates) for each in runs.sizes]
    lowest = [float(line.min()) for line in lines if line is not None]
    numbers = np.concatenate([_positive(values), lowest])
    top = ROOM * float(numbers.max(initial=0)) or 1.0
    if not _wide(values):
        least = min((float(np.nanmin(each)) for each in values), default=0.0)
        return {"range": [min(0.0, ROOM * least), top]}
    return {**POWERS, "range": np.log10([float(numbers.min()) / ROOM, top]).tolist()}
