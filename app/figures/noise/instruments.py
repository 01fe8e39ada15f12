"""An instrument of Cockpit, read along runs."""

from collections.abc import Iterator, Sequence
from math import ceil, log10

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import axis, chart
from app.figures.marks import level
from app.figures.noise.ridges import say_instead
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.language.speech import translated
from app.science.arrays import FloatArray
from app.science.noise.instrument_logs import Log
from app.science.noise.instruments import INSTRUMENTS, Instrument
from app.words.instruments import instrument_caption, reach, threshold_label
from app.words.numbers import batch_size_label

ROOM = 1.5  # the axis reaches this factor beyond the farthest reading
TICKS = 8  # at most so many powers of ten are written at the axis
FAR = 1e12  # the shade beside a threshold reaches this factor beyond it


def instrument_figure(logs: Sequence[Log], instrument: str, theme: str) -> Figure:
    """Every reading a dot, against epochs, a colour a batch size; open: a last, smaller batch.

    The side of the threshold on which the rule acts is shaded. Where the threshold is the batch's
    own size, it is a dotted line in the colour of each.
    """
    colours = THEMES[theme]
    about = INSTRUMENTS[instrument]
    accepted = [log for log in logs if not log.readings[instrument].refused]
    traces: list[Part] = []
    for log in accepted:
        if about.threshold is None:
            traces.append(_own_size(log, colours))
        traces += _readings(log, instrument, colours)
    figure = chart(
        traces,
        colours,
        instrument_caption(logs, instrument),
        margin=(62, 12, 26, 42),
        columns=("size",),
        measures={"x": "epochs", "y": instrument.replace("-", "_")},
        xaxis=axis(colours, _("epochs")),
        yaxis=axis(
            colours,
            translated(about.quantity),
            type="log",
            exponentformat="power",
        ),
        hovermode="closest",
    )
    if accepted:
        readings = np.concatenate([_values(log, instrument) for log in accepted])
        thresholds = (
            np.concatenate([log.sizes[~log.left_over] for log in accepted])
            if about.threshold is None
            else [about.threshold]
        )
        shown = np.concatenate([readings, thresholds]).astype(np.float64)
        _show_threshold(figure, about, colours, _range(shown, reach(about, logs)))
        if not np.isfinite(readings).any():
            say_instead(figure, _("No reading of any batch"), 0.75)
    else:
        say_instead(figure, _("Refused for every batch size"))
    return figure


def _values(log: Log, instrument: str) -> FloatArray:
    """The readings as precise as they are drawn; NaN where there is none."""
    return np.array(log.readings[instrument].values, dtype=np.float32)


def _range(shown: FloatArray, ends: tuple[float, float]) -> tuple[float, float]:
    """The axis' range in powers of ten: what is shown and a little beyond, within the ends."""
    above_zero = shown[shown > 0].tolist() or [1.0]
    low, high = max(min(above_zero) / ROOM, ends[0]), min(max(above_zero) * ROOM, ends[1])
    return log10(low), log10(high)


def _readings(log: Log, instrument: str, theme: Theme) -> Iterator[Part]:
    size, examples = log.run.batch_size, log.run.problem.size
    label = batch_size_label(size, examples)
    values = _values(log, instrument)
    for role, kind, chosen, symbol, name in (
        ("readings", "reading", ~log.left_over, "circle", label),
        (
            "last batches",
            "last_batch",
            log.left_over,
            "circle-open",
            _("{label}, last batch", label=label),
        ),
    ):
        if chosen.any():
            yield scatter(
                x=log.epoch[chosen].astype(np.float32),
                y=values[chosen],
                mode="markers",
                marker={
                    "size": 4,
                    "symbol": symbol,
                    "color": theme.batch_size(size, examples, 0.8),
                },
                name=name,
                customdata=log.sizes[chosen],
                hovertemplate=_("epoch %{x:.2f}, batch of %{customdata:,}<br>%{y:.3~s}"),
                meta={
                    "role": role,
                    "batch_size": size,
                    "replica": 0,
                    "facts": {"kind": kind, "size": log.sizes[chosen]},
                },
            )


def _own_size(log: Log, theme: Theme) -> Part:
    size, examples = log.run.batch_size, log.run.problem.size
    return scatter(
        x=log.epoch[~log.left_over],
        y=log.sizes[~log.left_over],
        mode="lines",
        line={"width": 1.5, "color": theme.batch_size(size, examples), "dash": "dot"},
        name=_("{label} itself", label=batch_size_label(size, examples)),
        hoverinfo="name",
        meta={"role": "batch size", "batch_size": size, "scenery": True},
    )


def _show_threshold(
    figure: Figure, about: Instrument, theme: Theme, powers: tuple[float, float]
) -> None:
    """The line, its name above the picture, and the shade of the side on which the rule acts."""
    if about.threshold is not None:
        line = {"width": 1.5, "dash": "dash", "color": theme.text}
        figure.mark(level(about.threshold, line=line))
        figure.mark(
            level(
                about.threshold,
                about.threshold * (FAR if about.acts == "above" else 1 / FAR),
                fillcolor=theme.text,
                opacity=0.08,
                line={"width": 0},
                layer="below",
            )
        )
    # The text stands above the picture: within it, it would lie under the readings.
    figure.annotate(
        text=threshold_label(about),
        xref="paper",
        x=1,
        xanchor="right",
        yref="paper",
        y=1,
        yanchor="bottom",
        font={"size": 12},
    )
    bottom, top = powers
    ticks = max(1, ceil((top - bottom) / TICKS))
    figure.layout["yaxis"] |= {"range": [bottom, top], "dtick": ticks}
