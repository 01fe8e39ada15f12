"""The noise floor against learning rate over batch size."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import axis, chart
from app.figures.legend import keys
from app.figures.marks import error_bars
from app.figures.theme import THEMES, Theme
from app.figures.tradeoff.labels import annotations, place_labels
from app.language.speech import gettext as _
from app.language.speech import translated
from app.science.floors.independent import NoiseFloor
from app.science.optimizers import OPTIMIZERS
from app.words.floors import floor_caption
from app.words.numbers import batch_size_label

UNSETTLED = 0.4  # opacity of a loss that has not settled, and so is no floor yet
ROOM = 0.14  # about the points, in parts of what they span
LEAST = 0.5  # decades


def floor_figure(
    independent: Sequence[NoiseFloor],
    reshuffled: Sequence[NoiseFloor],
    others: Sequence[Sequence[NoiseFloor]],
    examples: int,
    theme: str,
) -> Figure:
    """Loss above the lowest one: independent batches filled, over their theory; reshuffled open.

    A shape is a rule. Theory is drawn for independent batches of plain SGD and heavy ball alone,
    and only where it holds: the exact floor as a line across, Mandt's limit for small rates
    dashed. What has not settled is faint.
    """
    colours = THEMES[theme]
    traces: list[Any] = [*_theory(independent, others, colours)]
    if reshuffled:
        traces.append(_points("reshuffled", _("reshuffled"), reshuffled, examples, colours))
    if independent:
        traces.append(_points("independent", _("independent"), independent, examples, colours))
    traces += [_points("rule", _title(floors), floors, examples, colours) for floors in others]
    every_floor = (floor for floors in (independent, reshuffled, *others) for floor in floors)
    traces += keys((floor.batch_size for floor in every_floor), examples, colours)
    seen = [
        (k, f)
        for k, floors in enumerate((independent, *others))
        for f in sorted(_seen(floors), key=lambda f: -f.ratio)
    ]
    drawn = [f for _k, f in seen] + _seen(reshuffled)
    every = np.log10([[f.ratio, f.floor.mean or 1.0] for f in drawn]).reshape(-1, 2)
    low, high = every.min(axis=0, initial=np.inf), every.max(axis=0, initial=-np.inf)
    if not drawn:
        low, high = np.full(2, -1.0), np.zeros(2)
    room = ROOM * np.maximum(high - low, LEAST)
    low, high = low - room, high + room
    log = {"type": "log", "exponentformat": "power", "dtick": 1}
    figure = chart(
        traces,
        colours,
        floor_caption(independent, reshuffled, others),
        margin=(66, 14, 12, 42),
        columns=("low", "high"),
        measures={"x": "learning_rate_over_batch_size", "y": "loss_above_lowest"},
        xaxis=axis(colours, _("learning rate / batch size"), **log, range=[low[0], high[0]]),
        yaxis=axis(colours, _("loss above the lowest minimum"), **log, range=[low[1], high[1]]),
        hovermode="closest",
    )
    # The rule is told at its largest ε/B; all other points are only not to be covered.
    texts = [
        _title([f]) if not n or seen[n - 1][0] != k else "" for n, (k, f) in enumerate(seen)
    ] + [""] * len(_seen(reshuffled))
    placed = place_labels((every - low) / (high - low), texts, np.empty((0, 2)))
    figure.layout["annotations"] = annotations(every, texts, placed, colours)
    return figure


def _theory(
    independent: Sequence[NoiseFloor], others: Sequence[Sequence[NoiseFloor]], theme: Theme
) -> Iterator[Part]:
    known = [f for f in independent if f.small_rate is not None]
    if known:
        yield scatter(
            x=[f.ratio for f in known],
            y=[f.small_rate for f in known],
            mode="lines",
            line={"width": 1.4, "color": theme.text, "dash": "dash"},
            name=_("theory for small rates"),
            hoverinfo="name",
            meta=_meta("small rate", known),
        )
    every = [*independent, *(f for floors in others for f in floors)]
    exact = [f for f in every if f.floor.predicted is not None]
    yield scatter(
        x=[f.ratio for f in exact],
        y=[f.floor.predicted for f in exact],
        mode="markers",
        marker={"symbol": "line-ew", "size": 24, "line": {"width": 2, "color": theme.text}},
        name=_("exact theory"),
        hovertemplate=_("exact theory %{y:.3g}") + "<extra></extra>",
        meta=_meta("exact", exact),
    )


def _points(
    role: str, name: str, floors: Sequence[NoiseFloor], examples: int, theme: Theme
) -> Part:
    """Floors with 95 % intervals; those of a rule beside plain SGD on a thin line of its dash."""
    rule = OPTIMIZERS[floors[0].optimizer]
    seen = [f for f in floors if f.floor.mean is not None]
    ratios, means = [f.ratio for f in seen], [f.floor.mean for f in seen]
    meta = _meta(role, seen)
    meta["facts"] |= {"x": ratios, "y": means}
    return scatter(
        x=ratios,
        y=[mean or None for mean in means],  # the axis is logarithmic
        mode="lines+markers" if role == "rule" else "markers",
        line={"width": 1, "color": theme.faint, "dash": rule.dash},
        marker={
            "symbol": f"{rule.symbol}-open" if role == "reshuffled" else rule.symbol,
            "size": 9,
            "line": {"width": 1.5},
            "color": [theme.batch_size(f.batch_size, examples) for f in seen],
            "opacity": [1.0 if f.floor.settled else UNSETTLED for f in seen],
        },
        error_y=error_bars((f.floor.error for f in seen), theme, thickness=1, width=3),
        text=[
            _(
                "{label}, rate {rate:.3g}",
                label=batch_size_label(f.batch_size, examples),
                rate=f.learning_rate,
            )
            for f in seen
        ],
        name=name,
        hovertemplate=f"%{{text}}<br>{name}: %{{y:.3g}}<extra></extra>",
        meta=meta,
    )


def _meta(role: str, floors: Sequence[NoiseFloor]) -> dict[str, Any]:
    """What a trace of these floors says of itself."""
    return {
        "role": role,
        **({"optimizer": floors[0].optimizer} if floors else {}),
        "batch_size": [f.batch_size for f in floors],
        "facts": {
            "optimizer": [f.optimizer for f in floors],
            "learning_rate": [f.learning_rate for f in floors],
            "settled": [f.floor.settled for f in floors],
        },
    }


def _seen(floors: Sequence[NoiseFloor]) -> list[NoiseFloor]:
    return [f for f in floors if (f.floor.mean or 0) > 0]


def _title(floors: Sequence[NoiseFloor]) -> str:
    return translated(OPTIMIZERS[floors[0].optimizer].title)
