"""Which of two wells replicas end in, against batch size."""

from collections.abc import Sequence

import numpy as np

from app.figures.figure import Figure, scatter
from app.figures.layout import axis, chart
from app.figures.marks import uneven_bars
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.science.floors.escape import Escape, Wells
from app.words.escape import escape_caption


def escape_figure(escapes: Sequence[Escape], wells: Wells, examples: int, theme: str) -> Figure:
    """Share of replicas in the flat well, from the sharp one (dots) and from itself (circles)."""
    colours = THEMES[theme]
    sizes = [e.batch_size for e in escapes]
    traces = []
    labels = []
    # The circle of the one goes round the dot of the other: both are seen where they agree.
    for role, name, shares, dash, symbol, width in (
        (
            "from the flat well",
            _("from the flat well"),
            [e.from_flat for e in escapes],
            "dot",
            "circle-open",
            15,
        ),
        (
            "from the sharp well",
            _("from the sharp well"),
            [e.from_sharp for e in escapes],
            "solid",
            "circle",
            8,
        ),
    ):
        traces.append(
            scatter(
                x=sizes,
                y=[share.value for share in shares],
                mode="lines+markers",
                line={"width": 1.2, "color": colours.contour, "dash": dash},
                marker={
                    "size": width,
                    "symbol": symbol,
                    "line": {"width": 1.5},
                    "color": [colours.batch_size(size, examples) for size in sizes],
                },
                error_y=uneven_bars(
                    [share.high - share.value for share in shares],
                    [share.value - share.low for share in shares],
                    colours.text,
                    width=7 if symbol == "circle-open" else 3,
                ),
                name=name,
                text=[f"{share.number} / {share.replicas}" for share in shares],
                hovertemplate=_(
                    "B = %{{x:,}}, {name}<br>%{{y:.0%}} in the flat well<extra></extra>", name=name
                ),
                meta={"role": role},
            )
        )
        labels.append((name, shares))
    last = [shares[-1].value for _name, shares in labels]
    upper = int(last[1] > last[0])  # which of the two ends higher
    return chart(
        traces,
        colours,
        escape_caption(escapes, wells),
        margin=(66, 14, 12, 42),
        measures={"x": "batch_size", "y": "share_in_flat_well"},
        xaxis=axis(
            colours,
            _("batch size (log scale)"),
            type="log",
            exponentformat="none",
            separatethousands=True,
            dtick=1,
        ),
        yaxis=axis(
            colours,
            _("share in the flat well"),
            range=[-0.14, 1.14],
            tickformat=".0%",
            tickvals=[0, 0.25, 0.5, 0.75, 1],
        ),
        hovermode="closest",
        annotations=[
            {
                "x": float(np.log10(sizes[-1])),
                "y": shares[-1].value,
                "text": name,
                "showarrow": False,
                "xanchor": "right" if len(sizes) > 1 else "center",
                "yshift": 17 if k == upper else -17,
                "font": {"size": 12, "color": colours.text},
            }
            for k, (name, shares) in enumerate(labels)
        ],
    )
