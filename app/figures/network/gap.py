"""Test accuracy against batch size under four budgets, a panel a budget, training loss under it."""

import math
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import POWERS, axis, chart
from app.figures.marks import uneven_bars
from app.figures.theme import THEMES, Theme
from app.figures.tradeoff.marks import ROOM, log_axis
from app.language.speech import gettext as _
from app.science.networks.gap_result import Compared, GapResult, SizeOutcome
from app.science.networks.paired import Mean
from app.words.network.gap import budget_title, gap_caption
from app.words.numbers import batch_size_label

GAP = 0.03  # of the figure's width, between two panels
TITLE = 0.09  # of a row's height, above its panels
UNDER = 0.14  # of a row's height, for the ticks under its panels
LOSS, ACCURACY = (0.0, 0.34), (0.4, 1.0)  # heights of the two parts of a panel


class Place(NamedTuple):
    """Where a panel is: numbers of its axes, and whether it is the first or last of its kind."""

    x: str
    accuracy: str
    loss: str
    across: tuple[float, float]
    bottom: float
    top: float
    left: bool
    lowest: bool


def gap_figure(result: GapResult, theme: str, columns: int = 4) -> Figure:
    """Means with 95 % intervals over replicas; open circles where the rate is at the grid's edge.

    Roles: accuracy and training loss, of each budget.

    Args:
        result: what is known of a sweep.
        theme: one of `THEMES`.
        columns: how many panels are side by side, at most.
    """
    colours = THEMES[theme]
    panels = list(result.compared.values())
    places = _places(len(panels), columns)
    ranges = _ranges(panels)
    traces: list[Part] = []
    axes: dict[str, Any] = {}
    titles = []
    measures: dict[str, str] = {}
    for compared, place in zip(panels, places, strict=True):
        title = budget_title(result, compared.budget)
        traces += _panel(result, compared, place, title, colours)
        axes |= _axes(result, place, ranges, colours)
        titles.append(_title(title, place))
        measures |= {
            f"x{place.x}": "batch_size",
            f"y{place.accuracy}": "test_accuracy",
            f"y{place.loss}": "train_loss",
        }
    figure = chart(
        traces,
        colours,
        gap_caption(result),
        margin=(58, 8, 8, 40),
        measures=measures,
        columns=("budget", "learning_rate", "difference", "difference_half_width"),
        annotations=titles,
        hovermode="closest",
        **axes,
    )
    figure.say(rows=math.ceil(len(panels) / columns))
    return figure


def _places(count: int, columns: int) -> list[Place]:
    columns = min(columns, count)
    rows = math.ceil(count / columns)
    wide = (1 - GAP * (columns - 1)) / columns
    found = []
    for k in range(count):
        row, column = divmod(k, columns)
        left, top = column * (wide + GAP), 1 - row / rows
        lowest = k + columns >= count
        x, accuracy, loss = (
            "" if name == 1 else str(name) for name in (k + 1, 2 * k + 1, 2 * k + 2)
        )
        found.append(
            Place(
                x=x,
                accuracy=accuracy,
                loss=loss,
                across=(left, min(1.0, left + wide)),
                bottom=max(0.0, top - (1 if lowest else 1 - UNDER) / rows),
                top=top - TITLE / rows,
                left=column == 0,
                lowest=lowest,
            )
        )
    return found


def _ranges(panels: list[Compared]) -> tuple[list[float] | None, list[float] | None]:
    """Of accuracies and of logarithms of training losses, the same in every panel."""
    known = [each for compared in panels for each in compared.sizes]
    if not known:
        return None, None
    low = min(each.accuracy.low for each in known)
    high = max(each.accuracy.high for each in known)
    room = max(0.05 * (high - low), 0.1)
    losses = np.log10([end for each in known for end in _ends(each.train_loss)])
    spare = max(0.08 * float(np.ptp(losses)), 0.05)
    return (
        [low - room, min(high + room, 100 + room)],
        [float(losses.min()) - spare, float(losses.max()) + spare],
    )


def _ends(loss: Mean) -> tuple[float, float]:
    """An interval of what is above 0; where it reaches below, from a tenth of the mean."""
    tiny = float(np.finfo(float).tiny)
    return max(loss.low, loss.value / 10, tiny), max(loss.high, tiny)


