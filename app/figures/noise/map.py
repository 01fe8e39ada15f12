"""How noisy the gradient is over the surface: the noise scale as a heat map."""

import numpy as np

from app.figures.figure import Figure, contour, heatmap
from app.figures.levels import ticks
from app.figures.marks import point
from app.figures.plane import plane_layout
from app.figures.surface import LINES
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.science.arrays import FloatArray, Point
from app.science.problems.problem import Problem
from app.science.relief import Relief
from app.words.caption import caption_words
from app.words.noise_captions import map_caption


def map_figure(
    problem: Problem, relief: Relief, noise_scale: FloatArray, at: Point, theme: str
) -> Figure:
    """log₁₀ of tr Σ/‖G‖² in the colours of the batch sizes, contour lines of the loss over it.

    The noise scale is a number of examples: a batch of that many independent draws has as much
    noise as slope. Its colours end at 1 and at N, beyond which no batch size lies. Where it is
    undefined (NaN) there is a gap.
    """
    colours = THEMES[theme]
    capped = np.clip(noise_scale, 1, problem.size)
    top = float(np.log10(problem.size))
    powers = np.arange(int(top) + 1)
    heights, _labels = ticks(relief.levels)
    return Figure(
        [
            heatmap(
                x=relief.w0,
                y=relief.w1,
                z=np.log10(capped).astype(np.float32),
                zmin=0,
                zmax=top,
                colorscale=_scale(colours),
                customdata=noise_scale.astype(np.float32),
                hovertemplate=(
                    _("(%{x:.2f}, %{y:.2f})<br>noise scale %{customdata:,.3~r} examples")
                    + "<extra></extra>"
                ),
                colorbar={
                    "thickness": 8,
                    "outlinewidth": 0,
                    "x": 1.01,
                    "xpad": 2,
                    "tickvals": [*powers[powers < top - 0.1].tolist(), top],
                    "ticktext": [
                        *(f"{10**p:,}" for p in powers[powers < top - 0.1].tolist()),
                        f"N = {problem.size:,}",
                    ],
                    "tickfont": {"size": 11},
                    "title": {
                        "text": _("noise scale, examples"),
                        "side": "right",
                        "font": {"size": 11},
                    },
                },
                meta={"role": "map", "z": "noise_scale"},
            ),
            contour(
                x=relief.w0,
                y=relief.w1,
                z=relief.levels.height(relief.loss).astype(np.float32),
                contours={
                    "coloring": "none",
                    "start": 0,
                    "end": heights[-1],
                    "size": heights[-1] / LINES,
                },
                line={"width": 0.7, "color": colours.text, "smoothing": 0.8},
                opacity=0.35,
                showscale=False,
                hoverinfo="skip",
                meta={"role": "loss", "scenery": True},
            ),
            point(colours, at),
        ],
        plane_layout(problem.surface, colours)
        | {
            "margin": {"l": 46, "r": 90, "t": 10, "b": 42},
            "meta": caption_words(map_caption(problem, noise_scale)),
        },
    )


def _scale(theme: Theme) -> list[list[object]]:
    last = len(theme.batch_sizes) - 1
    return [[i / last, colour] for i, colour in enumerate(theme.batch_sizes)]
