"""Losses and accuracies along runs: training rows beside test rows, over replicas."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import POWERS, axis, chart
from app.figures.loss import AXES
from app.figures.marks import between
from app.figures.network.along import has_place, start_note
from app.figures.rules import dash, of_runs, rule_keys
from app.figures.theme import THEMES, Theme
from app.figures.tradeoff.marks import log_axis
from app.language.speech import gettext as _
from app.language.speech import translated
from app.science.arrays import FloatArray
from app.science.message import Message
from app.science.networks.curves import Band, at_levels, band, levels, positions
from app.science.networks.result import NetworkRuns, SizeRuns
from app.words.caption import Caption
from app.words.network.runs import curves_claim, curves_note, diverged_note, label, levels_note

NETWORK_AXES = AXES | {"train_loss": Message("training loss")}
SPLIT = (0.0, 0.44), (0.54, 1.0)  # heights of accuracy and loss
WIDE = 10  # the axis is logarithmic if the longest run is so many times the shortest
MANY = 1e6  # the axis of losses that are so many times the smallest has no label at every power
BEGINNING = 0.02  # of a run, in which accuracies may leave the frame
DASHES = {"train": "solid", "test": "dash"}
WIDTH = 1.8
WIDTHS = {"train": 1.0, "test": 2.4}  # where the dash tells the update rule
WHOSE = {"train": Message("training"), "test": Message("test")}


def curves_figure(runs: NetworkRuns, theme: str, horizontal: str) -> Figure:
    """Loss above accuracy; at equal training loss those of the test rows alone.

    Args:
        runs: with at least one batch size.
        theme: one of `THEMES`.
        horizontal: one of `NETWORK_AXES`.
    """
    colours = THEMES[theme]
    replicas = runs.sizes[0].trained.weights.shape[1]
    equal = horizontal == "train_loss"
    parts = ("test",) if equal else ("train", "test")
    wanted = levels(runs.sizes) if equal else None
    xaxis = across(runs, horizontal, colours)
    traces = [
        trace
        for kind, vertical in (("loss", "y2"), ("accuracy", "y"))
        for part in parts
        for each in runs.sizes
        for trace in _curve(
            each, f"{part}_{kind}", part, vertical, horizontal, xaxis, wanted, colours
        )
    ]
    lowest = _lowest(traces)
    said = (levels_note if equal else curves_note)(replicas, rules=runs.several_rules)
    caption = Caption(
        curves_claim(runs, equal), [said, _below(traces, lowest), diverged_note(runs)]
    )
    figure = chart(
        [*traces, *rule_keys(runs, colours, marks=False)],
        colours,
        caption,
        margin=(62, 14, 8, 42),
        measures={"x": horizontal, "y": "accuracy", "y2": "loss"},
        xaxis=xaxis | {"anchor": "y"},
        yaxis=axis(
            colours, _("accuracy"), domain=SPLIT[0], tickformat=".0%", range=[lowest - 0.01, 1.01]
        ),
        yaxis2=axis(colours, _("loss"), domain=SPLIT[1], **_powers(traces)),
        hovermode="closest",
    )
    figure.say(note=start_note(figure))
    return figure


def _powers(traces: list[Part]) -> dict[str, Any]:
    """A logarithmic axis whose labels have room between them."""
    losses = np.concatenate(
        [np.asarray(each["y"]) for each in traces if each["yaxis"] == "y2"] or [np.ones(1)]
    )
    losses = losses[losses > 0]
    ends = [float(losses.min()), float(losses.max())] if losses.size else [1.0]
    if ends[-1] > MANY * ends[0]:
        return POWERS
    ticks = log_axis(ends)
    return POWERS | ({"dtick": 1} if "dtick" in ticks else ticks)


def _lowest(traces: list[Part]) -> float:
    """The lowest accuracy drawn but for those of the beginning."""
    lines = [np.asarray(each["y"]) for each in traces if _is_accuracy(each)]
    later = [y[int(BEGINNING * len(y)) + 1 :] for y in lines if len(y) > 1]
    return float(min((y.min() for y in later if len(y)), default=0.0))


def _below(traces: list[Part], lowest: float) -> str:
    lines = [np.asarray(each["y"]) for each in traces if _is_accuracy(each)]
    least = min((float(y.min()) for y in lines), default=lowest)
    if least >= lowest - 0.01:
        return ""
    return _("At first accuracies are below the frame: {least:.0f} %.", least=100 * least)


def _is_accuracy(trace: Part) -> bool:
    return bool(trace["yaxis"] == "y" and trace["mode"] == "lines")


def across(runs: NetworkRuns, horizontal: str, colours: Theme) -> dict[str, Any]:
    """The axis; logarithmic, and then without the start, where runs differ much in length."""
    title = translated(NETWORK_AXES[horizontal])
    if horizontal == "train_loss":
        return axis(
            colours, _("{axis} (log scale, falling)", axis=title), **POWERS, autorange="reversed"
        )
    ends = [float(positions(each, horizontal)[-1]) for each in runs.sizes]
    wide = max(ends) > WIDE * min(ends)
    return axis(
        colours,
        _("{axis} (log scale)", axis=title) if wide else title,
        type="log" if wide else "linear",
        rangemode="tozero",
        exponentformat="none",
        separatethousands=True,
        **({"dtick": 1} if wide else {}),
    )


def _curve(
    runs: SizeRuns,
    name: str,
    part: str,
    vertical: str,
    horizontal: str,
    xaxis: Part,
    wanted: FloatArray | None,
    colours: Theme,
) -> Iterator[Part]:
    by_rule = not runs.rule.alone
    in_legend = "train_loss" if wanted is None and not by_rule else "test_loss"  # a line of each
    scores = runs.trained.scores
    values: FloatArray = getattr(scores, name)
    x = positions(runs, horizontal) if wanted is None else wanted
    if wanted is not None:
        values = at_levels(scores, values, wanted)
        # A median of those that come so far would be of the best of them.
        values = np.where(np.isfinite(values).all(axis=1, keepdims=True), values, np.nan)
    spread = band(values)
    known = np.isfinite(spread.median) & has_place(x, xaxis)
    x, spread = x[known], Band(*(each[known] for each in spread))
    if not len(x):
        return
    size, examples = runs.batch_size, runs.plan.examples
    meta = of_runs(runs)
    if values.shape[1] > 1:
        yield scatter(
            **between(x, spread.low, spread.high),
            yaxis=vertical,
            mode="none",
            fillcolor=colours.batch_size(size, examples, 0.1),
            line={"width": 0},
            hoverinfo="skip",
            name=label(runs),
            meta=meta
            | {
                "role": f"{part} band",
                "facts": {
                    "kind": np.repeat([f"{name}_high", f"{name}_low"], len(x)).tolist(),
                    "x": np.tile(x, 2),
                    "y": np.concatenate([spread.high, spread.low]),
                },
            },
        )
    whose = _("{label}, {rows}", label=label(runs), rows=translated(WHOSE[part]))
    told = "%{x:,.4~g}: %{y:.1%}" if name.endswith("accuracy") else "%{x:,.4~g}: %{y:.3~g}"
    yield scatter(
        x=x,
        y=spread.median,
        yaxis=vertical,
        mode="lines",
        line={
            "width": WIDTHS[part] if by_rule else WIDTH,
            "dash": DASHES[part],
            "color": colours.batch_size(size, examples),
            **dash(runs),
        },
        name=label(runs) if name == in_legend else whose,
        hovertemplate=f"{translated(NETWORK_AXES[horizontal])} {told}<extra>{whose}</extra>",
        meta=meta
        | {
            "role": "median" if name == in_legend else f"{part} median",
            "facts": {"kind": [name] * len(x), "x": x, "y": spread.median},
        },
    )
    if part == "test":
        validation = scores.validation_loss
        if wanted is not None:
            validation = at_levels(scores, validation, wanted)
        low = band(validation).median[known]
        if np.isfinite(low).any():
            k = int(np.nanargmin(low))
            yield scatter(
                x=x[k : k + 1],
                y=spread.median[k : k + 1],
                yaxis=vertical,
                mode="markers",
                marker={
                    "symbol": "circle-open",
                    "size": 9,
                    "line": {"width": 2},
                    "color": colours.batch_size(size, examples),
                },
                name=_("{label}, validation loss lowest", label=label(runs)),
                hovertemplate=told,
                meta=meta | {"role": f"best validation {name}"},
            )
