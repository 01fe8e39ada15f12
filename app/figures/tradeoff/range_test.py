"""The loss against a learning rate that rises along one run, a line a batch size."""

from collections.abc import Iterator, Sequence

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import POWERS, axis, chart
from app.figures.marks import between
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.science.tradeoff.range_test import RangeTest
from app.words.numbers import batch_size_label
from app.words.range_test import range_test_caption

ABOVE = 10.0  # times the start's loss, as far up as is drawn
ROOM = 1.5  # times, under the lowest loss


def range_test_figure(tests: Sequence[RangeTest], updates: int, theme: str) -> Figure:
    """Medians and bands of 5–95 % of replicas, marked where they fall fastest and turn."""
    colours = THEMES[theme]
    traces = [trace for test in tests for trace in _traces(test, colours)]
    first = tests[0]
    top = ABOVE * max(first.start, first.least)
    low = min(float(test.median.min()) for test in tests) / ROOM
    if first.stable is not None:
        traces.append(
            scatter(
                x=[first.stable] * 2,
                y=[low, top],
                mode="lines",
                line={"width": 1.4, "dash": "dash", "color": colours.text},
                name=_("2/λ₁, all examples"),
                hoverinfo="name",
                meta={
                    "role": "stable",
                    "facts": {"kind": ["stable"], "x": [first.stable], "y": [None]},
                },
            )
        )
    return chart(
        traces,
        colours,
        range_test_caption(tests, updates),
        margin=(66, 14, 12, 42),
        measures={"x": "learning_rate", "y": "loss_above_lowest"},
        xaxis=axis(colours, _("learning rate (log scale)"), **POWERS, dtick=1),
        yaxis=axis(
            colours,
            _("loss above the lowest minimum"),
            **POWERS,
            range=[float(np.log10(low)), float(np.log10(top))],
        ),
        hovermode="closest",
    )


def _traces(test: RangeTest, theme: Theme) -> Iterator[Part]:
    """The band, the median and the marks of one batch size; what has diverged is not drawn."""
    label = batch_size_label(test.batch_size, test.examples)
    colour = theme.batch_size(test.batch_size, test.examples)
    low, median, high = test.spread
    inside = np.isfinite(high)
    across = test.rates[inside]
    yield scatter(
        **between(across, low[inside], high[inside]),
        mode="none",
        fillcolor=theme.batch_size(test.batch_size, test.examples, 0.12),
        line={"width": 0},
        hoverinfo="skip",
        name=label,
        meta={
            "role": "band",
            "batch_size": test.batch_size,
            "facts": {
                "kind": ["high"] * len(across) + ["low"] * len(across),
                "x": np.tile(across, 2),
                "y": np.concatenate([high[inside], low[inside]]),
            },
        },
    )
    known = np.isfinite(median)
    yield scatter(
        x=test.rates[known],
        y=median[known],
        mode="lines",
        line={"width": 2, "color": colour},
        name=label,
        hovertemplate=_("{label}, rate %{{x:.3g}}: %{{y:.3g}}", label=label) + "<extra></extra>",
        meta={"role": "median", "batch_size": test.batch_size},
    )
    turn = test.lowest if test.turns else None
    places = {"steepest": test.steepest, "lowest": turn, "above the start": test.out}
    symbols = {"steepest": "triangle-down", "lowest": "circle", "above the start": "x"}
    marked = {name: k for name, k in places.items() if k is not None and known[k]}
    yield scatter(
        x=test.rates[[*marked.values()]],
        y=median[[*marked.values()]],
        mode="markers",
        marker={"symbol": [symbols[name] for name in marked], "size": 10, "color": colour},
        name=label,
        hovertemplate="%{x:.3g}<extra></extra>",
        meta={
            "role": "marks",
            "batch_size": test.batch_size,
            "facts": {"kind": [name.replace(" ", "_") for name in marked]},
        },
    )
