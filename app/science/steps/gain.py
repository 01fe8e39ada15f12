"""By how much one step lowers the loss: measured on many mini-batches, beside theory."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.noise.cloud import Cloud
from app.science.noise.point import PointNoise
from app.science.pauses import pause
from app.science.problems.problem import Problem
from app.science.replicas import CONFIDENCE
from app.science.theory.moments import affine_gradients
from app.science.theory.one_step import OneStep, one_step


class Gain(NamedTuple):
    """L(θ) − L(θ − εg_B) over the draws of a batch size.

    Attributes:
        rate: ε.
        mean: over the draws.
        error: standard error of the mean; 0 of the full batch, which is one step.
    """

    rate: float
    mean: float
    error: float

    @property
    def interval(self) -> tuple[float, float]:
        """Of 95 %, by the normal law."""
        return self.mean - CONFIDENCE * self.error, self.mean + CONFIDENCE * self.error


@dataclass(frozen=True, eq=False)
class StepGains:
    """What a step gains at a point, at each batch size.

    Attributes:
        examples: N.
        draws: mini-batches of each size.
        rate: ε of ``fixed``.
        batch_sizes: increasing.
        fixed: of each batch size, at one rate.
        best: the same at the rate that theory says gains most; None where no rate is best.
        theory: its numbers; None at a stationary point, and where no rate is best.
        exact: whether the theory is, as it is where every loss is quadratic.
    """

    examples: int
    draws: int
    rate: float
    batch_sizes: tuple[int, ...]
    fixed: tuple[Gain, ...]
    best: tuple[Gain, ...] | None
    theory: OneStep | None
    exact: bool


def step_gains(
    problem: Problem,
    noise: PointNoise,
    clouds: Sequence[Cloud],
    rate: float,
    *,
    replacement: bool = False,
) -> StepGains:
    """Make a step with every draw, and evaluate the loss where it ends.

    Args:
        problem: the finite sum.
        noise: the point's.
        clouds: draws there, of increasing batch sizes.
        rate: ε.
        replacement: whether an example may be drawn again within a batch.

    Raises:
        ParameterError: a step ends where the loss has no finite value.
    """
    theory = one_step(problem, noise.point, replacement=replacement)
    sizes = tuple(cloud.batch_size for cloud in clouds)
    best = theory and tuple(
        _gain(problem, noise, cloud.gradients, theory.best_rate(cloud.batch_size))
        for cloud in clouds
    )
    return StepGains(
        examples=problem.size,
        draws=len(clouds[0].gradients),
        rate=rate,
        batch_sizes=sizes,
        fixed=tuple(_gain(problem, noise, cloud.gradients, rate) for cloud in clouds),
        best=best,
        theory=theory,
        exact=affine_gradients(problem) is not None,
    )


def _gain(problem: Problem, noise: PointNoise, gradients: FloatArray, rate: float) -> Gain:
    pause()
    gradients = gradients[:1] if np.all(gradients == gradients[0]) else gradients
    ends = np.array(noise.point) - rate * gradients
    with np.errstate(over="ignore", invalid="ignore"):
        fall = noise.loss - problem.loss(ends[:, 0], ends[:, 1])
    if not np.all(np.isfinite(fall)):
        allowed = Message("a point from which every step ends where the loss is finite")
        raise ParameterError("at", noise.point, allowed)
    draws = len(fall)
    error = float(np.std(fall, ddof=1)) / math.sqrt(draws) if draws > 1 else 0.0
    return Gain(rate, float(fall.mean()), error)
