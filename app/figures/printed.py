"""The loss that a training loop prints, beside the true training loss."""

from collections.abc import Iterator, Sequence

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import POWERS, axis, chart
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.science.arrays import FloatArray, IntArray
from app.science.printed import Printed, exponential_mean
from app.science.thinned import thin
from app.words.printed import printed_caption
from app.words.runs import label

POINTS = 2000  # updates drawn of a run, at most, besides its epochs' ends
WIDE = 20  # the axis is logarithmic if the largest loss is so many times the smallest
ROOM = 0.06  # of the axis beyond what decides it, at each end


def printed_figure(printed: Sequence[Printed], smoothing: float, theme: str) -> Figure:
    """Losses against epochs, a colour a batch size.

    A line is the true loss; dots are what epochs print, open ones every batch counted alike; dotted
    is the weighted mean as it runs; pale are batches' losses, each at the weights before its
    update, and over them their exponential mean, where there is one. The axis is of all but the
    batches' losses, some of which may lie outside it.
    """
    colours = THEMES[theme]
    pale: list[Part] = []
    over: list[Part] = []
    for each in printed:
        updates = thin(each.run.plan, POINTS)
        drawn = updates[(updates > 0) & (updates <= len(each.losses))]
        pale.append(_batches(each, drawn, colours))
        over += _lines(each, drawn, updates, smoothing, colours)
        over += _dots(each, colours)
    deciding = _finite([trace["y"] for trace in over])
    batches = _finite([trace["y"] for trace in pale])
    wide = bool(deciding.size) and deciding.min() > 0 and deciding.max() > WIDE * deciding.min()
    frame = _frame(np.log10(deciding) if wide else deciding)
    outside = 0.0
    if frame and batches.size:
        low, high = (10**end if wide else end for end in frame["range"])
        outside = float(np.mean((batches < low) | (batches > high)))
    return chart(
        [*pale, *over],
        colours,
        printed_caption(printed, smoothing, outside),
        margin=(62, 20, 10, 42),
        measures={"x": "epochs", "y": "loss"},
        within=printed[0].run.problem.surface.domain,
        xaxis=axis(colours, _("epochs"), rangemode="tozero"),
        yaxis=axis(colours, _("training loss"), **(POWERS if wide else {}), **frame),
        hovermode="closest",
    )


def _finite(columns: Sequence[FloatArray]) -> FloatArray:
    values = np.concatenate([np.asarray(each, dtype=np.float64) for each in columns])
    finite: FloatArray = values[np.isfinite(values)]
    return finite


def _frame(values: FloatArray) -> dict[str, list[float]]:
    """The axis' range about values on it."""
    if not values.size:
        return {}
    low, high = float(values.min()), float(values.max())
    room = ROOM * (high - low) or max(1.0, abs(high)) * ROOM
    return {"range": [low - room, high + room]}


def _batches(each: Printed, drawn: IntArray, theme: Theme) -> Part:
    return scatter(
        x=each.run.plan.epoch[drawn - 1].astype(np.float32),
        y=each.losses[drawn - 1].astype(np.float32),
        mode="lines",
        line={"width": 1, "color": _colour(each, theme, 0.22)},
        name=_("{label}, loss of each batch", label=label(each.run)),
        hoverinfo="skip",
        meta=_meta(each, "batch loss"),
    )


def _lines(
    each: Printed, drawn: IntArray, updates: IntArray, smoothing: float, theme: Theme
) -> Iterator[Part]:
    elapsed, size, there = each.run.plan.epoch, label(each.run), _("epoch %{x:.2f}<br>%{y:.4~g}")
    reached = updates[updates < each.run.length(0)]
    yield scatter(
        x=elapsed[reached].astype(np.float32),
        y=each.run.first_loss[reached].astype(np.float32),
        mode="lines",
        line={"width": 1.8, "color": _colour(each, theme)},
        name=size,
        hovertemplate=there + f"<extra>{_('{label}, true loss', label=size)}</extra>",
        meta=_meta(each, "true loss"),
    )
    x, y = _broken(elapsed[drawn], each.running[drawn - 1], drawn, each.run.plan.epoch_ends)
    yield scatter(
        x=x,
        y=y,
        mode="lines",
        line={"width": 1.2, "color": _colour(each, theme, 0.8), "dash": "dot"},
        name=_("{label}, running mean of the epoch", label=size),
        hoverinfo="skip",
        meta=_meta(each, "running mean"),
    )
    if smoothing:
        yield scatter(
            x=elapsed[drawn - 1].astype(np.float32),
            y=exponential_mean(each.losses, smoothing)[drawn - 1].astype(np.float32),
            mode="lines",
            line={"width": 1, "color": _colour(each, theme, 0.7)},
            name=_("{label}, exponential mean", label=size),
            hoverinfo="skip",
            meta=_meta(each, "exponential mean"),
        )


def _broken(
    x: FloatArray, y: FloatArray, updates: IntArray, ends: IntArray
) -> tuple[FloatArray, FloatArray]:
    """A line with a gap after each epoch's end, where the mean begins anew."""
    after = 1 + np.flatnonzero(np.isin(updates, ends))
    return np.insert(x.astype(np.float32), after, np.nan), np.insert(y, after, np.nan)


def _dots(each: Printed, theme: Theme) -> Iterator[Part]:
    ends = each.run.plan.epoch[each.run.plan.epoch_ends[: len(each.epochs)]].astype(np.float32)
    for role, values, symbol, name in (
        (
            "printed unweighted",
            [epoch.unweighted for epoch in each.epochs],
            "circle-open",
            _("{label}, printed, every batch alike", label=label(each.run)),
        ),
        (
            "printed",
            [epoch.weighted for epoch in each.epochs],
            "circle",
            _("{label}, printed, weighted by size", label=label(each.run)),
        ),
    ):
        yield scatter(
            x=ends,
            y=np.array(values, dtype=np.float32),
            mode="markers",
            marker={
                "size": 8 if symbol == "circle-open" else 6,
                "symbol": symbol,
                "color": _colour(each, theme),
            },
            name=name,
            hovertemplate=_("epoch %{x:.2f}<br>%{y:.4~g}"),
            meta=_meta(each, role),
        )


def _colour(each: Printed, theme: Theme, alpha: float = 1.0) -> str:
    return theme.batch_size(each.run.batch_size, each.run.problem.size, alpha)


def _meta(each: Printed, role: str) -> Part:
    return {"role": role, "batch_size": each.run.batch_size, "replica": 0}
