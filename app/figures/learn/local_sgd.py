"""How far workers part between averagings, and how far their mean wanders, against h."""

from collections.abc import Sequence

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import axis, chart
from app.figures.marks import uneven_bars
from app.figures.theme import THEMES
from app.figures.tradeoff.marks import log_axis
from app.language.speech import gettext as _
from app.science.comparison import Run
from app.science.local_sgd import Apart
from app.science.replicas import CONFIDENCE
from app.words.local_sgd import parting_caption


def local_sgd_figure(runs: Sequence[Run], one_batch: Run, theme: str) -> Figure:
    """Measured with 95 % intervals over replicas.

    Args:
        runs: the same but for h, which grows.
        one_batch: the run of one worker.
        theme: of the colours.
    """
    colours = THEMES[theme]
    colour = colours.batch_size(one_batch.batch_size, one_batch.problem.size)
    kept = [run for run in runs if run.paths.apart is not None and not run.paths.diverged_at.any()]
    every = np.array([run.plan.workers.sync_every for run in kept])
    drifts = np.array([_distance(run.paths.apart) for run in kept if run.paths.apart])
    traces: list[Part] = []
    size = {"batch_size": one_batch.batch_size}
    distances = [*drifts.ravel().tolist(), *(run.late.spread for run in kept)]
    if kept:
        middle, low, high = drifts.reshape(-1, 3).T
        traces = [
            scatter(
                x=every,
                y=middle[0] * np.sqrt(every / every[0]),
                mode="lines",
                line={"width": 1.5, "dash": "dot", "color": colours.text},
                name=_("∝ √h, if nothing pulled back"),
                hovertemplate="%{y:.3g}",
                meta={"role": "root", **size, "facts": {"kind": "root"}},
            ),
            scatter(
                x=every,
                y=middle,
                mode="lines+markers",
                line={"width": 2, "color": colour},
                marker={"size": 9, "color": colour},
                error_y=uneven_bars(high - middle, middle - low, colour),
                name=_("workers from their mean"),
                hovertemplate="%{y:.3g}",
                meta={"role": "drift", **size, "facts": {"kind": "drift"}},
            ),
            scatter(
                x=every,
                y=[run.late.spread for run in kept],
                mode="lines+markers",
                line={"width": 2, "dash": "dash", "color": colour},
                marker={"size": 8, "symbol": "diamond", "color": colour},
                name=_("the mean from its late average"),
                hovertemplate="%{y:.3g}",
                meta={"role": "mean spread", **size, "facts": {"kind": "spread"}},
            ),
        ]
    return chart(
        traces,
        colours,
        parting_caption(kept, [run for run in runs if run not in kept], one_batch),
        margin=(66, 12, 10, 46),
        measures={"x": "sync_every", "y": "distance"},
        showlegend=True,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom"},
        xaxis=axis(
            colours,
            _("updates between averagings, h"),
            type="log",
            tickvals=every.tolist(),
            ticktext=[f"{h:,}" for h in every.tolist()],
        ),
        yaxis=axis(
            colours,
            _("distance in the plane"),
            **log_axis([each for each in distances if each > 0]),
        ),
    )


def _distance(apart: Apart) -> tuple[float, float, float]:
    """Root mean square over replicas, and its 95 % interval."""
    squares = apart.squares
    mean = float(squares.mean())
    half = CONFIDENCE * float(squares.std(ddof=1)) / len(squares) ** 0.5
    low, high = np.sqrt(np.maximum([mean - half, mean + half], 0.0)).tolist()
    return apart.distance, low, high
