"""Captions of the figures of one point's noise: what is drawn, counted from what is drawn."""

import math
from collections.abc import Sequence

import numpy as np

from app.language.speech import begun, listed, ngettext
from app.language.speech import gettext as _
from app.science.arrays import FloatArray
from app.science.ellipse import share_inside
from app.science.lowest import in_valley
from app.science.noise.cloud import Cloud
from app.science.noise.point import PointNoise
from app.science.noise.scale import unbounded
from app.science.problems.problem import Problem
from app.words.caption import Caption
from app.words.noise import left_out_said, poisson_said, size_said, uphill_said
from app.words.numbers import number, percent

ENOUGH = 200  # with fewer draws, the normal interval of a variance holds too rarely


def equally_high(ridges: int) -> str:
    """How histograms beside each other are drawn."""
    return _("Each histogram is as high as its fullest bin.") if ridges > 1 else ""


def angles_caption(noise: PointNoise, clouds: Sequence[Cloud]) -> Caption:
    """How many point uphill, what the bars are, and what is left out."""
    if noise.stationary:
        return Caption(_("At an exact stationary point no direction is the right one."), [])
    return Caption(
        uphill_said(noise, clouds),
        [
            _(
                "Of {draws:,} draws each: the dot is the mean angle, the bar goes from the 5th to "
                "the 95th percentile.",
                draws=len(clouds[0].gradients),
            ),
            equally_high(len(clouds)),
            left_out_said(noise, clouds),
        ],
    )


def cloud_caption(
    noise: PointNoise, clouds: Sequence[Cloud], outside: int, enlarged: Sequence[int], times: float
) -> Caption:
    """How widely they scatter, how many the ellipses hold, and what the picture does not.

    ``enlarged`` are the batch sizes drawn again ``times`` as large, in a corner.
    """
    held = [
        _(
            "{share} of B = {size:,}",
            share=percent(
                share_inside(cloud.gradients, noise.gradient, cloud.covariance_predicted)
            ),
            size=cloud.batch_size,
        )
        for cloud in clouds
        if cloud.covariance_predicted.any()
    ]
    if not held:
        return Caption(_("Every draw is the full gradient: one dot."), [])
    return Caption(
        _scattering(noise, clouds),
        [
            _(
                "Solid: the ellipse that would hold 95 % of Gaussian noise of the predicted "
                "covariance; dotted: of the measured one. The predicted ellipse holds {shares}.",
                shares=listed(held),
            ),
            _(
                "In the corner, {times} times as large, the small square around G with the draws "
                "of {sizes} alone.",
                times=number(times),
                sizes=listed(f"B = {size:,}" for size in enlarged),
            )
            if enlarged
            else "",
            ngettext(
                "{count:,} draw lies outside the picture.",
                "{count:,} draws lie outside the picture.",
                outside,
            )
            if outside
            else "",
            poisson_said(clouds[0].poisson),
        ],
    )