def _axes(
    result: GapResult,
    place: Place,
    ranges: tuple[list[float] | None, list[float] | None],
    theme: Theme,
) -> dict[str, Any]:
    sizes = result.sweep.sizes
    low, high = np.log10([sizes[0], sizes[-1]])
    room = 2 * ROOM * max(high - low, 1.0)
    ticks = log_axis(sizes) | {"dtick": None, "tickvals": list(sizes), "tickangle": 0}
    frame = {"automargin": False}
    bare = {} if place.left else {"showticklabels": False, "ticks": ""}
    height = place.top - place.bottom
    domains = [[place.bottom + part * height for part in parts] for parts in (ACCURACY, LOSS)]
    return {
        f"xaxis{place.x}": axis(
            theme,
            _("batch size (log scale)") if place.lowest else "",
            domain=place.across,
            anchor=f"y{place.loss}",
            range=[float(low - room), float(high + room)],
            **ticks,
            **frame,
        ),
        f"yaxis{place.accuracy}": axis(
            theme,
            _("test accuracy, %") if place.left else "",
            domain=domains[0],
            anchor=f"x{place.x}",
            range=ranges[0],
            nticks=6,
            **frame,
            **bare,
        ),
        f"yaxis{place.loss}": axis(
            theme,
            _("training loss") if place.left else "",
            domain=domains[1],
            anchor=f"x{place.x}",
            range=ranges[1],
            **(POWERS | {"exponentformat": "none", "nticks": 3}),
            **frame,
            **bare,
        ),
    }


def _title(text: str, place: Place) -> dict[str, Any]:
    return {
        "text": text,
        "font": {"size": 12},
        "showarrow": False,
        "xref": f"x{place.x} domain",
        "x": 0.5,
        "xanchor": "center",
        "yref": f"y{place.accuracy} domain",
        "y": 1,
        "yanchor": "bottom",
    }


def _panel(
    result: GapResult, compared: Compared, place: Place, title: str, theme: Theme
) -> Iterator[Part]:
    sizes = compared.sizes
    if not sizes:
        return
    gaps = {each.batch_size: each.accuracy for each in compared.differences}
    paired = [gaps.get(each.batch_size) for each in sizes]
    facts = {
        "budget": compared.budget,
        "learning_rate": [each.learning_rate for each in sizes],
        "difference": [each and each.value for each in paired],
        "difference_half_width": [each and each.half for each in paired],
    }
    accuracies = [each.accuracy for each in sizes]
    yield _points(
        result, sizes, theme,
        y=[each.value for each in accuracies],
        error_y=uneven_bars(*2 * ([each.half for each in accuracies],), theme.text),
        on={"xaxis": f"x{place.x}", "yaxis": f"y{place.accuracy}"},
        name=_("{budget}, test accuracy", budget=title),
        hover="%{y:.2f} ± %{error_y.array:.2f} %",
        meta={"role": "accuracy", "facts": facts},
    )  # fmt: skip
    losses = [each.train_loss for each in sizes]
    ends = np.array([_ends(each) for each in losses])
    values = np.array([each.value for each in losses])
    yield _points(
        result, sizes, theme,
        y=values.tolist(),
        error_y=uneven_bars(ends[:, 1] - values, values - ends[:, 0], theme.text),
        on={"xaxis": f"x{place.x}", "yaxis": f"y{place.loss}"},
        name=_("{budget}, training loss", budget=title),
        hover="%{y:.3~g}",
        meta={"role": "training loss", "facts": {name: facts[name] for name in [*facts][:2]}},
    )  # fmt: skip


def _points(
    result: GapResult,
    sizes: tuple[SizeOutcome, ...],
    theme: Theme,
    *,
    on: dict[str, str],
    hover: str,
    meta: dict[str, Any],
    **more: Any,
) -> Part:
    examples = result.sweep.examples
    colours = [theme.batch_size(each.batch_size, examples) for each in sizes]
    tuned = len(result.sweep.rates) > 1  # else every rate is at the edge of those tried
    rates = [_("rate {rate:.3g}", rate=each.learning_rate) for each in sizes]
    return scatter(
        x=[each.batch_size for each in sizes],
        mode="lines+markers",
        line={"width": 1, "color": theme.faint},
        marker={
            "size": 9,
            "symbol": ["circle-open" if each.at_edge and tuned else "circle" for each in sizes],
            "color": colours,
            "line": {"width": 2, "color": colours},
        },
        text=[
            f"{batch_size_label(each.batch_size, examples)}, {rate}"
            for each, rate in zip(sizes, rates, strict=True)
        ],
        hovertemplate=f"%{{text}}<br>{hover}<extra></extra>",
        meta=meta | {"batch_size": [each.batch_size for each in sizes]},
        **on,
        **more,
    )
