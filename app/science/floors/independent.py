"""The noise floor against learning rate over batch size, beside theory where that holds."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray
from app.science.budget import Budget
from app.science.floors.measured import (
    SETTLED,
    Floor,
    check_minima,
    measure_floor,
    updates_from,
)
from app.science.message import Message
from app.science.noise.point import noise_at
from app.science.optimizers import OPTIMIZERS
from app.science.planning import make_plan
from app.science.problems.curvature import flattest, memory
from app.science.problems.problem import Problem
from app.science.theory.moments import affine_gradients, moments_refusal

UNSTABLE = Message("The learning rate is not stable: there is no floor")
LINEAR = ("sgd", "momentum")  # rules whose moments are known
UPDATES = 1000
# Updates up to which a run is made longer, for its later half to hold an epoch, or to settle.
LONGEST = 2500


@dataclass(frozen=True, eq=False)
class NoiseFloor:
    """The floor at one learning rate and batch size.

    Attributes:
        optimizer: the update rule, one of `OPTIMIZERS`.
        learning_rate, batch_size: ε and B.
        floor: of the later half of the run. What it misses is known by theory, and elsewhere by
            the curvature at the minimum.
        small_rate: Mandt et al.'s limit of its prediction for small rates, of plain SGD.
        reason: why there is no theory.
    """

    optimizer: str
    learning_rate: float
    batch_size: int
    floor: Floor
    small_rate: float | None
    reason: str | None

    @property
    def ratio(self) -> float:
        """ε/B, to which the floor is proportional where that is small."""
        return self.learning_rate / self.batch_size

    @property
    def epochs(self) -> float:
        """How many epochs the later half of the run is."""
        plan = self.floor.plan
        return (plan.updates - plan.updates // 2) / plan.epochs[0].updates


def measure_floors(
    problem: Problem,
    points: Sequence[tuple[float, int]],
    *,
    optimizer: str = "sgd",
    hyperparameters: Mapping[str, float] | None = None,
    sampling: str = "with-replacement",
    updates: int = UPDATES,
    replicas: int = 64,
    seed: int = 0,
) -> tuple[NoiseFloor, ...]:
    """Run from the lowest minimum, so that nothing of the way down is mistaken for the floor.

    A last, smaller batch is left out: it would be noisier than the others.

    Args:
        problem: the finite sum.
        points: learning rates with batch sizes.
        optimizer: the update rule, one of `OPTIMIZERS`; theory is for SGD and heavy ball.
        hyperparameters: of the rule; its defaults if left out.
        sampling: one of `SAMPLINGS`; theory is for independent batches, ``with-replacement``.
        updates: of a run, or as `updates_of` has it; the earlier half only settles.
        replicas: R.
        seed: of the sampling.

    Raises:
        ParameterError: a parameter outside what its description says, or a surface without a
            known minimum.
    """
    check_minima(problem)
    rule = OPTIMIZERS[optimizer]
    given = rule.hyperparameters | dict(hyperparameters or {})
    made = rule(**given)
    momentum = given.get("momentum", 0.0)
    gradients = affine_gradients(problem)
    noise = noise_at(problem, problem.minima[0].point).trace
    floors = []
    for rate, size in points:
        length = updates_of(problem.size, size, sampling, updates)
        plan = make_plan(
            examples=problem.size,
            batch_size=size,
            budget=Budget(updates=length),
            learning_rate=rate,
            sampling=sampling,
            remainder="drop",
        )
        half = length // 2
        reason = moments_refusal(problem, plan, optimizer)
        known = gradients and optimizer in LINEAR
        descent = gradients.descent(rate, size, momentum) if known and gradients else None
        predicted = small = None
        if descent and not reason:
            predicted = descent.floor
            reason = UNSTABLE if predicted is None else None
            if optimizer == "sgd":
                small = small_rate_floor(descent.hessian, noise, rate, size)
        floor = measure_floor(
            problem,
            plan,
            made,
            updates_from(problem, plan, half),
            missing=min(descent.forgetting, 1.0) ** half
            if descent
            else memory(
                problem, plan.rates[:half] / (1 - momentum), _scales(problem, optimizer, size)
            ),
            predicted=predicted,
            replicas=replicas,
            seed=seed,
        )
        floors.append(NoiseFloor(optimizer, rate, size, floor, small, reason))
    return tuple(floors)


def updates_of(examples: int, batch_size: int, sampling: str, least: int = UPDATES) -> int:
    """A run's updates: the least of them, or two epochs without replacement if that is more.

    Past `LONGEST` it is not: the later half is then less than an epoch.
    """
    epochs = 2 * (examples // batch_size) if sampling != "with-replacement" else 0
    return max(least, min(epochs, LONGEST))


def settling(
    problem: Problem, optimizer: str, learning_rate: float, batch_sizes: Sequence[int]
) -> int:
    """A run's updates, `UPDATES` to `LONGEST`, in whose earlier half it may settle at each B."""
    momentum = OPTIMIZERS[optimizer].hyperparameters.get("momentum", 0.0)
    step = learning_rate / (1 - momentum) * min(
        flattest(problem, _scales(problem, optimizer, size)) for size in batch_sizes
    )  # fmt: skip
    if not 0 < step < 1:
        return UPDATES
    half = math.log(SETTLED) / (2 * math.log1p(-step))
    return min(max(UPDATES, 2 * math.ceil(half)), LONGEST)


def _scales(problem: Problem, optimizer: str, batch_size: int) -> tuple[float, float]:
    """By what a rule multiplies each weight's step of SGD near the minimum, about.

    An adaptive rule divides the gradient by its root mean square, there that of its noise.
    """
    if not OPTIMIZERS[optimizer].adaptive:
        return 1.0, 1.0
    variances = np.diag(noise_at(problem, problem.minima[0].point).covariance) / batch_size
    first, second = 1 / np.sqrt(np.maximum(variances, np.finfo(float).tiny))
    return float(first), float(second)


def small_rate_floor(
    hessian: FloatArray, noise: float, learning_rate: float, batch_size: float
) -> float | None:
    r"""The floor ε tr C/(4B) of SGD on a quadratic, for small rates (Mandt et al. 2017).

    It is :math:`\tfrac{1}{2}\mathrm{tr}(AS)` of the S that solves
    :math:`AS + SA = (\varepsilon/B)\,C`. Where A and C have the same axes that S is too small, by
    the factor 1 − ελ/2 along an axis of curvature λ.

    Args:
        hessian: A.
        noise: tr C, total variance of an example's gradient.
        learning_rate: ε.
        batch_size: B.

    Returns:
        None unless every eigenvalue of εA is above 0 and below 2.
    """
    steps = learning_rate * np.linalg.eigvalsh(hessian)
    stable = np.all((steps > 0) & (steps < 2))
    return learning_rate * noise / (4 * batch_size) if stable else None
