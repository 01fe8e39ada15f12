"""What the draws at a point show, in plain words with measured numbers."""

import math
from collections.abc import Sequence

from app.language.speech import begun, listed, ngettext
from app.language.speech import gettext as _
from app.science.noise.cloud import Cloud
from app.science.noise.point import PointNoise
from app.words.caption import Caption
from app.words.numbers import exactly, number, percent

MOST = 1000  # noise scales are drawn and said up to so many times the examples there are


def noise_summary(noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    """How far each batch size strays, how far batches pay, and how well theory agrees."""
    return Caption(straying(noise, clouds), _details(noise, clouds))


def arrows_caption(
    noise: PointNoise,
    clouds: Sequence[Cloud],
    most: int,
    rate: float,
    scale: float,
    outside: int,
) -> Caption:
    """The summary, and which of the draws are drawn, at what scale."""
    draws = len(clouds[0].gradients)
    times = _("as long as they are") if scale == 1 else _("{k} times as long", k=number(scale))
    drawn = (
        _("all {draws:,}", draws=draws)
        if draws <= most
        else _("{most} of {draws:,}", most=most, draws=draws)
    )
    return Caption(
        straying(noise, clouds),
        [
            *_details(noise, clouds),
            _(
                "Arrows are steps −ε·g at ε = {rate}, drawn {times}: {drawn} of each batch size.",
                rate=exactly(rate),
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
        ],
    )


def _details(noise: PointNoise, clouds: Sequence[Cloud]) -> list[str]:
    return [
        uphill_said(noise, clouds),
        left_out_said(noise, clouds),
        _paying(noise),
        _measured_on(noise, clouds),
        poisson_said(clouds[0].poisson),
        _agreement(clouds),
    ]


def _measured_on(noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    """On how many draws, and where; as angles only where there is a direction."""
    given = {
        "draws": len(clouds[0].gradients),
        "w0": _coordinate(noise.point[0]),
        "w1": _coordinate(noise.point[1]),
    }
    if not any(cloud.directions for cloud in clouds):
        return _("Measured on {draws:,} mini-batches of each size at ({w0}, {w1}).", **given)
    return _(
        "Measured on {draws:,} mini-batches of each size at ({w0}, {w1}), as angles to the full "
        "gradient.",
        **given,
    )


def _coordinate(value: float) -> str:
    """Four digits; what is nothing beside a domain is 0."""
    return number(round(value, 4), 4)


def straying(noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    """By what angle each batch size strays from the full gradient."""
    if noise.stationary and noise.noiseless:
        return _("The full gradient is zero here, and so is every mini-batch's.")
    if noise.stationary:
        return _(
            "The full gradient is zero here, so there is no direction to stray from: "
            "whatever a mini-batch does here is noise."
        )
    return _(
        "On average {clauses}.", clauses=listed(_strays(cloud, noise.examples) for cloud in clouds)
    )


def size_said(size: int, examples: int) -> str:
    """A batch size within a sentence."""
    return _("the full batch") if size == examples else _("batch size {size:,}", size=size)


def _strays(cloud: Cloud, examples: int) -> str:
    size = size_said(cloud.batch_size, examples)
    if not cloud.directions:
        return _("{size} has no direction, as its gradient is 0 in every draw", size=size)
    if cloud.directions.angle_degrees.mean == 0:
        return _("{size} does not stray", size=size)
    return _("{size} strays {angle}°", size=size, angle=number(cloud.directions.angle_degrees.mean))


def uphill_said(noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    """How often each batch size points uphill; nothing where there is no uphill."""
    if noise.stationary:
        return ""
    shares = [
        _(
            "{share} of the draws of {size}",
            share=percent(cloud.uphill),
            size=size_said(cloud.batch_size, noise.examples),
        )
        for cloud in clouds
        if cloud.uphill
    ]
    if not shares:
        return _("No draw points uphill.")
    if len(shares) < len(clouds):
        return _("{shares} point uphill, and none of the others.", shares=begun(listed(shares)))
    return _("{shares} point uphill.", shares=begun(listed(shares)))


def left_out_said(noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    """How often a gradient has no direction."""
    shares = [
        _("{share} of B = {size:,}", share=percent(cloud.zero), size=cloud.batch_size)
        for cloud in clouds
        if cloud.zero and not noise.stationary
    ]
    if not shares:
        return ""
    return _("Left out, as a gradient of 0 has no direction: {shares}.", shares=listed(shares))


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
    count = 1 if said == "1" else 2  # as it is read
    if scale < 1:
        return ngettext(
            "The noise scale is {scale} example: even a single example's gradient has less noise "
            "than slope.",
            "The noise scale is {scale} examples: even a single example's gradient has less noise "
            "than slope.",
            count,
            scale=said,
        )
    if scale > noise.examples:
        return _(
            "The noise scale is {scale} examples, and there are {examples:,}: even that many "
            "independent draws have more noise than slope.",
            scale=said,
            examples=noise.examples,
        )
    return ngettext(
        "The noise scale is {scale} example: a batch of one draw has as much noise as slope.",
        "The noise scale is {scale} examples: a batch of that many independent draws has as much "
        "noise as slope.",
        count,
        scale=said,
    )


def scale_said(scale: float, examples: int) -> str:
    """A noise scale up to `MOST` N; beyond, that it is more: it has no bound."""
    most = MOST * examples
    return _("more than {most:,}", most=most) if scale > most else number(scale)


def poisson_said(poisson: bool) -> str:
    """What noise Poisson batches have beyond that of batches of one size; nothing of others."""
    if not poisson:
        return ""
    return _(
        "Poisson batches vary in size, and their sums are divided by B: their variance is "
        "(1/B − 1/N)(tr Σ + ‖G‖²), some of it even where all examples have the same gradient."
    )


def _agreement(clouds: Sequence[Cloud]) -> str:
    away = [abs(cloud.agreement) for cloud in clouds if cloud.agreement is not None]
    if not away:
        return ""
    return _(
        "Measured variances are within {errors:.1f} standard errors of the predicted ones.",
        errors=math.ceil(10 * max(away)) / 10,
    )
