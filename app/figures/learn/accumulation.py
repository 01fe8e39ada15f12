"""What an example counts in a mean of means, and where runs end that average otherwise."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import axis, chart
from app.figures.learn.medians import Way, medians_figure
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.science.accumulation import MEANS, MICRO_BATCH, relative_weights
from app.science.arrays import IntArray
from app.science.comparison import Run
from app.words.accumulation import parts_said, runs_caption, weights_caption
from app.words.numbers import exactly

GAP = 0.12  # between two updates, as a share of the larger one
TEXT_ROOM = 1.16  # of the axis above the highest block


class Drawn(NamedTuple):
    """An update: the sizes of its micro-batches, and its colour."""

    parts: IntArray
    colour: str


def accumulation_figure(runs: Mapping[str, Run], theme: str) -> Figure:
    """The median loss over replicas, micro-batches counted by size and alike, clipped or not."""
    ways = {name: _way(run) for name, run in runs.items()}
    return medians_figure(ways, runs_caption(runs), theme)


def _way(run: Run) -> Way:
    accumulation = run.plan.accumulation
    apart = accumulation.clip_each == MICRO_BATCH
    dash = "dash" if accumulation.kind == MEANS else "solid"
    facts = {"accumulation": accumulation.kind, "clip_each": accumulation.clip_each}
    return Way(run, "dot" if apart else dash, facts)


def weights_figure(
    batch_size: int, examples: int, updates: Sequence[IntArray], theme: str
) -> Figure:
    """Micro-batches of an epoch's updates as blocks: wide as their examples, high as each counts.

    Args:
        batch_size: B.
        examples: N.
        updates: sizes of the micro-batches of each update that is drawn.
        theme: one of `THEMES`.
    """
    colours = THEMES[theme]
    drawn = [Drawn(parts, colours.batch_size(int(parts.sum()), examples)) for parts in updates]
    return _blocks(
        drawn,
        colours,
        weights_caption(updates),
        _("examples of an update, as they are taken"),
        {"batch_size": batch_size},
    )


def tokens_figure(tokens: IntArray, theme: str) -> Figure:
    """The same of one update's micro-batches of so many tokens."""
    colours = THEMES[theme]
    caption = weights_caption([tokens], tokens=True)
    drawn = [Drawn(tokens, colours.faint)]
    return _blocks(drawn, colours, caption, _("tokens of an update, as they are taken"), {})


def _blocks(
    drawn: Sequence[Drawn], theme: Theme, caption: str, title: str, meta: Mapping[str, int]
) -> Figure:
    sizes = [int(each.parts.sum()) for each in drawn]
    starts = np.cumsum([0, *(size + GAP * max(sizes) for size in sizes)])[:-1].tolist()
    highest = max(float(relative_weights(each.parts).max()) for each in drawn)
    traces = [_update(each, start, meta) for each, start in zip(drawn, starts, strict=True)]
    end = starts[-1] + sizes[-1]
    by_size = scatter(
        x=[0, end],
        y=[1, 1],
        mode="lines",
        line={"width": 1.5, "dash": "dash", "color": theme.text},
        name=_("by size"),
        hoverinfo="name",
        meta={"role": "by size", "scenery": True},
    )
    figure = chart(
        [*traces, by_size],
        theme,
        caption,
        margin=(52, 12, 12, 36),
        measures={"x": "micro_batch", "y": "relative_weight"},
        hovermode="closest",
        xaxis=axis(
            theme,
            title,
            showticklabels=False,
            showgrid=False,
            ticks="",
            range=[-0.02 * end, 1.02 * end],
        ),
        yaxis=axis(theme, _("what each counts"), range=[0, highest * TEXT_ROOM]),
    )
    for each, start, size in zip(drawn, starts, sizes, strict=True):
        figure.annotate(
            x=start + size / 2, y=1, yref="paper", yanchor="top", text=parts_said(each.parts)
        )
    return figure


def _update(drawn: Drawn, start: float, meta: Mapping[str, int]) -> Part:
    """A block a micro-batch, one beside the other."""
    parts, weights = drawn.parts, relative_weights(drawn.parts)
    ends = start + np.cumsum(parts)
    begins = ends - parts
    gap = np.full(len(parts), np.nan)
    zero = np.zeros(len(parts))
    text = [
        _(
            "micro-batch {number:,}: {size:,}, each × {weight}",
            number=k + 1,
            size=int(size),
            weight=exactly(float(weight), 3),
        )
        for k, (size, weight) in enumerate(zip(parts, weights, strict=True))
    ]
    facts = {
        "x": np.arange(len(parts)) + 1,
        "y": weights,
        "size": parts,
        "update_size": int(parts.sum()),
    }
    return scatter(
        x=np.column_stack([begins, begins, ends, ends, begins, gap]).ravel(),
        y=np.column_stack([zero, weights, weights, zero, zero, gap]).ravel(),
        mode="lines",
        fill="toself",
        line={"width": 1.5, "color": drawn.colour},
        text=np.repeat(text, 6).tolist(),
        hoverinfo="text",
        name=parts_said(parts),
        meta={"role": "micro batches", "facts": facts, **meta},
    )
