"""A text cut into a batch of sequences."""

import numpy as np

from app.figures.figure import Figure, heatmap
from app.figures.layout import axis, chart
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.science.sequences import Batching
from app.words.sequences import sequences_caption

CELLS = 10_000  # tokens drawn; a longer text is drawn from its beginning
ROWS = 100  # streams drawn, from the first
COLUMNS = 120  # time steps drawn, from the first: more would blur on a telephone
CUTS = 200  # more updates than these have no lines between them: shades tell them apart


def sequences_figure(batching: Batching, theme: str) -> Figure:
    """Every token a cell: a row is a stream of the text, a block of columns one update."""
    colours = THEMES[theme]
    rows = min(batching.batch_size, ROWS)
    columns = min(batching.columns, CELLS // rows, COLUMNS)
    update = np.arange(columns) // batching.length
    used = update < batching.updates
    z = np.where(used, update % 2, np.nan)
    colour = colours.batch_size(batching.batch_size, batching.tokens)
    pale = colours.batch_size(batching.batch_size, batching.tokens, 0.45)
    numbers = batching.token_numbers(rows, columns) + 1
    across, down = np.meshgrid(np.arange(columns), np.arange(rows))
    cuts = min(batching.updates, columns // batching.length)
    ends = batching.length * np.arange(1, cuts + 1) - 0.5
    return chart(
        [
            heatmap(
                z=np.tile(z, (rows, 1)).astype(np.float32),
                zmin=0,
                zmax=1,
                customdata=numbers,
                colorscale=[[0, colour], [1, pale]],
                showscale=False,
                xgap=1,
                ygap=1,
                hoverongaps=False,
                name=_("tokens"),
                meta={
                    "role": "token",
                    "batch_size": batching.batch_size,
                    "facts": {
                        "x": across.ravel(),
                        "y": down.ravel(),
                        "token": numbers.ravel(),
                        "update": np.where(used, update + 1.0, np.nan)[across].ravel(),
                    },
                },
                hovertemplate=_("token {number} of the text", number="%{customdata:,}"),
            )
        ],
        colours,
        sequences_caption(batching, rows, columns),
        margin=(62, 12, 10, 46),
        measures={"x": "time_step", "y": "sequence"},
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
            for end in (ends.tolist() if cuts <= CUTS else [])
        ],
    )
