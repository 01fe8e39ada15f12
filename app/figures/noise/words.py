"""What the draws at a point show, in plain words with measured numbers."""

from collections.abc import Sequence

import numpy as np

from app.figures.words import number
from app.language.speech import gettext as _
from app.language.speech import listed, ngettext, sentences
from app.science.noise.cloud import Cloud
from app.science.noise.ellipse import share_inside
from app.science.noise.point import PointNoise
from app.science.problems.surface import FloatArray

ENOUGH = 200  # draws from which a variance's normal interval holds about as often as it says


def noise_summary(noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    """How far each batch size strays, how far batches pay, and how well theory agrees."""
    draws = len(clouds[0].gradients)
    return sentences(
        [
            _(
                "{draws:,} mini-batches of each size at ({w0:.4g}, {w1:.4g}).",
                draws=draws,
                w0=noise.point[0],
                w1=noise.point[1],
            ),
            _straying(noise, clouds),
            _paying(noise),
            _agreement(clouds),
        ]
    )


def arrows_caption(
    noise: PointNoise,
    clouds: Sequence[Cloud],
    most: int,
    rate: float,
    scale: float,
    outside: int,
) -> str:
    """The summary, and which of the draws are drawn, at what scale."""
    draws = len(clouds[0].gradients)
    times = _("as long as they are") if scale == 1 else _("{k} times as long", k=number(scale))
    drawn = (
        _("all {draws:,}", draws=draws)
        if draws <= most
        else _("{most} of {draws:,}", most=most, draws=draws)
    )
    return sentences(
        [
            noise_summary(noise, clouds),
            _(
                "Arrows are steps −ε·g at ε = {rate}, drawn {times}: {drawn} of each batch size.",
                rate=number(rate),
                times=times,
                drawn=drawn,
            ),
            ngettext(
                "{count:,} arrow ends outside the picture.",
                "{count:,} arrows end outside the picture.",
                outside,
            )
            if outside
            else "",
        ]
    )


def _straying(noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    if noise.stationary:
        return _(
            "The full gradient is zero here, so there is no direction to stray from: "
            "whatever a mini-batch does here is noise."
        )
    clauses = []
    for cloud in clouds:
        if not cloud.directions:
            continue
        size = (
            _("the full batch")
            if cloud.batch_size == noise.examples
            else _("batch size {size:,}", size=cloud.batch_size)
        )
        angle = cloud.directions.angle_degrees
        if not cloud.covariance_measured.any():
            clauses.append(_("{size} not at all", size=size))
        elif uphill := cloud.directions.uphill:
            clauses.append(
                _(
                    "{size} by {angle}° on average and points uphill in {share} of draws",
                    size=size,
                    angle=number(angle.mean),
                    share=percent(uphill),
                )
            )
        else:
            clauses.append(_("{size} by {angle}° on average", size=size, angle=number(angle.mean)))
    if not clauses:
        return ""
    return _("From the full gradient's direction strays {clauses}.", clauses=listed(clauses))


def _paying(noise: PointNoise) -> str:
    scale = noise.noise_scale
    if scale is None:
        return _("The noise scale is infinite.")
    if scale >= noise.examples:
        return _(
            "The noise scale is {scale} examples, more than the {examples:,} there are: "
            "even the largest batches still pay.",
            scale=number(scale),
            examples=noise.examples,
        )
    return _(
        "The noise scale is {scale} examples: here batches up to about {size} still pay.",
        scale=number(scale),
        size=number(max(1.0, scale)),
    )


def _agreement(clouds: Sequence[Cloud]) -> str:
    away = [abs(cloud.agreement) for cloud in clouds if cloud.agreement is not None]
    if not away:
        return ""
    return _(
        "Measured variances are within {errors:.1f} standard errors of the predicted ones.",
        errors=max(away),
    )


def angles_caption(noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    """What the bars are."""
    if noise.stationary:
        return _("At an exact stationary point no direction is the right one.")
    return _(
        "Of {draws:,} draws each: the dot is the mean angle, the bar goes from the 5th to the 95th "
        "percentile.",
        draws=len(clouds[0].gradients),
    )


def cloud_caption(noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    """How many draws the predicted ellipses hold."""
    held = [
        _("{share} of B = {size:,}", share=percent(share), size=cloud.batch_size)
        for cloud in clouds
        if cloud.covariance_predicted.any()
        and (share := share_inside(cloud.gradients, noise.gradient, cloud.covariance_predicted))
    ]
    if not held:
        return _("Every draw is the full gradient: one dot.")
    return _(
        "Solid: the ellipse that would hold 95 % of Gaussian noise of the predicted covariance; "
        "dotted: of the measured one. The predicted ellipse holds {shares}.",
        shares=listed(held),
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


def map_caption(noise_scale: FloatArray, examples: int) -> str:
    """How much of the map is capped."""
    beyond = float(np.mean(~(noise_scale < examples)))
    return _(
        "The noise scale tr Σ/‖G‖² in the colours of the batch sizes, over the contour lines of "
        "the loss. It grows without bound towards every point where the gradient is zero, so it "
        "is capped at N = {examples:,}: beyond it lies {share} of this picture, where even the "
        "full batch still pays.",
        examples=examples,
        share=percent(beyond),
    )


def percent(share: float) -> str:
    """A share for people."""
    return _("less than 1 %") if 0 < share < 0.01 else f"{100 * share:.0f} %"
