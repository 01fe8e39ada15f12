"""What the draws at a point show, in plain words with measured numbers."""

from collections.abc import Sequence

import numpy as np

from app.figures.words import number
from app.science.noise.cloud import Cloud
from app.science.noise.ellipse import share_inside
from app.science.noise.point import PointNoise
from app.science.problems.surface import FloatArray


def noise_summary(noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    """How far each batch size strays, how far batches pay, and how well theory agrees."""
    draws = len(clouds[0].gradients)
    return " ".join(
        [
            f"{draws:,} mini-batches of each size at ({noise.point[0]:.4g}, {noise.point[1]:.4g}).",
            _straying(noise, clouds),
            _paying(noise),
            _agreement(clouds),
        ]
    ).strip()


def _straying(noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    if noise.stationary:
        return (
            "The full gradient is zero here, so there is no direction to stray from: "
            "whatever a mini-batch does here is noise."
        )
    clauses = []
    for cloud in clouds:
        if not cloud.directions:
            continue
        size = (
            "the full batch"
            if cloud.batch_size == noise.examples
            else f"batch size {cloud.batch_size:,}"
        )
        angle = cloud.directions.angle_degrees
        if not cloud.covariance_measured.any():
            clauses.append(f"{size} not at all")
            continue
        uphill = cloud.directions.uphill
        up = f" and points uphill in {percent(uphill)} of draws" if uphill else ""
        clauses.append(f"{size} by {number(angle.mean)}° on average{up}")
    return f"From the full gradient's direction strays {', '.join(clauses)}." if clauses else ""


def _paying(noise: PointNoise) -> str:
    scale = noise.noise_scale
    if scale is None:
        return "The noise scale is infinite."
    if scale >= noise.examples:
        return (
            f"The noise scale is {number(scale)} examples, more than the {noise.examples:,} there "
            "are: even the largest batches still pay."
        )
    return (
        f"The noise scale is {number(scale)} examples: here batches up to about "
        f"{number(max(1.0, scale))} still pay."
    )


def _agreement(clouds: Sequence[Cloud]) -> str:
    away = [abs(cloud.agreement) for cloud in clouds if cloud.agreement is not None]
    if not away:
        return ""
    return f"Measured variances are within {max(away):.1f} standard errors of the predicted ones."


def angles_caption(noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    """What the bars are."""
    if noise.stationary:
        return "At an exact stationary point no direction is the right one."
    return (
        f"Of {len(clouds[0].gradients):,} draws each: the dot is the mean angle, the bar holds "
        "5 to 95 %."
    )


def cloud_caption(noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    """How many draws the predicted ellipses hold."""
    held = [
        f"{percent(share)} of B = {cloud.batch_size:,}"
        for cloud in clouds
        if cloud.covariance_predicted.any()
        and (share := share_inside(cloud.gradients, noise.gradient, cloud.covariance_predicted))
    ]
    if not held:
        return "Every draw is the full gradient: one dot."
    return (
        "Solid: the ellipse that would hold 95 % of Gaussian noise of the predicted covariance; "
        f"dotted: of the measured one. The predicted ellipse holds {', '.join(held)}."
    )


def law_caption(ways: Sequence[Sequence[Cloud]]) -> str:
    """How many of the measured intervals hold the prediction."""
    holds = [
        cloud.trace_interval[0] <= cloud.trace_predicted <= cloud.trace_interval[1]
        for clouds in ways
        for cloud in clouds
        if cloud.trace_interval and cloud.agreement is not None
    ]
    return (
        f"{len(ways[0][0].gradients):,} draws at each batch size, without replacement (filled, "
        f"solid) and with (open, dashed). {sum(holds)} of {len(holds)} measured variances have "
        "the predicted one in their 95 % interval. The line of the cosine is that of Gaussian "
        "noise, which the gradient of a small batch is not; bars hold 5 to 95 % of the draws."
    )


def map_caption(noise_scale: FloatArray, examples: int) -> str:
    """How much of the map is capped."""
    beyond = float(np.mean(~(noise_scale < examples)))
    return (
        "The noise scale tr Σ/‖G‖² in the colours of the batch sizes, over the contour lines of "
        f"the loss. It grows without bound towards every point where the gradient is zero, so it "
        f"is capped at N = {examples:,}: beyond it lies {percent(beyond)} of this picture, where "
        "even the full batch still pays."
    )


def percent(share: float) -> str:
    """A share for people."""
    return "less than 1 %" if 0 < share < 0.01 else f"{100 * share:.0f} %"
