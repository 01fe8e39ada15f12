"""The noise scale along a network's runs: exact, and as batches of each size estimate it."""

from collections.abc import Iterator
from typing import Any

import numpy as np

from app.figures.figure import Figure, Part, scatter
from app.figures.layout import axis, chart
from app.figures.loss import AXES
from app.figures.marks import uneven_bars
from app.figures.network.along import along, placed, start_note
from app.figures.network.curves import SPLIT, across
from app.figures.ranges import estimated, lowest_power
from app.figures.rules import dash, of_runs, rule_keys, symbol
from app.figures.theme import THEMES, Theme
from app.language.speech import gettext as _
from app.language.speech import ngettext, translated
from app.science.arrays import BoolArray, FloatArray
from app.science.networks.curves import band
from app.science.networks.gradient_noise import most_held
from app.science.networks.measured import Measured
from app.science.networks.result import NetworkRuns, SizeRuns
from app.words.network.noise import noise_caption
from app.words.network.runs import label
from app.words.noise import MOST

LEAST = 1.0  # powers of ten that the axes show at least
POWER_OF_TEN = {"type": "log", "exponentformat": "power", "dtick": 1}


def noise_figure(runs: NetworkRuns, theme: str, horizontal: str) -> Figure:
    """tr Σ/‖G‖² over replicas, log scale; below it what the first replica's batches say of it.

    Estimates have their intervals, over the replica's exact scale, dotted. An open interval is a
    triangle at its lower end and a bar that leaves the picture. Of S batch sizes each shows every
    S-th point, so that no bar covers another; data have them all. The hover of the median tells
    the share of Σ‖g_i‖² that `most_held` examples hold. Dashed is tr PΣP/‖PG‖² of an adaptive rule,
    P of the state with which it arrives. Of several update rules lines have the rule's dash and
    estimates its symbol, and what is dashed or dotted of one is thin.

    Args:
        runs: with at least one batch size; those not measured yet are left out.
        theme: one of `THEMES`.
        horizontal: one of `AXES`.
    """
    colours = THEMES[theme]
    most = MOST * runs.sizes[0].plan.examples
    xaxis = across(runs, horizontal, colours) | {"anchor": "y"}
    traces: list[Part] = []
    for k, each in enumerate(runs.sizes):
        if each.measured:
            x, measured = placed(each, each.measured, horizontal, xaxis)
            drawn = np.arange(len(x)) % len(runs.sizes) == k
            traces += _exact(each, measured, x, horizontal, colours)
            traces += _felt(each, measured, x, horizontal, colours)
            traces += _estimated(each, measured, x, drawn, most, colours)
    shown = {**POWER_OF_TEN, "range": _range(traces, most)}
    figure = chart(
        [*traces, *rule_keys(runs, colours, marks=True)],
        colours,
        noise_caption(runs),
        margin=(62, 14, 10, 42),
        measures={"x": horizontal, "y": "noise_scale", "y2": "noise_scale"},
        columns=("low", "high"),
        xaxis=xaxis,
        yaxis=axis(colours, _("estimated"), domain=SPLIT[0], **shown),
        yaxis2=axis(colours, _("noise scale, examples"), domain=SPLIT[1], **shown),
        hovermode="closest",
    )
    figure.say(note=start_note(figure))
    return figure


def _exact(
    runs: SizeRuns, found: Measured, x: FloatArray, horizontal: str, colours: Theme
) -> Iterator[Part]:
    """The lines of a batch size; the hover tells how few examples hold it."""
    scales = np.where(np.isfinite(found.noise_scale), found.noise_scale, np.nan)
    scales[scales <= 0] = np.nan
    holders = ngettext(
        "{count:,} of the {examples:,} examples holds {share}",
        "{count:,} of the {examples:,} examples hold {share}",
        most_held(runs.plan.examples),
        examples=runs.plan.examples,
        share="%{customdata:.0%}",
    )
    scale = _(": %{x:,.4~f}<br>noise scale %{y:.3~s}")
    told = f"{translated(AXES[horizontal])}{scale}<br>{holders}"
    *pale, median = along(runs, x, scales, "noise_scale", told, colours, "y2")
    known = np.isfinite(band(scales).median)
    held = band(found.share).median[known]
    median["meta"]["facts"]["held"] = held
    yield from pale
    yield median | {"customdata": held}


