"""Captions of the figures of one point's noise: what is drawn, counted from what is drawn."""

from collections.abc import Sequence

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import listed, ngettext, sentences
from app.science.arrays import FloatArray
from app.science.ellipse import share_inside
from app.science.lowest import in_valley
from app.science.noise.cloud import Cloud
from app.science.noise.point import PointNoise
from app.science.noise.scale import unbounded
from app.science.problems.problem import Problem
from app.words.numbers import percent

ENOUGH = 200  # with fewer draws, the normal interval of a variance holds too rarely


def equally_high(ridges: int) -> str:
    """How histograms beside each other are drawn."""
    return _("Each histogram is as high as its fullest bin.") if ridges > 1 else ""


def angles_caption(noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    """What the bars are, and what is left out."""
    if noise.stationary:
        return _("At an exact stationary point no direction is the right one.")
    left_out = [
        _("{share} of B = {size:,}", share=percent(cloud.zero), size=cloud.batch_size)
        for cloud in clouds
        if cloud.zero
    ]
    return sentences(
        [
            _(
                "Of {draws:,} draws each: the dot is the mean angle, the bar goes from the 5th to "
                "the 95th percentile.",
                draws=len(clouds[0].gradients),
            ),
            equally_high(len(clouds)),
            _("Left out, as a gradient of 0 has no direction: {shares}.", shares=listed(left_out))
            if left_out
            else "",
        ]
    )


def cloud_caption(noise: PointNoise, clouds: Sequence[Cloud], outside: int) -> str:
    """How many draws the predicted ellipses hold, and how many the picture does not."""
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
        return _("Every draw is the full gradient: one dot.")
    return sentences(
        [
            _(
                "Solid: the ellipse that would hold 95 % of Gaussian noise of the predicted "
                "covariance; dotted: of the measured one. The predicted ellipse holds {shares}.",
                shares=listed(held),
            ),
            ngettext(
                "{count:,} draw lies outside the picture.",
                "{count:,} draws lie outside the picture.",
                outside,
            )
            if outside
            else "",
        ]
    )


def law_caption(ways: Sequence[Sequence[Cloud]]) -> str:
    """How many of the measured intervals hold the prediction, and what that count is worth."""
    draws = len(ways[0][0].gradients)
    holds = [
        cloud.trace_interval[0] <= cloud.trace_predicted <= cloud.trace_interval[1]
        for clouds in ways
        for cloud in clouds
        if cloud.trace_interval and cloud.agreement is not None
    ]
    directed = any(cloud.directions for clouds in ways for cloud in clouds)
    return sentences(
        [
            _(
                "{draws:,} draws at each batch size, without replacement (filled, solid) and with "
                "(open, dashed).",
                draws=draws,
            ),
            _(
                "{held} of {all} measured variances have the predicted one in their 95 % interval. "
                "These are not {all} independent trials: smaller batches are drawn as parts of "
                "larger ones, so neighbours stray together.",
                held=sum(holds),
                all=len(holds),
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
        ]
    )


def map_caption(problem: Problem, noise_scale: FloatArray) -> str:
    """How much of the map is capped, and where the noise scale has no bound."""
    below = float(np.mean(noise_scale < 1))
    return sentences(
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
        ]
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