def _scattering(noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    """How much wider the widest cloud is than the narrowest that is no dot."""
    spread = [cloud for cloud in clouds if cloud.trace_predicted > 0 and cloud.trace_measured > 0]
    wide, narrow = (pick(spread, key=lambda cloud: cloud.trace_predicted) for pick in (max, min))
    if wide is narrow:
        return _(
            "{size} scatters by {spread} about the full gradient, whose length is {norm}.",
            size=begun(size_said(wide.batch_size, noise.examples)),
            spread=number(math.sqrt(wide.trace_measured)),
            norm=number(noise.norm),
        )
    return _(
        "{size} scatters {times} times as widely as {other}; theory says {predicted}.",
        size=begun(size_said(wide.batch_size, noise.examples)),
        other=size_said(narrow.batch_size, noise.examples),
        times=number(math.sqrt(wide.trace_measured / narrow.trace_measured)),
        predicted=number(math.sqrt(wide.trace_predicted / narrow.trace_predicted)),
    )


def law_caption(ways: Sequence[Sequence[Cloud]]) -> Caption:
    """How fast the variance falls, and how many measured intervals hold the prediction."""
    draws = len(ways[0][0].gradients)
    holds = [
        cloud.trace_interval[0] <= cloud.trace_predicted <= cloud.trace_interval[1]
        for clouds in ways
        for cloud in clouds
        if cloud.trace_interval and cloud.agreement is not None
    ]
    directed = any(cloud.directions for clouds in ways for cloud in clouds)
    return Caption(
        _falling(ways[1]),
        [
            _(
                "{draws:,} draws at each batch size, without replacement (filled, solid) and with "
                "(open, dashed).",
                draws=draws,
            ),
            ngettext(
                "{held} of {count:,} measured variance has the predicted one in its 95 % interval.",
                "{held} of {count:,} measured variances have the predicted one in their 95 % "
                "interval. These are not {count:,} independent trials: smaller batches are drawn "
                "as parts of larger ones, so neighbours stray together.",
                len(holds),
                held=sum(holds),
            )
            if holds
            else "",
            _("Of fewer than {enough} draws the intervals are too narrow.", enough=ENOUGH)
            if holds and draws < ENOUGH
            else "",
            _(
                "The line of the cosine is that of Gaussian noise, which the gradient of a small "
                "batch need not be; bars go from the 5th to the 95th percentile of the draws."
            )
            if directed
            else "",
        ],
    )


def _falling(clouds: Sequence[Cloud]) -> str:
    """By how much ten times the examples divide the variance: the slope of the measured ones."""
    seen = [cloud for cloud in clouds if cloud.trace_predicted > 0 and cloud.trace_measured > 0]
    if not seen:
        return _("All examples have the same gradient here: there is no variance to fall.")
    sizes, traces = np.log10([(cloud.batch_size, cloud.trace_measured) for cloud in seen]).T
    slope = float(np.polyfit(sizes, traces, 1)[0])
    return _(
        "With replacement, ten times the examples divide the variance by {measured}; the law says "
        "by 10.",
        measured=number(10**-slope),
    )


def map_caption(problem: Problem, noise_scale: FloatArray) -> Caption:
    """What half of the map needs, how much of it is capped, and where it has no bound."""
    below = float(np.mean(noise_scale < 1))
    return Caption(
        _half_of_it(problem, noise_scale),
        [
            _(
                "The noise scale tr Σ/‖G‖² in the colours of the batch sizes, over the contour "
                "lines of the loss."
            ),
            _growing(problem),
            _(
                "It is capped at N = {examples:,}: above that lies {share} of this picture, where "
                "even as many independent draws have more noise than slope.",
                examples=problem.size,
                share=percent(float(np.mean(noise_scale > problem.size))),
            ),
            _(
                "Below 1, and drawn as 1, are {share}: there even a single example's gradient has "
                "less noise than slope.",
                share=percent(below),
            )
            if below
            else "",
        ],
    )


def _half_of_it(problem: Problem, noise_scale: FloatArray) -> str:
    median = float(np.median(noise_scale[~np.isnan(noise_scale)]))
    if median < 1:
        return _(
            "On more than half of this picture a single example's gradient has less noise than "
            "slope."
        )
    if median > problem.size:
        return _(
            "On more than half of this picture even {examples:,} independent draws have more noise "
            "than slope.",
            examples=problem.size,
        )
    scale = number(median)
    return ngettext(
        "On half of this picture a batch must have more than {scale} example for less noise than "
        "slope.",
        "On half of this picture a batch must have more than {scale} examples for less noise than "
        "slope.",
        1 if scale == "1" else 2,  # as it is read
        scale=scale,
    )


def _growing(problem: Problem) -> str:
    grows = [unbounded(problem, minimum.point) for minimum in problem.minima]
    if not any(grows):
        return ""
    if in_valley(problem):
        return _(
            "It grows without bound towards the valley of minima, where the slope vanishes and "
            "the noise stays."
        )
    return ngettext(
        "It grows without bound towards the minimum, where the slope vanishes and the noise stays.",
        "It grows without bound towards {grows:,} of the {count:,} minima, where the slope "
        "vanishes and the noise stays.",
        len(grows),
        grows=sum(grows),
    )
