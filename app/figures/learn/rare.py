"""How many batches hold no example of a rare class, against batch size."""

from collections.abc import Sequence

import numpy as np

from app.figures.figure import Figure, scatter
from app.figures.layout import axis, chart
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.science.epoch_plan import EpochPlan
from app.science.noise.law import law_batch_sizes
from app.science.rare import RareBatches, expected_without, none_of
from app.words.rare import rare_caption


def rare_figure(
    found: Sequence[RareBatches], rare: int, examples: int, sampling: str, theme: str
) -> Figure:
    """Dots: measured, of each batch size; line: of one batch of each size, exact.

    Args:
        found: the batches of each size.
        rare: examples of the rare class.
        examples: N.
        sampling: how they are drawn.
        theme: of the colours.
    """
    colours = THEMES[theme]
    asked = [each.batch_size for each in found]
    drawn_by_lot = expected_without(EpochPlan(examples, 1), rare, sampling) is not None
    sizes = law_batch_sizes(examples, asked)
    line = scatter(
        x=sizes,
        y=none_of(examples, rare, sizes, sampling),
        mode="lines",
        line={"width": 1.5, "color": colours.text},
        name=_("expected"),
        hovertemplate="%{y:.1%}",
        meta={"role": "expected", "facts": {"kind": "expected"}},
    )
    dots = [
        scatter(
            x=[each.batch_size],
            y=[each.without],
            mode="markers",
            marker={"size": 10, "color": colours.batch_size(each.batch_size, examples)},
            name=f"B = {each.batch_size:,}",
            hovertemplate=_("B = {size}: %{{y:.1%}}", size=f"{each.batch_size:,}"),
            meta={
                "role": "readings",
                "batch_size": each.batch_size,
                "facts": {"kind": "measured"},
            },
        )
        for each in found
    ]
    most = np.log10(examples)
    return chart(
        [*([line] if drawn_by_lot else []), *dots],
        colours,
        rare_caption(found, rare, examples, sampling),
        margin=(66, 12, 10, 46),
        measures={"x": "batch_size", "y": "share_of_batches"},
        xaxis=axis(colours, _("batch size"), type="log", range=[-0.04 * most, 1.04 * most]),
        yaxis=axis(
            colours, _("batches without the rare class"), tickformat=".0%", range=[-0.03, 1.03]
        ),
    )
