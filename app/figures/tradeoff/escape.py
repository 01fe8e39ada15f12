"""Which of two wells replicas end in, against batch size."""

from collections.abc import Sequence

import plotly.graph_objects as go

from app.figures.layout import axis, chart
from app.figures.marks import uneven_bars
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.science.floors.escape import Escape, Wells
from app.words.escape import escape_caption


def escape_figure(escapes: Sequence[Escape], wells: Wells, examples: int, theme: str) -> go.Figure:
    """Share of replicas in the flat well, from the sharp one (filled) and from itself (open)."""
    colours = THEMES[theme]
    traces = []
    for role, name, shares, dash, symbol in (
        (
            "from the sharp well",
            _("from the sharp well"),
            [e.from_sharp for e in escapes],
            "solid",
            "circle",
        ),
        (
            "from the flat well",
            _("from the flat well"),
            [e.from_flat for e in escapes],
            "dot",
            "circle-open",
        ),
    ):
        traces.append(
            go.Scatter(
                x=[e.batch_size for e in escapes],
                y=[share.value for share in shares],
                mode="lines+markers",
                line={"width": 1, "color": colours.faint, "dash": dash},
                marker={
                    "size": 10,
                    "symbol": symbol,
                    "line": {"width": 1.5},
                    "color": [colours.batch_size(e.batch_size, examples) for e in escapes],
                },
                error_y=uneven_bars(
                    [share.high - share.value for share in shares],
                    [share.value - share.low for share in shares],
                    colours.text,
                ),
                name=name,
                hovertemplate=_(
                    "B = %{{x:,}}, {name}<br>%{{y:.0%}} in the flat well<extra></extra>", name=name
                ),
                meta={"role": role},
            )
        )
    return chart(
        traces,
        colours,
        escape_caption(escapes, wells),
        margin=(66, 14, 12, 42),
        xaxis=axis(
            colours,
            _("batch size (log scale)"),
            type="log",
            exponentformat="none",
            separatethousands=True,
            dtick=1,
        ),
        yaxis=axis(colours, _("share in the flat well"), range=[-0.03, 1.03], tickformat=".0%"),
        hovermode="closest",
    )
