"""How optimizers are told apart, colour being that of the batch size."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from app.figures.figure import Part, scatter
from app.figures.theme import Theme
from app.language.speech import gettext as _
from app.science.optimizers import OPTIMIZERS
from app.science.tradeoff.sweep_result import SweepResult
from app.words.numbers import batch_size_label

LOG = {"type": "log", "exponentformat": "none", "separatethousands": True}
ROOM = 0.06  # beside the outermost batch sizes, in parts of their range or of a decade
DECADES = 2.0  # over fewer of them the powers of 10 alone are too few ticks


def size_axis(sweeps: Sequence[SweepResult]) -> dict[str, Any]:
    """The axis of the batch sizes that arrive: labels of regimes do not widen it."""
    sizes = [tuned.batch_size for swept in sweeps for tuned in swept.reached] or [1]
    low, high = np.log10([min(sizes), max(sizes)])
    room = ROOM * max(high - low, 1.0)
    return log_axis(sizes) | {"range": [float(low - room), float(high + room)]}


def log_axis(values: Sequence[float]) -> dict[str, Any]:
    """A logarithmic axis, its ticks written out: at 1, 10, …; over a short range at 1, 2, 5, …."""
    low, high = np.log10([min(values), max(values)]) if values else (0.0, 0.0)
    if high - low >= DECADES:
        return LOG | {"dtick": 1}
    powers = 10.0 ** np.arange(np.floor(low) - 1, np.ceil(high) + 2)
    return LOG | {"tickvals": np.outer(powers, [1, 2, 5]).ravel().round(12).tolist()}


def measured(
    swept: SweepResult, theme: Theme, x: list[float], y: list[float], hover: str, **more: Any
) -> Part:
    """One point a batch size, on a thin grey line of the optimizer's own dash."""
    sweep = swept.sweep
    rule = OPTIMIZERS[sweep.optimizer]
    return scatter(
        x=x,
        y=y,
        mode="lines+markers",
        line={"width": 1, "color": theme.faint, "dash": rule.dash},
        marker={
            "size": 10,
            "symbol": rule.symbol,
            "color": [theme.batch_size(t.batch_size, sweep.examples) for t in swept.reached],
            "line": {"width": 1, "color": theme.paper},
        },
        name=sweep.optimizer,
        text=[batch_size_label(t.batch_size, sweep.examples) for t in swept.reached],
        hovertemplate=f"%{{text}}, {sweep.optimizer}<br>{hover}<extra></extra>",
        meta={
            "role": "measured",
            "optimizer": sweep.optimizer,
            "batch_size": [t.batch_size for t in swept.reached],
        },
        **more,
    )


def size_text(size: int, examples: int, *, named: bool = False) -> str:
    """A batch size beside its point: the number alone, unless it is the first one that is met."""
    if size == examples:
        return _("full")
    return f"B = {size:,}" if named else f"{size:,}"
