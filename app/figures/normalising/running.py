"""Running statistics against updates, with those of each batch and those of all examples."""

from collections.abc import Iterator, Sequence

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import axis, chart
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.science.arrays import IntArray
from app.science.normalising.running import Running
from app.words.batch_statistics import running_caption
from app.words.numbers import batch_size_label

POINTS = 600  # updates drawn of a batch size, at most


def running_figure(runs: Sequence[Running], epochs: int, refused: bool, theme: str) -> Figure:
    """Above the mean, below the variance: lines running, dots of batches, dashed of all examples.

    Args:
        runs: one a batch size of at least 2.
        epochs: of each.
        refused: whether a batch size of 1 was asked for as well.
        theme: one of `THEMES`.
    """
    colours = THEMES[theme]
    traces = [trace for run in runs for trace in _traces(run, colours)]
    longest = max((run.updates for run in runs), default=0)
    if longest:
        neuron = runs[0].neuron
        for height, yaxis, kind in (
            (float(neuron.x.mean()), "y2", "mean"),
            (neuron.variance, "y", "variance"),
        ):
            traces.append(
                scatter(
                    x=[0, longest],
                    y=[height, height],
                    yaxis=yaxis,
                    mode="lines",
                    line={"width": 1.2, "dash": "dash", "color": colours.text},
                    name=_("of all examples"),
                    hoverinfo="name",
                    meta={"role": f"{kind} of all examples"},
                )
            )
    return chart(
        traces,
        colours,
        running_caption(runs, epochs, refused),
        margin=(62, 12, 10, 42),
        measures={"x": "update", "y": "variance", "y2": "mean"},
        xaxis=axis(colours, _("updates"), rangemode="tozero"),
        yaxis=axis(colours, _("variance"), domain=[0, 0.45], rangemode="tozero"),
        yaxis2=axis(colours, _("mean"), domain=[0.55, 1]),
        hovermode="closest",
    )


def _traces(run: Running, colours: Theme) -> Iterator[Part]:
    size, examples = run.plan.batch_size, run.neuron.size
    label = batch_size_label(size, examples)
    updates = _drawn(run.updates)
    if not run.updates:
        return
    meta = {"batch_size": size}
    for name, running, batch, yaxis in (
        ("mean", run.mean, run.batch_mean, "y2"),
        ("variance", run.variance, run.batch_variance, "y"),
    ):
        yield scatter(
            x=updates[1:],
            y=batch[updates[1:] - 1],
            yaxis=yaxis,
            mode="markers",
            marker={"size": 4, "color": colours.batch_size(size, examples, 0.4)},
            name=_("{label}, of each batch", label=label),
            hovertemplate=_("update %{x:,}<br>of the batch %{y:.4~g}"),
            meta=meta | {"role": f"batch {name}"},
        )
        yield scatter(
            x=updates,
            y=running[updates],
            yaxis=yaxis,
            mode="lines",
            line={"width": 1.8, "color": colours.batch_size(size, examples)},
            name=label,
            hovertemplate=_("update %{x:,}<br>running %{y:.4~g}"),
            meta=meta | {"role": f"kept {name}"},
        )


def _drawn(updates: int) -> IntArray:
    """Some of the updates, the start and the end among them."""
    return np.unique(np.linspace(0, updates, POINTS + 1).round().astype(np.int64))
