"""The floor that a last, smaller batch leaves, beside that of even batches."""

from app.figures.figure import Figure, scatter
from app.figures.layout import POWERS, axis, chart
from app.figures.marks import error_bars
from app.figures.theme import THEMES
from app.language.speech import gettext as _
from app.science.floors.last_batch import RemainderFloors
from app.words.last_batch import last_batch_caption


def last_batch_figure(comparison: RemainderFloors, examples: int, theme: str) -> Figure:
    """Loss above the minimum at the ends of epochs: measured with 95 % intervals, and predicted."""
    colours = THEMES[theme]
    bars = [
        (f"B = {floor.plan.batch_size:,}<br>{remainder}", floor)
        for remainder, floor in comparison.uneven.items()
    ]
    if even := comparison.even:
        bars.insert(0, (_("B = {size:,}<br>even", size=even.plan.batch_size), even))
    names = [name for name, _ in bars]
    facts = {
        "x": [floor.plan.batch_size for _, floor in bars],
        "remainder": [*([None] if comparison.even else []), *comparison.uneven],
    }
    means = [floor.mean for _, floor in bars]
    predicted = [floor.predicted for _, floor in bars]
    return chart(
        [
            scatter(
                x=names,
                y=[mean or None for mean in means],  # the axis is logarithmic
                mode="markers",
                marker={
                    "size": 9,
                    "color": [
                        colours.batch_size(floor.plan.batch_size, examples) for _, floor in bars
                    ],
                },
                error_y=error_bars((floor.error for _, floor in bars), colours),
                name=_("measured"),
                hovertemplate="%{y:.3g}",
                meta={"role": "measured", "facts": facts | {"y": means}},
            ),
            scatter(
                x=names,
                y=[mean or None for mean in predicted],
                mode="markers",
                marker={
                    "symbol": "line-ew",
                    "size": 40,
                    "line": {"width": 2.5, "color": colours.text},
                },
                name=_("predicted"),
                hovertemplate=_("predicted %{y:.3g}"),
                meta={"role": "predicted", "facts": facts | {"y": predicted}},
            ),
        ],
        colours,
        last_batch_caption(comparison, examples),
        margin=(66, 12, 10, 56),
        measures={"x": "batch_size", "y": "loss_above_lowest"},
        xaxis=axis(colours, "", showgrid=False),
        yaxis=axis(
            colours,
            _("loss above the lowest minimum"),
            **POWERS,
        ),
        hovermode="closest",
    )
