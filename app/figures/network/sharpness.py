"""Sharpness along a network's runs, and the line above which full-batch steps are not stable."""

from collections.abc import Iterator

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import POWERS, axis, chart
from app.figures.loss import AXES
from app.figures.network.along import along, has_place, placed, start_note
from app.figures.network.curves import across
from app.figures.rules import dash, rule_keys
from app.figures.theme import THEMES, Theme
from app.figures.tradeoff.marks import log_axis
from app.language.speech import gettext as _
from app.language.speech import sentences, translated
from app.science.arrays import FloatArray
from app.science.networks.curves import positions
from app.science.networks.edge import stability_line
from app.science.networks.result import NetworkRuns, SizeRuns
from app.words.network.runs import by_rule, label, nowhere_note
from app.words.network.sharpness import line_said, sharpness_caption
from app.words.numbers import exactly
from app.words.run_label import rule_title

WIDE = 30  # the axis is logarithmic if the largest value drawn is so many times the smallest
ROOM = 1.12  # of the axis, above what is drawn
OVER = 1.35  # of a logarithmic one


def sharpness_figure(runs: NetworkRuns, theme: str, horizontal: str) -> Figure:
    """λ₁ of each batch size over replicas; dashed its line, where its rule has one.

    Of several update rules all lines have the rule's dash, and that line has no marks.

    Args:
        runs: with at least one batch size; those not measured yet have their line alone.
        theme: one of `THEMES`.
        horizontal: one of `AXES`.
    """
    colours = THEMES[theme]
    told = translated(AXES[horizontal]) + ": %{x:,.4~f}<br>λ₁: %{y:.3~g}"
    values = [each.measured.sharpness for each in runs.sizes if each.measured]
    wide = _wide([*values, *_lowest(runs)] if runs.several_rules else values)
    xaxis = across(runs, horizontal, colours)
    traces: list[Part] = []
    for each in runs.sizes:
        if each.measured:
            x, measured = placed(each, each.measured, horizontal, xaxis)
            drawn = _drawn(measured.sharpness, wide=wide)
            traces += along(each, x, drawn, "sharpness", told, colours)
    figure = chart(
        [
            *traces,
            *_lines(runs, horizontal, xaxis, colours),
            *rule_keys(runs, colours, marks=True),
        ],
        colours,
        sharpness_caption(runs),
        margin=(62, 14, 10, 42),
        measures={"x": horizontal, "y": "sharpness"},
        xaxis=xaxis,
        yaxis=axis(colours, _("sharpness λ₁"), **_frame(runs, values, wide=wide)),
        hovermode="closest",
    )
    lost = sum(int((each <= 0).sum()) for each in values) if wide else 0
    figure.say(note=sentences([nowhere_note(lost) if lost else "", start_note(figure)]))
    return figure


def _lines(runs: NetworkRuns, horizontal: str, across: Part, colours: Theme) -> Iterator[Part]:
    """The lines of each update rule."""
    for sizes in by_rule(runs):
        yield from _lines_of(runs, sizes, horizontal, across, colours)


def _lines_of(
    runs: NetworkRuns, sizes: list[SizeRuns], horizontal: str, across: Part, colours: Theme
) -> Iterator[Part]:
    """The line of each batch size in its colour; one in grey where all have the same."""
    known = [
        (each, x[some], line[some])
        for each in sizes
        if (line := stability_line(runs, each, each.trained.updates)) is not None
        for x in [positions(each, horizontal)]
        for some in [has_place(x, across)]
    ]
    constant = {float(rate) for each, _x, line in known for rate in line}
    longest = max(known, key=lambda one: float(one[1][-1]), default=None)
    if longest and (len(constant) == 1 or _alike(known)):
        each, x, line = longest
        name = line_said(runs, *sizes)
        if not each.rule.alone:
            name = f"{rule_title(each.rule)}: {name}"
        yield _line(each, x, line, name, colours.text, labelled=len(constant) == 1)
        return
    for each, x, line in known:
        colour = colours.batch_size(each.batch_size, each.plan.examples)
        name = f"{label(each)}, {line_said(runs, each)}"
        drawn = _line(each, x, line, name, colour, labelled=False)
        drawn["meta"]["batch_size"] = each.batch_size
        yield drawn


def _alike(known: list[tuple[SizeRuns, FloatArray, FloatArray]]) -> bool:
    _each, x, line = known[0]
    return all(np.array_equal(x, one[1]) and np.array_equal(line, one[2]) for one in known)


def _line(
    runs: SizeRuns, x: FloatArray, line: FloatArray, name: str, colour: str, *, labelled: bool
) -> Part:
    """A dashed line, of several rules in its own dash; one that is level has its height told."""
    told: Part = {
        "text": ["", f"{name} = {exactly(float(line[0]), 3)}"],
        "textposition": "top left",
    }
    rule = {} if runs.rule.alone else {"optimizer": runs.rule.name}
    if not runs.rule.alone:  # lines of other rules may go through it
        told["textfont"] = {"shadow": "auto"}
    return scatter(
        x=x[[0, -1]] if labelled else x,
        y=line[[0, -1]] if labelled else line,
        mode="lines+text" if labelled else "lines",
        line={"width": 1.4, "dash": "dash", "color": colour, **dash(runs)},
        name=name,
        hovertemplate="%{y:.3~g}",
        meta={"role": "stability line", **rule},
        **(told if labelled else {}),
    )


def _wide(values: list[FloatArray]) -> bool:
    """Whether sharpness goes over so many powers that the axis is logarithmic."""
    numbers = _positive(values)
    return bool(numbers.size) and float(numbers.max()) > WIDE * float(numbers.min())


def _positive(values: list[FloatArray]) -> FloatArray:
    numbers = np.concatenate([each.ravel() for each in values] or [np.empty(0)])
    return np.asarray(numbers[np.isfinite(numbers) & (numbers > 0)])


def _drawn(values: FloatArray, *, wide: bool) -> FloatArray:
    return np.where(values > 0, values, np.nan) if wide else values


def _lowest(runs: NetworkRuns) -> list[FloatArray]:
    """The lowest of each line; where a rate falls it may leave the frame."""
    lines = [stability_line(runs, each, each.trained.updates) for each in runs.sizes]
    return [line.min(keepdims=True) for line in lines if line is not None]


def _frame(runs: NetworkRuns, values: list[FloatArray], *, wide: bool) -> Part:
    """What has been measured and the lowest of the lines."""
    numbers = np.concatenate([_positive(values), *_lowest(runs)])
    top = ROOM * float(numbers.max(initial=0)) or 1.0
    if not wide:
        least = min((float(np.nanmin(each)) for each in values), default=0.0)
        return {"range": [min(0.0, ROOM * least), top]}
    ends = [float(numbers.min()) / ROOM, top]
    if runs.several_rules:  # the name of the highest line is over it
        return {**log_axis(ends), "range": np.log10([ends[0], OVER * top]).tolist()}
    return {**POWERS, "range": np.log10(ends).tolist()}
