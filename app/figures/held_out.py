"""Points that no update sees, among those that are trained on."""

from collections.abc import Iterator

import numpy as np

from app.figures.figure import Part, scatter
from app.figures.theme import Theme
from app.language.speech import gettext as _
from app.science.problems.problem import Problem


def held_out(problem: Problem, theme: Theme) -> Iterator[Part]:
    """The points that are held out, hollow, if there are any."""
    if not problem.held_out:
        return
    x, y, *labels = problem.held_out.examples.columns
    signs = np.where(labels[0] > 0, "cross-open", "diamond-wide-open").tolist() if labels else None
    yield scatter(
        x=x.astype(np.float32),
        y=y.astype(np.float32),
        mode="markers",
        marker={
            "size": 9,
            "color": theme.text,
            "opacity": 0.7,
            "symbol": signs or "circle-open",
            "line": {"width": 1.2},
        },
        name=_("held out"),
        customdata=problem.held_out.rows,
        hovertemplate=_("point %{customdata:,}, held out")
        + "<br>(%{x:.3f}, %{y:.3f})<extra></extra>",
        meta={
            "role": "held out",
            "facts": {"kind": "held_out", "label": labels[0] if labels else None},
        },
    )
