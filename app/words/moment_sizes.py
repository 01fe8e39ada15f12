"""What batches of every size say at one point of a run, in plain words with measured numbers."""

import math
from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from app.language.speech import gettext as _
from app.language.speech import listed, ngettext
from app.science.arrays import IntArray
from app.science.noise.cloud import Cloud
from app.science.noise.directions import angles
from app.science.noise.point import PointNoise
from app.science.replicas import CERTAIN, CONFIDENCE
from app.science.sampling import BALANCED, INDEPENDENT, POISSON, SEQUENTIAL, SORTED
from app.words.caption import Caption
from app.words.moment import outside_said
from app.words.moment_step import degrees
from app.words.noise import left_out_said, straying
from app.words.numbers import batch_size_label, number
from app.words.scene import Scene


def sizes_caption(scene: Scene, clouds: Sequence[Cloud], outside: int, shown: int) -> Caption:
    """How far the means of each batch size stray, and what is drawn of them.

    Args:
        scene: the update before which all gradients are taken.
        clouds: the batches drawn there, of each size.
        outside: how many examples lie outside the panels.
        shown: how many examples are drawn.
    """
    moment, n = scene.moment, scene.run.problem.size
    return Caption(
        _claim(scene, clouds),
        [
            _(
                "Of each size {draws:,} batches are drawn anew, all at one point: where the run of "
                "{label} is before update {update:,}.",
                draws=len(clouds[0].gradients),
                label=batch_size_label(scene.run.batch_size, n),
                update=moment.update,
            ),
            _("They are drawn at random, not sorted by label as the run has them.")
            if scene.run.plan.sampling == SORTED
            else "",
            _("They are drawn at random, not in the stored order as the run has them.")
            if scene.run.plan.sampling == SEQUENTIAL
            else "",
            _(
                "They are Poisson batches, of B examples on average, and the gradients the sums "
                "of their examples' over B."
            )
            if scene.run.plan.sampling == POISSON
            else "",
            _(
                "Every class is as likely to be drawn, so they gather about the gradient of a loss "
                "in which every class weighs the same, not about the arrow."
            )
            if scene.run.plan.sampling == BALANCED and np.ptp(_counts(scene))
            else "",
            _(
                "In colour: their mean gradients; grey: each example's gradient; arrow: the full "
                "gradient."
            ),
            left_out_said(scene.noise, clouds),
            outside_said(outside),
            _("{shown:,} of {examples:,} examples are drawn.", shown=shown, examples=n)
            if shown < n
            else "",
        ],
    )


def _counts(scene: Scene) -> IntArray:
    """How many examples each class has."""
    return np.unique(np.asarray(scene.run.problem.labels), return_counts=True)[1]


def _claim(scene: Scene, clouds: Sequence[Cloud]) -> str:
    noise = scene.noise
    ordered = sorted(clouds, key=lambda cloud: cloud.batch_size)
    # Drawn with replacement a batch of N is not all examples.
    whole = 0 if scene.run.plan.sampling in INDEPENDENT else noise.examples
    if noise.stationary:
        return straying(noise, clouds) if noise.noiseless else _lengths(ordered, whole)
    if noise.noiseless:
        return _("All examples have the same gradient here, so no batch strays, whatever its size.")
    if ordered[0].batch_size == whole:
        return _("The batch is all examples, so its mean is the full gradient and does not stray.")
    directed = [cloud for cloud in ordered if cloud.directions]
    if not directed:
        return straying(noise, clouds)
    (size, angle), *others = [
        (cloud.batch_size, cloud.directions.angle_degrees.mean)
        for cloud in directed
        if cloud.directions
    ]
    first = ngettext(
        "Means of {count:,} example stray {angle}° on average from the full gradient",
        "Means of {count:,} examples stray {angle}° on average from the full gradient",
        size,
        angle=degrees(angle),
    )
    clauses = listed([first, *(_strays(size, angle, whole) for size, angle in others)])
    return _conclusion(clauses, noise, directed)


def _strays(size: int, angle: float, whole: int) -> str:
    if size == whole:
        return _("of all {angle}°", angle=degrees(angle))
    return ngettext(
        "of {count:,} example {angle}°",
        "of {count:,} examples {angle}°",
        size,
        angle=degrees(angle),
    )


def _conclusion(clauses: str, noise: PointNoise, clouds: Sequence[Cloud]) -> str:
    """What follows from the angles of increasing batch sizes, if it is no chance of the draws.

    The more certain must be what is against the rule.
    """
    turns = [_turn(noise, *both) for both in pairwise(clouds)]
    said = {degrees(cloud.directions.angle_degrees.mean) for cloud in clouds if cloud.directions}
    if any(turn > CERTAIN for turn in turns):
        return _("{clauses}: here a larger batch is not always straighter.", clauses=clauses)
    if all(turn < -CONFIDENCE for turn in turns) and len(said) == len(clouds) > 1:
        return _("{clauses}: the larger the batch, the straighter the way.", clauses=clauses)
    return _("{clauses}.", clauses=clauses)


def _turn(noise: PointNoise, smaller: Cloud, larger: Cloud) -> float:
    """By how many standard errors a larger batch strays more on average; less, if negative.

    A draw's smaller batch lies within its larger one, so that the error is that of the draws' own
    differences; those in which either gradient is 0 are left out.
    """
    directed = np.all([np.any(c.gradients != 0, axis=1) for c in (smaller, larger)], axis=0)
    before, after = (angles(c.gradients[directed], noise.gradient) for c in (smaller, larger))
    more = after - before
    if len(more) < 2 or not np.any(more):
        return 0.0
    error = np.std(more, ddof=1) / math.sqrt(len(more))
    return float(np.mean(more) / error) if error else math.copysign(math.inf, more[0])


def _lengths(clouds: Sequence[Cloud], whole: int) -> str:
    """Where there is no direction to stray from: how long means are, each of them noise alone."""
    parts = [_long(cloud, whole) for cloud in clouds]
    return _(
        "The full gradient is 0 here, so no direction is the right one; on average {clauses}.",
        clauses=listed(parts),
    )


def _long(cloud: Cloud, whole: int) -> str:
    length = number(float(np.mean(np.hypot(*cloud.gradients.T))))
    if cloud.batch_size == whole:
        return _("the mean of all examples is 0 long")
    return ngettext(
        "means of {count:,} example are {length} long",
        "means of {count:,} examples are {length} long",
        cloud.batch_size,
        length=length,
    )
