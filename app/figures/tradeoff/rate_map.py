"""The final loss over learning rate × batch size, with the diagonals of equal ε/B."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from app.figures.figure import Figure, Part, heatmap, scatter
from app.figures.layout import axis, chart
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.science.arrays import FloatArray
from app.science.tradeoff.quotient import Reach, diagonals, reach
from app.science.tradeoff.rate_map import NOTHING, RateMap
from app.words.numbers import batch_size_label, exactly
from app.words.rate_map import rate_map_caption

STRIPES = np.array([-0.3, 0.0, 0.3])  # of a hatched cell, where they cross its middle
FEW = 6  # ticks of an axis at most, on a telephone


def rate_map_figure(found: RateMap, epochs: int, theme: str) -> Figure:
    """Medians in grey, for hue is the batch sizes'; diagonals solid as far as ε/B decides."""
    colours = THEMES[theme]
    x = np.arange(len(found.batch_sizes), dtype=np.float64)
    x[-1] += 1  # a column is left free before the full batch
    y = np.arange(len(found.rates), dtype=np.float64)
    known = reach(found)
    some = (found.lost > 0) & np.isfinite(found.medians)
    traces = [
        _cells(found, x, y, colours),
        *_lines(found, known, colours),
        _strokes(_hatching(found, x), "diverged", colours),
        _marks(x[np.nonzero(some)[1]], np.nonzero(some)[0], "some diverge", "x-thin", colours),
        _sizes(found, x, colours),
    ]
    names = [f"{size:,}" for size in found.batch_sizes[:-1]] + [_("full")]
    # Evenly spread, and the full batch.
    shown = [*range(0, len(names) - 1, 1 + (len(names) - 1) // FEW), len(names) - 1]
    rates = range(0, len(y), 1 + len(y) // FEW)
    return chart(
        traces,
        colours,
        rate_map_caption(found, known, epochs),
        margin=(66, 70, 12, 42),
        measures={"x": "batch_size", "y": "learning_rate"},
        xaxis=axis(
            colours,
            _("batch size (log scale)"),
            showgrid=False,
            tickvals=x[shown].tolist(),
            ticktext=[names[k] for k in shown],
            range=[-0.6, float(x[-1]) + 0.6],
        ),
        yaxis=axis(
            colours,
            _("learning rate (log scale)"),
            showgrid=False,
            tickvals=y[list(rates)].tolist(),
            ticktext=[f"{found.rates[k]:.3g}" for k in rates],
            range=[-1.3, float(y[-1]) + 0.6],
        ),
        hovermode="closest",
    )


def _cells(found: RateMap, x: FloatArray, y: FloatArray, theme: Theme) -> Part:
    """log₁₀ of the medians; a gap where most replicas diverge.

    What is above the start's loss, and the typical one of the domain, is as light as that.
    """
    heights = np.log10(np.where(np.isfinite(found.medians), found.medians, np.nan))
    known = heights[np.isfinite(heights)]
    low, high = (known.min(), known.max()) if len(known) else (0.0, 1.0)
    high = min(high, np.log10(max(found.start, found.least / NOTHING)))
    low = min(low, high - 1)
    powers = np.arange(np.ceil(low), np.floor(high) + 1)[:: 1 + int((high - low) // FEW)]
    labels = [
        [
            _(
                "{label}, rate {rate}: {lost} of {replicas} diverge",
                label=batch_size_label(int(size), found.examples),
                rate=exactly(float(rate), 3),
                lost=int(found.lost[j, i]),
                replicas=found.losses.shape[-1],
            )
            for i, size in enumerate(found.batch_sizes)
        ]
        for j, rate in enumerate(found.rates)
    ]
    free = len(x) - 1
    return heatmap(
        x=np.insert(x, free, x[-1] - 1),
        y=y,
        z=np.insert(heights, free, np.nan, axis=1),
        text=[[*row[:-1], "", row[-1]] for row in labels],
        customdata=np.insert(10**heights, free, np.nan, axis=1),
        xgap=1,
        ygap=1,
        zmin=float(low),
        zmax=float(high),
        colorscale=[[0, theme.contour], [1, theme.paper]],
        hovertemplate="%{text}<br>" + _("median loss %{customdata:.3g}") + "<extra></extra>",
        hoverongaps=False,
        colorbar={
            "thickness": 8,
            "outlinewidth": 1,
            "outlinecolor": theme.faint,
            "x": 1.01,
            "xpad": 2,
            "tickvals": powers.tolist(),
            "ticktext": [f"10<sup>{int(power)}</sup>".replace("-", "−") for power in powers],
            "tickfont": {"size": 11},
            "title": {
                "text": _("loss above the lowest minimum"),
                "side": "right",
                "font": {"size": 11},
            },
        },
        meta={"role": "map", "facts": _facts(found)},
    )


def _facts(found: RateMap) -> dict[str, Any]:
    """The cells, at their rates and batch sizes instead of at their places."""
    sizes, rates = np.meshgrid(found.batch_sizes, found.rates)
    return {
        "kind": "median",
        "x": sizes.ravel(),
        "y": rates.ravel(),
        "loss_above_lowest": found.medians.ravel(),
        "diverged": found.lost.ravel(),
    }


def _lines(found: RateMap, known: Reach | None, theme: Theme) -> Iterator[Part]:
    """Along each diagonal from cell to cell: solid within reach of the quotient, dotted beyond."""
    within: list[list[float | None]] = []
    beyond: list[list[float | None]] = []
    for line in diagonals(found):
        for (low, first), (high, last) in zip(line[:-1].tolist(), line[1:].tolist(), strict=True):
            inside = known is not None and high <= known.rate and last <= known.size
            (within if inside else beyond).extend([[first, low], [last, high], [None, None]])
    yield _strokes(within, "equal quotient", theme, name=_("only ε/B matters"), width=1.4)
    yield _strokes(beyond, "equal quotient beyond", theme, name=_("same ε/B"), dash="dot")


def _hatching(found: RateMap, x: FloatArray) -> list[list[float | None]]:
    """Stripes across the cells in which at least half of the replicas diverge."""
    points: list[list[float | None]] = []
    for j, i in np.argwhere(np.isinf(found.medians)).tolist():
        for shift in STRIPES.tolist():
            reach = 0.42 - abs(shift) / 2
            middle = float(x[i]) + shift / 2, j + shift / 2
            points += [
                [middle[0] - reach, middle[1] + reach],
                [middle[0] + reach, middle[1] - reach],
            ]
            points += [[None, None]]
    return points


def _strokes(
    points: list[list[float | None]], role: str, theme: Theme, name: str = "", **line: Any
) -> Part:
    return scatter(
        x=[point[0] for point in points],
        y=[point[1] for point in points],
        mode="lines",
        line={"width": 1, "color": theme.text, **line},
        name=name,
        hoverinfo="skip",
        meta={"role": role, "scenery": True},
    )


def _marks(x: FloatArray, y: Any, role: str, symbol: str, theme: Theme) -> Part:
    return scatter(
        x=x,
        y=y,
        mode="markers",
        marker={"symbol": symbol, "size": 9, "line": {"width": 1.5, "color": theme.text}},
        hoverinfo="skip",
        meta={"role": role, "scenery": True},
    )


def _sizes(found: RateMap, x: FloatArray, theme: Theme) -> Part:
    """The batch sizes' colours, under their columns."""
    return scatter(
        x=x,
        y=np.full(len(x), -0.95),
        mode="markers",
        marker={
            "size": 9,
            "color": [theme.batch_size(int(size), found.examples) for size in found.batch_sizes],
        },
        hoverinfo="skip",
        meta={"role": "batch sizes", "scenery": True},
    )
