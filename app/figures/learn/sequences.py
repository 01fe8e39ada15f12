"""A text cut into a batch of sequences."""

import numpy as np
import plotly.graph_objects as go

from app.figures.theme import THEMES, axis, layout
from app.language.speech import gettext as _
from app.language.speech import ngettext, sentences
from app.science.sequences import Batching


def sequences_figure(batching: Batching, theme: str) -> go.Figure:
    """Every token a cell: a row is a stream of the text, a block of columns one update."""
    colours = THEMES[theme]
    update = np.arange(batching.columns) // batching.length
    used = update < batching.updates
    z = np.where(used, update % 2, np.nan)
    colour = colours.batch_size(batching.batch_size, batching.tokens)
    pale = colours.batch_size(batching.batch_size, batching.tokens, 0.45)
    ends = batching.length * np.arange(1, batching.updates + 1) - 0.5
    return go.Figure(
        go.Heatmap(
            z=np.tile(z, (batching.batch_size, 1)).astype(np.float32),
            zmin=0,
            zmax=1,
            customdata=batching.token_numbers + 1,
            colorscale=[[0, colour], [1, pale]],
            showscale=False,
            xgap=1,
            ygap=1,
            hoverongaps=False,
            name=_("tokens"),
            hovertemplate=_("token {number} of the text", number="%{customdata:,}"),
        ),
        layout(
            colours,
            meta={"caption": sequences_caption(batching)},
            margin={"l": 62, "r": 12, "t": 10, "b": 46},
            xaxis=axis(colours, _("time step"), showgrid=False),
            yaxis=axis(
                colours,
                _("sequence of the batch"),
                autorange="reversed",
                showgrid=False,
                tickformat="d",
            ),
            shapes=[
                {
                    "type": "line",
                    "x0": end,
                    "x1": end,
                    "y0": 0,
                    "y1": 1,
                    "yref": "paper",
                    "line": {"width": 2, "color": colours.text},
                }
                for end in ends.tolist()
            ],
        ),
    )


def sequences_caption(batching: Batching) -> str:
    """The shape of a batch, and the updates of an epoch."""
    return sentences(
        [
            _(
                "{tokens:,} tokens in {size:,} streams of {columns:,}; an update reads {length:,} "
                "time steps of each, a batch of shape ({size:,}, {length:,}).",
                tokens=batching.tokens,
                size=batching.batch_size,
                columns=batching.columns,
                length=batching.length,
            ),
            ngettext(
                "An epoch is {count:,} update.", "An epoch is {count:,} updates.", batching.updates
            ),
            ngettext(
                "{count:,} token is left over.",
                "{count:,} tokens are left over.",
                batching.left_over,
            )
            if batching.left_over
            else "",
        ]
    )
