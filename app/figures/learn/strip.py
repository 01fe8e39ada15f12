"""An epoch as a strip of its examples, cut into batches."""

from typing import Any

import numpy as np
import plotly.graph_objects as go

from app.figures.theme import THEMES, Theme, axis, layout
from app.language.speech import gettext as _
from app.language.speech import ngettext, sentences
from app.science.sampling import EpochPlan

BREADTH = 3  # of the strip, folded into lines, in heights
CUTS = 600  # batches between which a line is drawn; more of them are told apart by shade alone


def strip_figure(plan: EpochPlan, theme: str) -> go.Figure:
    """Every example a cell, in the order of the epoch, line by line; neighbours differ in shade."""
    colours = THEMES[theme]
    columns = int(np.ceil(np.sqrt(BREADTH * plan.examples)))
    lines = -(-plan.examples // columns)
    batch = np.full(lines * columns, -1)
    sizes = plan.sizes
    batch[: sizes.sum()] = np.repeat(np.arange(len(sizes)), sizes)
    return go.Figure(
        [
            *_cells(plan, batch.reshape(lines, columns), colours),
            *_cuts(np.cumsum(sizes)[: CUTS if len(sizes) <= CUTS else 0], columns, colours),
        ],
        layout(
            colours,
            meta={"caption": strip_caption(plan)},
            margin={"l": 8, "r": 8, "t": 8, "b": 8},
            xaxis=axis(colours, "", visible=False, range=[-0.5, columns - 0.5]),
            yaxis=axis(colours, "", visible=False, range=[lines - 0.5, -0.5]),
        ),
    )


def strip_caption(plan: EpochPlan) -> str:
    """The epoch as a sum: 10 × 100 + 50 = 1,050, in 11 updates."""
    total = " + ".join(
        f"{count:,} × {size:,}" if count > 1 else f"{size:,}" for size, count in plan.groups
    )
    used = plan.examples_used
    return sentences(
        [
            ngettext(
                "One epoch: {sum} = {used:,} examples, {count:,} update.",
                "One epoch: {sum} = {used:,} examples, {count:,} updates.",
                plan.updates,
                sum=total,
                used=used,
            ),
            ngettext(
                "{count:,} example is left out of it.",
                "{count:,} examples are left out of it.",
                plan.examples - used,
            )
            if used < plan.examples
            else "",
        ]
    )


def _cells(plan: EpochPlan, batch: Any, theme: Theme) -> list[go.Heatmap]:
    """A layer a batch size: whole batches, and the last, smaller one."""
    layers = []
    sizes = np.append(plan.sizes, 0)[batch]  # of the batch that a cell is in; -1 is none
    for size, _count in plan.groups:
        mine = sizes == size
        colour = theme.batch_size(size, plan.examples)
        pale = theme.batch_size(size, plan.examples, 0.45)
        layers.append(
            go.Heatmap(
                z=np.where(mine, batch % 2, np.nan).astype(np.float32),
                zmin=0,
                zmax=1,
                customdata=np.where(mine, batch + 1, np.nan).astype(np.float32),
                colorscale=[[0, colour], [1, pale]],
                showscale=False,
                xgap=1,
                ygap=1,
                hoverongaps=False,
                name=_("batch of {size:,}", size=size),
                hovertemplate=_("update {number}", number="%{customdata:,.0f}"),
            )
        )
    spare = sizes == 0
    inside = np.arange(batch.size).reshape(batch.shape) < plan.examples
    if (spare & inside).any():
        layers.append(
            go.Heatmap(
                z=np.where(spare & inside, 0.0, np.nan).astype(np.float32),
                colorscale=[[0, theme.faint], [1, theme.faint]],
                showscale=False,
                xgap=1,
                ygap=1,
                hoverongaps=False,
                name=_("left out"),
                hovertemplate="%{z}<extra></extra>",
            )
        )
    return layers


def _cuts(ends: Any, columns: int, theme: Theme) -> list[go.Scatter]:
    """A bar after the last example of each batch."""
    x, y = ends % columns, ends // columns
    x, y = np.where(x == 0, columns, x) - 0.5, np.where(x == 0, y - 1, y)
    gap = np.full(len(ends), np.nan)
    return [
        go.Scatter(
            x=np.column_stack([x, x, gap]).ravel(),
            y=np.column_stack([y - 0.5, y + 0.5, gap]).ravel(),
            mode="lines",
            line={"width": 2, "color": theme.text},
            hoverinfo="skip",
            name=_("end of a batch"),
        )
    ]
