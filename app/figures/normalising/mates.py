"""The loss of one example against its batch mates, and the weight that training then tends to."""

from collections.abc import Sequence

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import axis, chart
from app.figures.marks import between, error_bars, uneven_bars
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.science.arrays import IntArray
from app.science.normalising.best_scale import BestScale, normal_share
from app.science.normalising.mates import MateLosses
from app.science.normalising.neuron import Neuron
from app.words.batch_statistics import mates_caption

RANGE = (0.05, 0.95)
ROOM = 0.06  # of the highest loss drawn, beyond the ends of the axis


def mates_figure(
    neuron: Neuron,
    example: int,
    mates: Sequence[MateLosses],
    scales: Sequence[BestScale],
    asked: Sequence[int],
    draws: int,
    theme: str,
) -> Figure:
    """Above: the example's loss against B, means and 5–95 %; below: γ best in training.

    Dots are of the batch sizes ``asked``; dashed is what prediction has, by the statistics of all
    examples; dotted what γ is of normal inputs and a line.
    """
    colours = THEMES[theme]
    sizes = np.array([each.batch_size for each in mates])
    top = (1 + ROOM) * max(float(np.quantile(each.losses, RANGE[1])) for each in mates)
    predicted = float(neuron.predicted_losses[example])
    return chart(
        [
            *_losses(neuron, mates, asked, colours),
            _level(sizes, predicted, _("in prediction"), "prediction", "y2", colours),
            *_scales(neuron, scales, asked, colours),
            _level(
                sizes, neuron.best.scale, _("γ in prediction"), "scale in prediction", "y", colours
            ),
        ],
        colours,
        mates_caption(neuron, example, mates, scales, asked, draws),
        margin=(62, 12, 10, 42),
        measures={"x": "batch_size", "y": "scale", "y2": "loss"},
        columns=("low", "high"),
        xaxis=axis(
            colours, _("examples that give the statistics (log scale)"), type="log", dtick=1
        ),
        yaxis=axis(colours, _("best γ"), domain=[0, 0.42]),
        yaxis2=axis(colours, _("loss of the example"), domain=[0.54, 1], range=[-ROOM * top, top]),
        hovermode="closest",
    )


def _losses(
    neuron: Neuron, mates: Sequence[MateLosses], asked: Sequence[int], colours: Theme
) -> list[Part]:
    sizes = np.array([each.batch_size for each in mates])
    low, high = np.array([np.quantile(each.losses, RANGE) for each in mates]).T
    band = scatter(
        **between(sizes, low, high),
        yaxis="y2",
        fillcolor=colours.faint,
        opacity=0.5,
        line={"width": 0},
        hoverinfo="skip",
        name="5–95 %",
        meta={
            "role": "range",
            "facts": {
                "kind": np.repeat(["p05", "p95"], len(sizes)).tolist(),
                "x": np.tile(sizes, 2),
                "y": np.concatenate([low, high]),
            },
        },
    )
    said = [k for k, size in enumerate(sizes.tolist()) if size in asked]
    means = np.array([mates[k].losses.mean() for k in said])
    low, high = low[said], high[said]
    dots = scatter(
        x=sizes[said],
        y=means,
        yaxis="y2",
        mode="markers",
        marker={"size": 9, "color": [_colour(neuron, size, colours) for size in sizes[said]]},
        # A mean may lie outside the range of most.
        error_y=uneven_bars(np.maximum(high - means, 0), np.maximum(means - low, 0), colours.text),
        customdata=np.column_stack([low, high]),
        hovertemplate=_(
            "B = %{x:,}<br>mean loss %{y:.4~g}<br>5–95 %: %{customdata[0]:.4~g} to "
            "%{customdata[1]:.4~g}"
        ),
        name=_("loss of the example"),
        meta={
            "role": "loss of the example",
            "facts": {"x": sizes[said], "y": means, "low": low, "high": high},
        },
    )
    return [band, dots]


def _scales(
    neuron: Neuron, scales: Sequence[BestScale], asked: Sequence[int], colours: Theme
) -> list[Part]:
    sizes = np.array([each.size for each in scales])
    found = np.array([each.scale for each in scales])
    said = [k for k, size in enumerate(sizes.tolist()) if size in asked]
    return [
        scatter(
            x=sizes,
            y=found,
            mode="lines",
            line={"width": 1.5, "color": colours.text},
            name=_("best γ in training"),
            hoverinfo="name",
            meta={"role": "best scale"},
        ),
        scatter(
            x=sizes,
            y=neuron.best.scale * np.array([normal_share(each.size) for each in scales]),
            mode="lines",
            line={"width": 1.2, "dash": "dot", "color": colours.text},
            name=_("of normal inputs"),
            hoverinfo="name",
            meta={"role": "best scale of normal inputs"},
        ),
        scatter(
            x=sizes[said],
            y=found[said],
            mode="markers",
            marker={"size": 9, "color": [_colour(neuron, size, colours) for size in sizes[said]]},
            error_y=error_bars([scales[k].error for k in said], colours),
            name=_("best γ in training"),
            customdata=[[scales[k].training, scales[k].prediction] for k in said],
            hovertemplate=_(
                "m = %{x:,}<br>γ = %{y:.4~g}<br>loss in training %{customdata[0]:.4~g}, in "
                "prediction %{customdata[1]:.4~g}"
            ),
            meta={
                "role": "best scale at a batch size",
                "facts": {
                    "x": sizes[said],
                    "y": found[said],
                    "loss_in_training": [scales[k].training for k in said],
                    "loss_in_prediction": [scales[k].prediction for k in said],
                },
            },
        ),
    ]


def _level(
    sizes: IntArray, height: float, name: str, role: str, yaxis: str, colours: Theme
) -> Part:
    return scatter(
        x=sizes[[0, -1]],
        y=[height, height],
        yaxis=yaxis,
        mode="lines",
        line={"width": 1.2, "dash": "dash", "color": colours.text},
        name=name,
        hoverinfo="name",
        meta={"role": role},
    )


def _colour(neuron: Neuron, size: int, colours: Theme) -> str:
    return colours.batch_size(int(size), neuron.size)
