"""What the draws at a point show, in plain words with measured numbers."""

import math
from collections.abc import Sequence

from app.language.speech import gettext as _
from app.language.speech import listed, ngettext, sentences
from app.science.noise.cloud import Cloud
from app.science.noise.point import PointNoise
from app.words.numbers import number, percent

MOST = 1000  # noise scales are drawn and said up to so many times the examples there are


def noise_summary(noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    """How far each batch size strays, how far batches pay, and how well theory agrees."""
    draws = len(clouds[0].gradients)
    return sentences(
        [
            _(
                "{draws:,} mini-batches of each size at ({w0}, {w1}).",
                draws=draws,
                w0=_coordinate(noise.point[0]),
                w1=_coordinate(noise.point[1]),
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


def _coordinate(value: float) -> str:
    """Four digits; what is nothing beside a domain is 0."""
    return number(round(value, 4), 4)


def _straying(noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    if noise.stationary and noise.noiseless:
        return _("The full gradient is zero here, and so is every mini-batch's.")
    if noise.stationary:
        return _(
            "The full gradient is zero here, so there is no direction to stray from: "
            "whatever a mini-batch does here is noise."
        )
    return _(
        "From the full gradient's direction strays {clauses}.",
        clauses=listed(_strays(cloud, noise) for cloud in clouds),
    )


def _strays(cloud: Cloud, noise: PointNoise) -> str:
    size = (
        _("the full batch")
        if cloud.batch_size == noise.examples
        else _("batch size {size:,}", size=cloud.batch_size)
    )
    if not cloud.directions:
        return _("{size} in no draw, as its gradient is 0", size=size)
    angle = number(cloud.directions.angle_degrees.mean)
    if cloud.directions.angle_degrees.mean == 0:
        clause = _("{size} not at all", size=size)
    elif uphill := cloud.uphill:
        clause = _(
            "{size} by {angle}° on average and points uphill in {share} of draws",
            size=size,
            angle=angle,
            share=percent(uphill),
        )
    else:
        clause = _("{size} by {angle}° on average", size=size, angle=angle)
    if not cloud.zero:
        return clause
    return _(
        "{clause} (in {share} of draws it is 0 and has no direction)",
        clause=clause,
        share=percent(cloud.zero),
    )


def _paying(noise: PointNoise) -> str:
    """The noise scale, as the batch size at which tr Σ/B = ‖G‖²."""
    scale = noise.noise_scale
    if noise.noiseless:
        return (
            _("The noise scale, 0/0, is undefined here.")
            if noise.stationary
            else _("The noise scale is 0: all examples have the same gradient here.")
        )
    if scale is None:
        return _("The noise scale is infinite: there is noise, and no slope.")
    said = scale_said(scale, noise.examples)
    if scale < 1:
        return _(
            "The noise scale is {scale} examples: even a single example's gradient has less noise "
            "than slope.",
            scale=said,
        )
    if scale > noise.examples:
        return _(
            "The noise scale is {scale} examples, and there are {examples:,}: even that many "
            "independent draws have more noise than slope.",
            scale=said,
            examples=noise.examples,
        )
    return _(
        "The noise scale is {scale} examples: a batch of that many independent draws has as much "
        "noise as slope.",
        scale=said,
    )


def scale_said(scale: float, examples: int) -> str:
    """A noise scale up to `MOST` N; beyond, that it is more: it has no bound."""
    most = MOST * examples
    return _("more than {most:,}", most=most) if scale > most else number(scale)


def _agreement(clouds: Sequence[Cloud]) -> str:
    away = [abs(cloud.agreement) for cloud in clouds if cloud.agreement is not None]
    if not away:
        return ""
    return _(
        "Measured variances are within {errors:.1f} standard errors of the predicted ones.",
        errors=math.ceil(10 * max(away)) / 10,
    )
