"""Updates to a training loss against batch size, with the fit, and the noise scale beside it."""

from collections.abc import Iterator

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import axis, chart
from app.figures.marks import error_bars, uneven_bars, upright
from app.figures.theme import THEMES, Theme
from app.figures.tradeoff.marks import ROOM, log_axis
from app.language.speech import gettext as _
from app.language.speech import ngettext
from app.science.networks.steps_result import StepsResult
from app.science.tradeoff.tuned import Tuned
from app.words.network.steps import steps_caption
from app.words.numbers import batch_size_label

REACH = 1.6  # of an arrow, times the median it begins at
POINTS = 60  # of the fitted line
NOISE, UPDATES = (0.0, 0.3), (0.38, 1.0)  # heights of the two parts


def steps_figure(result: StepsResult, theme: str) -> Figure:
    """Median updates with 5–95 % of replicas, perfect scaling, the fit; under it the noise scale.

    Roles: measured, perfect, fit, beyond, noise scale, critical batch size.
    """
    colours = THEMES[theme]
    sizes = result.sweep.sizes
    low, high = np.log10([sizes[0], sizes[-1]])
    room = ROOM * max(high - low, 1.0)
    scales = [each.value for each in result.noise.values()]
    traces = [*_lines(result, colours), *_points(result, colours), *_noise(result, colours)]
    figure = chart(
        traces,
        colours,
        steps_caption(result),
        margin=(74, 14, 14, 42),
        measures={"x": "batch_size", "y": "updates", "y2": "noise_scale"},
        columns=("low", "high", "learning_rate"),
        xaxis=axis(
            colours, _("batch size (log scale)"), anchor="y2", **log_axis(sizes),
            range=[float(low - room), float(high + room)],
        ),
        yaxis=axis(
            colours, _("updates to the training loss"), domain=UPDATES,
            **log_axis([float(each.updates[1] or 1) for each in result.reached]),
        ),
        yaxis2=axis(colours, _("noise scale on the way"), domain=NOISE, **log_axis(scales)),
        hovermode="closest",
    )  # fmt: skip
    if result.fit:
        value, below, above = result.fit.batch_size
        nothing = {"width": 0}
        for part in ("y domain", "y2 domain"):
            shown = {"yref": part}
            figure.mark(
                upright(below, above, fillcolor=colours.faint, opacity=0.12, line=nothing) | shown
            )
            line = {"width": 1, "dash": "dot", "color": colours.text}
            figure.mark(upright(value, line=line) | shown)
        figure.annotate(
            x=float(np.log10(value)), y=1, yref="paper", xanchor="left", yanchor="top",
            text=_("critical batch size"), font={"size": 12},
        )  # fmt: skip
    return figure


def _lines(result: StepsResult, theme: Theme) -> Iterator[Part]:
    if not result.reached:
        return
    first, last = result.reached[0], result.reached[-1]
    sizes = np.geomspace(first.batch_size, last.batch_size, POINTS)
    yield scatter(
        x=sizes,
        y=(first.updates[1] or 0) * first.batch_size / sizes,
        mode="lines",
        line={"width": 1.2, "color": theme.faint, "dash": "dash"},
        name=_("perfect scaling"),
        hoverinfo="name",
        meta={"role": "perfect"},
    )
    if result.fit:
        yield scatter(
            x=sizes,
            y=result.fit.updates_at(sizes),
            mode="lines",
            line={"width": 1.6, "color": theme.text},
            name=_("approximate fit"),
            hoverinfo="name",
            meta={"role": "fit"},
        )
        yield scatter(
            x=[sizes[0], sizes[-1]],
            y=2 * [result.fit.batch_size.value],
            yaxis="y2",
            mode="lines",
            line={"width": 1.2, "color": theme.text, "dash": "dot"},
            name=_("critical batch size"),
            hovertemplate="%{y:.3~g}",
            meta={"role": "critical batch size", "facts": {"batch_size": None}},
        )


def _points(result: StepsResult, theme: Theme) -> Iterator[Part]:
    reached, examples = result.reached, result.sweep.examples
    if not reached:
        return
    colours = [theme.batch_size(each.batch_size, examples) for each in reached]
    low, middle, high = np.array([each.updates for each in reached], dtype=np.float64).T
    yield scatter(
        x=[each.batch_size for each in reached],
        y=middle,
        mode="markers",
        marker={
            "size": 10,
            "symbol": ["circle-open" if each.at_edge else "circle" for each in reached],
            "color": colours,
            "line": {"width": 2, "color": colours},
        },
        error_y=uneven_bars(high - middle, middle - low, theme.text),
        name=_("updates"),
        text=[
            _(
                "{label}, rate {rate:.3g}",
                label=batch_size_label(each.batch_size, examples),
                rate=each.learning_rate,
            )
            + "<br>"
            + ngettext("{count:,} update", "{count:,} updates", each.updates[1] or 0)
            for each in reached
        ],
        hovertemplate="%{text}<extra></extra>",
        meta={
            "role": "measured",
            "batch_size": [each.batch_size for each in reached],
            "facts": {"learning_rate": [each.learning_rate for each in reached]},
        },
    )
    late = [each for each in reached if each.updates[2] is None]
    if late:
        yield scatter(
            x=[x for each in late for x in (each.batch_size, each.batch_size, None)],
            y=[y for each in late for y in (*_upwards(each), None)],
            mode="lines+markers",
            line={"width": 1, "color": theme.text},
            marker={"symbol": "arrow", "size": [0, 10, 0] * len(late), "color": theme.text},
            name=_("later ones are not known"),
            hoverinfo="name",
            meta={"role": "beyond", "scenery": True},
        )


def _upwards(tuned: Tuned) -> tuple[float, float]:
    """From a median to a little above it."""
    median = float(tuned.updates[1] or 1)
    return median, REACH * median


def _noise(result: StepsResult, theme: Theme) -> Iterator[Part]:
    if not result.noise:
        return
    examples = result.sweep.examples
    sizes, ratios = [*result.noise], [*result.noise.values()]
    yield scatter(
        x=sizes,
        y=[each.value for each in ratios],
        yaxis="y2",
        mode="markers",
        marker={
            "size": 9,
            "symbol": "square",
            "color": [theme.batch_size(size, examples) for size in sizes],
        },
        error_y=error_bars([each.error for each in ratios], theme, width=3),
        name=_("noise scale on the way"),
        text=[batch_size_label(size, examples) for size in sizes],
        hovertemplate="%{text}<br>%{y:.3~g}<extra></extra>",
        meta={"role": "noise scale on the way", "batch_size": sizes},
    )
