"""What another batch size would cost a logged run."""

from collections.abc import Iterator

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import axis, chart
from app.figures.marks import between, upright
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.science.arrays import FloatArray
from app.science.logged.advice import (
    Advice,
    ends,
    relative_examples,
    relative_updates,
)
from app.science.logged.windows import Window
from app.words.caption import Caption
from app.words.logged import advice_caption

FACTORS = np.geomspace(1 / 16, 16, 65)
TICKS = [1 / 16, 1 / 4, 1, 4, 16]
TOLD = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16]


def advice_figure(advice: Advice | None, theme: str) -> Figure:
    """Updates (solid) and examples (dashed) relative to those of the batch in use, with bands.

    Args:
        advice: None where no window tells anything; nothing is drawn then, and said so.
        theme: one of `THEMES`.
    """
    colours = THEMES[theme]
    drawn = advice is not None and advice.costs_refused is None
    caption = Caption(_("No window tells of the noise scale: nothing follows."), [])
    traces: list[Part] = []
    if advice is not None:
        caption = advice_caption(advice)
    if advice is not None and drawn:
        for name, role, relative, dash in (
            (_("updates"), "updates", relative_updates, "solid"),
            (_("examples"), "examples", relative_examples, "dash"),
        ):
            three = [
                relative(end, advice.window.batch_size, FACTORS) for end in ends(advice.window)
            ]
            traces += _curve(np.array(three), name, role, dash, advice.window, colours)
    figure = chart(
        traces,
        colours,
        caption,
        margin=(62, 14, 10, 42),
        measures={"x": "batch_factor", "y": "relative"},
        columns=("low", "high"),
        xaxis=axis(
            colours,
            _("batch size ÷ the one in use"),
            type="log",
            tickvals=TICKS,
            ticktext=["1/16", "1/4", "1", "4", "16"],
            range=[-1.25, 1.25],
        ),
        yaxis=axis(
            colours,
            _("relative to the batch in use"),
            type="log",
            tickvals=TOLD,
            ticktext=["1/16", "1/8", "1/4", "1/2", "1", "2", "4", "8", "16"],
        ),
        hovermode="x",
    )
    if drawn:
        figure.mark(upright(1, line={"width": 1, "dash": "dot", "color": colours.text}))
    else:
        figure.annotate(
            x=0.5,
            y=0.5,
            xref="paper",
            yref="paper",
            text=_("nothing to draw: the text says why"),
            font={"size": 13},
        )
    return figure


def _curve(
    three: FloatArray, name: str, role: str, dash: str, window: Window, colours: Theme
) -> Iterator[Part]:
    middle, low, high = three[0], three.min(axis=0), three.max(axis=0)
    told = np.isclose(FACTORS[:, None], np.array(TOLD)[None]).any(axis=1)
    yield scatter(
        **between(FACTORS, low, high),
        mode="lines",
        fillcolor=colours.faint,
        opacity=0.4,
        line={"width": 0},
        name=name,
        hoverinfo="skip",
        meta={"role": f"{role} band", "scenery": True},
    )
    yield scatter(
        x=FACTORS,
        y=middle,
        mode="lines",
        line={"width": 2, "dash": dash, "color": colours.text},
        name=name,
        customdata=np.column_stack([low, high, FACTORS * window.batch_size]),
        hovertemplate=_(
            "B = %{customdata[2]:.3~s}: %{y:.2f} × (%{customdata[0]:.2f} to %{customdata[1]:.2f})"
        ),
        meta={
            "role": role,
            "facts": {
                "x": FACTORS[told],
                "y": middle[told],
                "low": low[told],
                "high": high[told],
            },
        },
    )
    # Its name stands where neither the line nor its band comes by.
    rises = middle[-1] > middle[0]
    edge = float(high[-1] if rises else low[-1])
    yield scatter(
        x=[FACTORS[-1]],
        y=[edge if np.isfinite(edge) else middle[-1]],
        mode="text",
        text=[name],
        textposition="top left" if rises else "bottom left",
        cliponaxis=False,
        name=name,
        hoverinfo="skip",
        meta={"role": f"{role} label", "scenery": True},
    )
