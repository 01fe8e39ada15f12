"""The steps of one epoch laid end to end, beside as many steps of the full batch."""

from collections.abc import Sequence

import numpy as np

from app.figures.facts import PLANE
from app.figures.figure import Figure, Part, scatter
from app.figures.layout import axis, chart
from app.figures.legend import keys
from app.figures.marks import point
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.language.speech import translated
from app.science.noise.epoch_sum import EpochSum
from app.science.problems.problem import Problem
from app.words.epoch_sum import epoch_sum_caption
from app.words.numbers import batch_size_label

DOTTED_UP_TO = 40  # points: a path of more has no dots at them
MOVING = {"dash": "dot", "width": 2}
END = 9  # pixels, the dot where a walk ends
FROZEN = {"width": 1.6}


def epoch_sum_figure(problem: Problem, sums: Sequence[EpochSum], rate: float, theme: str) -> Figure:
    """For each batch size the frozen steps (solid) and those of a real epoch (dotted).

    The arrow is one step of the full batch at ``rate``; of each epoch the rate is such that as
    many full steps would travel as far. Both axes have one scale.
    """
    colours = THEMES[theme]
    # It is drawn first, to lie below the mini-batches' steps, which end where it ends.
    traces: list[Part] = [_full_step(sums[0], problem.size, colours)]
    for each in sums:
        size = each.plan.batch_size
        colour = colours.batch_size(size, problem.size)
        label = batch_size_label(size, problem.size)
        steps_marked = len(each.frozen) <= DOTTED_UP_TO
        for role, name, path, mode, line in (
            ("moving", _("{label}, moving", label=label), each.moving, "lines+markers", MOVING),
            (
                "frozen",
                _("{label}, frozen", label=label),
                each.frozen,
                "lines+markers" if steps_marked else "lines",
                FROZEN,
            ),
        ):
            x, y = path.T.astype(np.float32)
            traces.append(
                scatter(
                    x=x,
                    y=y,
                    mode=mode,
                    marker={"size": _sizes(role, len(path)), "color": colour},
                    line={"color": colour, **line},
                    name=name,
                    hoverinfo="name",
                    meta={"role": role, "batch_size": size, "facts": {"update": range(len(x))}},
                )
            )
    x0, y0 = sums[0].frozen[0].tolist()
    traces.append(point(colours, (x0, y0)))
    traces += keys((each.plan.batch_size for each in sums), problem.size, colours)
    x, y = map(translated, problem.surface.parameters)
    return chart(
        traces,
        colours,
        epoch_sum_caption(sums, rate),
        margin=(56, 12, 10, 42),
        measures=PLANE,
        xaxis=axis(colours, x),
        yaxis=axis(colours, y, scaleanchor="x"),
        hovermode="closest",
    )


def _sizes(role: str, points: int) -> int | list[int]:
    """Of the dots along a path: frozen steps are all marked, of a walk its end."""
    return 4 if role == "frozen" else [0] * (points - 1) + [END]


def _full_step(epoch: EpochSum, examples: int, theme: Theme) -> Part:
    x, y = np.array([epoch.frozen[0], epoch.frozen[0] + epoch.expected]).T
    return scatter(
        x=x,
        y=y,
        mode="lines+markers",
        line={"width": 7, "color": theme.faint},
        marker={"symbol": "arrow", "angleref": "previous", "size": [0, 24], "color": theme.faint},
        name=_("one step of the full batch"),
        hoverinfo="name",
        meta={"role": "full step", "batch_size": examples, "facts": {"update": range(2)}},
    )
