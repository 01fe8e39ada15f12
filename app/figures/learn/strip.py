"""An epoch as a strip of its examples, cut into batches."""

from typing import Any

import numpy as np

from app.figures.figure import Figure, Part, heatmap, scatter
from app.figures.layout import axis, chart
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.science.arrays import IntArray
from app.science.epoch_plan import EpochPlan
from app.words.epoch_plan import strip_caption

BREADTH = 3  # how much wider than high the strip is, once it is folded into lines
CELLS = 10_000  # with more examples a cell is a batch, with more batches it is several
CUTS = 600  # more batches than these have no lines between them: shades tell them apart


def strip_figure(plan: EpochPlan, sampling: str, theme: str) -> Figure:
    """Cells in the order of the epoch, line by line; batches side by side differ in shade."""
    colours = THEMES[theme]
    grouped = plan.examples > CELLS
    per_cell = -(-plan.updates // CELLS)  # batches in a cell
    last_update = _grouped(plan, per_cell) if grouped else _one_by_one(plan)
    columns = min(int(np.ceil(np.sqrt(BREADTH * len(last_update)))), len(last_update))
    lines = -(-len(last_update) // columns)
    cuts = not grouped and plan.updates <= CUTS
    return chart(
        [
            *_cells(plan, last_update, (lines, columns), colours, per_cell if grouped else 1),
            *([_cuts(np.cumsum(plan.sizes), columns, colours)] if cuts else []),
        ],
        colours,
        strip_caption(plan, sampling, per_cell if grouped else 0),
        margin=(8, 8, 8, 8),
        measures={"x": "cell" if grouped else "example", "y": "update"},
        xaxis=axis(colours, "", visible=False, range=[-0.5, columns - 0.5]),
        yaxis=axis(colours, "", visible=False, range=[lines - 0.5, -0.5]),
    )


def _one_by_one(plan: EpochPlan) -> IntArray:
    """The update that each example is used by, from 1; 0 of those that are left out."""
    updates = np.repeat(np.arange(plan.updates) + 1, plan.sizes)
    return np.append(updates, np.zeros(plan.examples - plan.examples_used, np.int64))


def _grouped(plan: EpochPlan, per_cell: int) -> IntArray:
    """The last update of each so many batches, a smaller batch apart; 0 of what is left out."""
    (_size, full), *smaller = plan.groups
    ends = np.minimum(np.arange(per_cell, full + per_cell, per_cell), full)
    left_out = plan.examples_used < plan.examples
    return np.append(ends, [plan.updates] * len(smaller) + [0] * left_out).astype(np.int64)


def _cells(
    plan: EpochPlan, last_update: IntArray, shape: tuple[int, int], theme: Theme, per_cell: int
) -> list[Part]:
    """A layer a batch size, whole batches and the last, smaller one; then what is left out."""
    shade = np.cumsum(np.diff(last_update, prepend=0) != 0) % 2
    layers, before = [], 0
    for size, count in plan.groups:
        mine = (last_update > before) & (last_update <= before + count)
        before += count
        cells = np.nonzero(mine)[0] + 1
        facts = {"kind": "batch", "x": cells, "y": last_update[mine], "size": size}
        layers.append(
            _layer(
                np.where(mine, 1 - shade, np.nan),
                shape,
                theme.batch_size(size, plan.examples),
                theme.batch_size(size, plan.examples, 0.45),
                customdata=_folded(np.where(mine, last_update, np.nan), shape),
                name=_("batch of {size:,}", size=size),
                hovertemplate=(
                    _("update {number}", number="%{customdata:,.0f}")
                    if per_cell == 1
                    else _("up to update {number}", number="%{customdata:,.0f}")
                ),
                meta={"role": "cells", "batch_size": plan.batch_size, "facts": facts},
            )
        )
    if not last_update[-1]:
        left_out = np.where(last_update == 0, 0.0, np.nan)
        grey = theme.faint
        meta = {"role": "left out", "facts": {"x": np.nonzero(last_update == 0)[0] + 1, "y": None}}
        layers.append(
            _layer(left_out, shape, grey, grey, name=_("left out"), hoverinfo="name", meta=meta)
        )
    return layers


def _layer(z: Any, shape: tuple[int, int], colour: str, other_shade: str, **more: Any) -> Part:
    return heatmap(
        z=_folded(z, shape).astype(np.float32),
        zmin=0,
        zmax=1,
        colorscale=[[0, colour], [1, other_shade]],
        showscale=False,
        xgap=1,
        ygap=1,
        hoverongaps=False,
        **more,
    )


def _folded(cells: Any, shape: tuple[int, int]) -> Any:
    """Line under line; the last may not be full."""
    spare = shape[0] * shape[1] - len(cells)
    return np.append(cells, np.full(spare, np.nan)).reshape(shape)


def _cuts(ends: Any, columns: int, theme: Theme) -> Part:
    """A bar after the last example of each batch."""
    x, y = ends % columns, ends // columns
    x, y = np.where(x == 0, columns, x) - 0.5, np.where(x == 0, y - 1, y)
    gap = np.full(len(ends), np.nan)
    return scatter(
        x=np.column_stack([x, x, gap]).ravel(),
        y=np.column_stack([y - 0.5, y + 0.5, gap]).ravel(),
        mode="lines",
        line={"width": 2, "color": theme.text},
        hoverinfo="skip",
        name=_("end of a batch"),
        meta={"role": "cuts", "scenery": True},
    )