def _felt(
    runs: SizeRuns, found: Measured, x: FloatArray, horizontal: str, colours: Theme
) -> Iterator[Part]:
    """The median over replicas of what an adaptive rule feels, dashed; of other rules nothing."""
    median = band(np.where(np.isfinite(found.felt), found.felt, np.nan)).median
    known = np.isfinite(median) & (median > 0)
    if not known.any():
        return
    yield scatter(
        x=x[known],
        y=median[known],
        yaxis="y2",
        mode="lines",
        line={
            "width": 1.6 if runs.rule.alone else 1.0,
            "dash": "dash",
            "color": colours.batch_size(runs.batch_size, runs.plan.examples),
            **dash(runs),
        },
        name=_("{label}, felt by the rule", label=label(runs)),
        hovertemplate=translated(AXES[horizontal])
        + _(": %{x:,.4~f}<br>noise scale felt by the rule %{y:.3~s}"),
        meta={"role": "felt noise scale", **of_runs(runs)},
    )


def _estimated(
    runs: SizeRuns,
    found: Measured,
    x: FloatArray,
    drawn: BoolArray,
    most: float,
    colours: Theme,
) -> Iterator[Part]:
    """The first replica's exact scale and its estimates: closed intervals, then open ones."""
    colour = colours.batch_size(runs.batch_size, runs.plan.examples)
    exact, estimate, low, high = (
        each[:, 0] for each in (found.noise_scale, found.estimate, found.low, found.high)
    )
    known = np.isfinite(exact) & (exact > 0)
    meta = {**of_runs(runs), "replica": 0}
    yield scatter(
        x=x[known],
        y=exact[known],
        mode="lines",
        line={"width": 1.2, "dash": "dot", "color": colour, **dash(runs)},
        name=_("{label}, first replica", label=label(runs)),
        hovertemplate="%{y:.3~s}",
        meta=meta | {"role": "first replica", "scenery": True},
    )
    closed = np.isfinite(high) & (estimate > 0)
    some = closed & drawn
    if closed.any():
        yield scatter(
            x=x[some],
            y=estimate[some],
            mode="markers",
            marker={"symbol": "diamond", "size": 7, "color": colour, **symbol(runs)},
            error_y=uneven_bars((high - estimate)[some], (estimate - low)[some], colour),
            name=_("{label}, estimated", label=label(runs)),
            customdata=np.column_stack([low, high])[some],
            hovertemplate=_(
                "estimate %{y:.3~s} (95 %: %{customdata[0]:.3~s} to %{customdata[1]:.3~s})"
            ),
            meta=meta
            | {"role": "estimate", "facts": _facts("estimate", closed, x, estimate, low, high)},
        )
    open_ = np.isinf(high) & (low > 0)
    some = open_ & drawn
    if open_.any():
        yield scatter(
            x=x[some],
            y=low[some],
            mode="markers",
            marker={
                "symbol": "triangle-up-open",
                "size": 9,
                "color": colour,
                **symbol(runs, hollow=True),
            },
            error_y=uneven_bars((most - low)[some], np.zeros(int(some.sum())), colour, width=0),
            name=_("{label}, estimated: at least", label=label(runs)),
            hovertemplate=_("at least %{y:.3~s} (95 %)"),
            meta=meta
            | {"role": "at least", "facts": _facts("at_least", open_, x, estimate, low, high)},
        )


def _facts(kind: str, some: BoolArray, x: FloatArray, *several: FloatArray) -> dict[str, Any]:
    """Estimates with the ends of their intervals, drawn or not; what is not finite is a gap."""
    y, low, high = (each[some] for each in several)
    return {"kind": [kind] * len(y), "x": x[some], "y": y, "low": low, "high": high}


def _range(traces: list[Part], most: float) -> list[float]:
    """Of what is drawn, in powers of ten, ends of intervals too; at most up to ``most``."""
    y = np.append(estimated(traces), 1.0)
    y = y[np.isfinite(y) & (y > 0) & (y <= most)]
    low = lowest_power(y)
    return [low, max(low + LEAST, min(float(np.log10(most)), float(np.log10(y.max())) + 0.2))]
