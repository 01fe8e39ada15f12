"""How optimizers are told apart, colour being that of the batch size."""

from typing import Any

import plotly.graph_objects as go

from app.figures.theme import Theme
from app.figures.words import batch_size_label
from app.science.problems.surface import FloatArray
from app.science.tradeoff.swept import Swept

SYMBOLS = {
    "sgd": "circle",
    "momentum": "diamond",
    "nesterov": "square",
    "rmsprop": "triangle-up",
    "adam": "star",
}
DASHES = {
    "sgd": "solid",
    "momentum": "dash",
    "nesterov": "dashdot",
    "rmsprop": "longdash",
    "adam": "dot",
}

# A logarithmic axis, its decades written out.
LOG = {"type": "log", "exponentformat": "none", "separatethousands": True, "dtick": 1}


def measured(
    swept: Swept, theme: Theme, x: list[float], y: list[float], hover: str, **more: Any
) -> go.Scatter:
    """One point a batch size, on a thin grey line of the optimizer's own dash."""
    sweep = swept.sweep
    return go.Scatter(
        x=x,
        y=y,
        mode="lines+markers",
        line={"width": 1, "color": theme.faint, "dash": DASHES[sweep.optimizer]},
        marker={
            "size": 10,
            "symbol": SYMBOLS[sweep.optimizer],
            "color": [theme.batch_size(t.batch_size, sweep.examples) for t in swept.reached],
            "line": {"width": 1, "color": theme.paper},
        },
        name=sweep.optimizer,
        text=[batch_size_label(t.batch_size, sweep.examples) for t in swept.reached],
        hovertemplate=f"%{{text}}, {sweep.optimizer}<br>{hover}<extra></extra>",
        meta={"role": "measured", "optimizer": sweep.optimizer},
        **more,
    )


def bars(low: FloatArray, middle: FloatArray, high: FloatArray, theme: Theme) -> dict[str, Any]:
    """Error bars from one quantile to another."""
    return {
        "array": high - middle,
        "arrayminus": middle - low,
        "color": theme.text,
        "thickness": 1,
        "width": 3,
    }
