"""A quantity measured along runs: its median over replicas, their band, and each replica, faint."""

from collections.abc import Iterator

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.marks import between
from app.figures.rules import dash, of_runs, symbol
from app.figures.theme import Theme
from app.language.speech import gettext as _
from app.science.arrays import BoolArray, FloatArray
from app.science.networks.curves import band, positions
from app.science.networks.measured import Measured
from app.science.networks.result import SizeRuns
from app.words.network.runs import label


def placed(
    runs: SizeRuns, measured: Measured, horizontal: str, across: Part
) -> tuple[FloatArray, Measured]:
    """What was measured and where it stands, (M,); without the start on a logarithmic axis."""
    x = positions(runs, horizontal)[runs.trained.marks]
    some = has_place(x, across)
    return x[some], Measured(*(each[some] for each in measured))


def has_place(x: FloatArray, across: Part) -> BoolArray:
    """Which points an axis has a place for: Plotly would draw one at 0 far to the left."""
    return np.asarray((x > 0) | (across["type"] != "log"))


def along(
    runs: SizeRuns,
    x: FloatArray,
    values: FloatArray,
    kind: str,
    told: str,
    theme: Theme,
    vertical: str = "y",
) -> Iterator[Part]:
    """The traces of one batch size, what is pale first.

    Args:
        runs: its runs.
        x: where they were measured, shape (M,).
        values: what was, shape (M, R); what is not finite is not drawn.
        kind: what it is, in data.
        told: the hover's template for a point of the median.
        theme: the colours.
        vertical: the axis that they are drawn against.
    """
    size, examples, replicas = runs.batch_size, runs.plan.examples, values.shape[1]
    values = np.where(np.isfinite(values), values, np.nan)
    spread = band(values)
    known = np.isfinite(spread.median)
    colour = theme.batch_size(size, examples)
    if replicas > 1 and known.any():
        across = x[known]
        ends = np.concatenate([spread.high[known], spread.low[known]])
        yield scatter(
            **between(across, spread.low[known], spread.high[known]),
            yaxis=vertical,
            mode="none",
            fillcolor=theme.batch_size(size, examples, 0.12),
            line={"width": 0},
            hoverinfo="skip",
            name=label(runs),
            meta={
                "role": "band",
                **of_runs(runs),
                "facts": {
                    "kind": np.repeat([f"{kind}_high", f"{kind}_low"], len(across)).tolist(),
                    "x": np.tile(across, 2),
                    "y": ends,
                },
            },
        )
        gap = np.full((1, replicas), np.nan)
        lines = np.concatenate([values, gap]).T.ravel()
        places = np.tile([*x, np.nan], replicas)
        numbers = np.repeat(np.arange(replicas), len(x) + 1)
        drawn = np.isfinite(lines)
        yield scatter(
            x=np.where(drawn, places, np.nan),
            y=lines,
            yaxis=vertical,
            mode="lines",
            line={"width": 1, "color": theme.batch_size(size, examples, 0.35), **dash(runs)},
            name=label(runs),
            hoverinfo="skip",
            meta={
                "role": "replicas",
                **of_runs(runs),
                "facts": {
                    "kind": kind,
                    "replica": numbers[drawn],
                    "x": places[drawn],
                    "y": lines[drawn],
                },
            },
        )
    yield scatter(
        x=x[known],
        y=spread.median[known],
        yaxis=vertical,
        mode="lines+markers",
        line={"width": 2, "color": colour, **dash(runs)},
        marker={"size": 5, "color": colour, **symbol(runs)},
        name=label(runs),
        hovertemplate=told,
        meta={
            "role": "median",
            **of_runs(runs),
            "facts": {"kind": kind, "x": x[known], "y": spread.median[known]},
        },
    )


def start_note(figure: Figure) -> str:
    """That the start is not drawn, where the axis is logarithmic."""
    if figure.layout["xaxis"]["type"] != "log":
        return ""
    return _("The start, at 0, has no place on a logarithmic axis.")
