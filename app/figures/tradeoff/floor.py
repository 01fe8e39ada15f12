"""The noise floor against learning rate over batch size."""

from collections.abc import Sequence

import plotly.graph_objects as go

from app.figures.layout import axis, chart
from app.figures.marks import error_bars
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.science.floors.independent import NoiseFloor
from app.words.floors import floor_caption
from app.words.numbers import batch_size_label

UNSETTLED = 0.4  # opacity of a loss that has not settled, and so is no floor yet


def floor_figure(
    independent: Sequence[NoiseFloor],
    reshuffled: Sequence[NoiseFloor],
    examples: int,
    theme: str,
) -> go.Figure:
    """Loss above the lowest one: independent batches filled, over their theory; reshuffled open.

    Theory is drawn for independent batches alone, and only where it holds: the exact floor as a
    bar across, Mandt's limit for small rates as a dashed line. What has not settled is faint.
    """
    colours = THEMES[theme]
    traces = []
    known = [f for f in independent if f.small_rate is not None]
    if known:
        traces.append(
            go.Scatter(
                x=[f.ratio for f in known],
                y=[f.small_rate for f in known],
                mode="lines",
                line={"width": 1.4, "color": colours.text, "dash": "dash"},
                name=_("theory for small rates"),
                hoverinfo="name",
                meta={"role": "small rate"},
            )
        )
    exact = [f for f in independent if f.floor.predicted is not None]
    traces.append(
        go.Scatter(
            x=[f.ratio for f in exact],
            y=[f.floor.predicted for f in exact],
            mode="markers",
            marker={"symbol": "line-ew", "size": 24, "line": {"width": 2, "color": colours.text}},
            name=_("exact theory"),
            hovertemplate=_("exact theory %{y:.3g}") + "<extra></extra>",
            meta={"role": "exact"},
        )
    )
    for role, name, floors, symbol in (
        ("independent", _("independent"), independent, "circle"),
        ("reshuffled", _("reshuffled"), reshuffled, "circle-open"),
    ):
        seen = [f for f in floors if (f.floor.mean or 0) > 0]
        traces.append(
            go.Scatter(
                x=[f.ratio for f in seen],
                y=[f.floor.mean for f in seen],
                mode="markers",
                marker={
                    "symbol": symbol,
                    "size": 9,
                    "line": {"width": 1.5},
                    "color": [colours.batch_size(f.batch_size, examples) for f in seen],
                    "opacity": [1.0 if f.floor.settled else UNSETTLED for f in seen],
                },
                error_y=error_bars((f.floor.error for f in seen), colours, thickness=1, width=3),
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
                meta={"role": role},
            )
        )
    log = {"type": "log", "exponentformat": "power", "dtick": 1}
    return chart(
        traces,
        colours,
        floor_caption(independent, reshuffled),
        margin=(66, 14, 12, 42),
        xaxis=axis(colours, _("learning rate / batch size"), **log),
        yaxis=axis(colours, _("loss above the lowest minimum"), **log),
        hovermode="closest",
    )
