"""Where the loss is lowest with coupled weight decay, if elsewhere than without."""

from collections.abc import Callable
from typing import Any

import numpy as np

from app.figures.figure import Part
from app.figures.surface import STAR
from app.figures.theme import Theme
from app.language.speech import gettext as _
from app.science.comparison import Comparison


def decayed_marks(
    comparison: Comparison, trace: Callable[..., Part], theme: Theme, *, flat: bool
) -> list[Part]:
    """A hollow star at each such place, in 3D a diamond; none where there is none to be known.

    Args:
        comparison: the runs.
        trace: (w0, w1, loss, more of a trace) -> the trace, over the surface in 3D.
        theme: whose colours it has.
        flat: whether it is seen from above.
    """
    if not comparison.decayed:
        return []
    w0, w1 = np.array(comparison.decayed).T
    loss = comparison.problem.loss(w0, w1)
    star: dict[str, Any] = {
        "symbol": "star",
        "size": STAR,
        "color": theme.paper,
        "line": {"width": 1.5, "color": theme.text},
    }
    diamond = {"symbol": "diamond-open", "size": 5, "color": theme.text}
    return [
        trace(
            w0,
            w1,
            loss,
            mode="markers",
            marker=star if flat else diamond,
            name=_("lowest with weight decay"),
            hovertemplate=_("lowest with weight decay (%{x:.3f}, %{y:.3f})") + "<extra></extra>",
            meta={"role": "decayed", "facts": {"kind": "decayed_minimum", "loss": loss}},
        )
    ]
