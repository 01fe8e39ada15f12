"""The mini-batch steps of one epoch laid end to end, beside full-batch steps of its examples."""

from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, Point
from app.science.budget import Budget
from app.science.engine import run
from app.science.epoch_plan import EpochPlan
from app.science.noise.law import variance_factor
from app.science.noise.point import noise_at
from app.science.optimizers import sgd
from app.science.plan import Plan
from app.science.planning import make_plan
from app.science.problems.problem import Problem
from app.science.replay import replay


@dataclass(frozen=True, eq=False)
class EpochSum:
    """One epoch of K mini-batch steps, frozen at its first point and moving.

    With weights w_k (1, except that `weight` gives a last, smaller batch its share b/B) the
    frozen steps are −ε w_k g_k, all gradients taken at the same point.

    Attributes:
        plan: the epoch's, one update a batch.
        frozen: the frozen steps laid end to end from the point, shape (K + 1, 2).
        moving: the epoch as SGD really walks it, from the same point through the same batches,
            shape (K + 1, 2), shorter where it diverges.
        full_step: −εG, the one step that a full batch of the same examples makes, shape (2,).
        expected: Σ w_k · full_step, as many full-batch steps as the frozen ones, shape (2,).
        difference: where the frozen steps end less ``expected``, shape (2,).
        covariance: of the difference over all orders, or over all draws with replacement, exact,
            shape (2, 2). That of the stored order is one of all orders.
        stationary: whether G is zero to rounding at the point, so that ``full_step`` leads nowhere.
    """

    plan: Plan
    frozen: FloatArray
    moving: FloatArray
    full_step: FloatArray
    expected: FloatArray
    difference: FloatArray
    covariance: FloatArray
    stationary: bool


def epoch_sum(
    problem: Problem,
    point: Point,
    *,
    batch_size: int,
    learning_rate: float,
    remainder: str = "keep",
    sampling: str = "reshuffle",
    seed: int = 0,
) -> EpochSum:
    """Lay out the first epoch of a run with this seed.

    Args:
        problem: the finite sum.
        point: where the epoch starts and the frozen gradients are taken.
        batch_size: B, from 1 to N.
        learning_rate: ε, above 0.
        remainder: what becomes of a last, smaller batch.
        sampling: how the epoch's examples are drawn.
        seed: they are those of ``default_rng([seed, 0])``, as replica 0 of a run has them.

    Raises:
        ParameterError: a parameter outside what its description says, or a point where no run
            could start.
    """
    problem.check_start(point, "at")
    plan = make_plan(
        examples=problem.size,
        batch_size=batch_size,
        budget=Budget(epochs=1),
        learning_rate=learning_rate,
        remainder=remainder,
        sampling=sampling,
    )
    moved = run(problem, plan, sgd(), point, [np.random.default_rng([seed, 0])])
    moving = np.hstack([moved.w0, moved.w1])
    noise = noise_at(problem, point)
    gradients = noise.gradients
    rng, updates = np.random.default_rng([seed, 0]), range(1, plan.updates + 1)
    batches = replay(plan, rng, updates, problem.labels)
    starts = np.cumsum(plan.sizes) - plan.sizes
    sums = np.add.reduceat(gradients[:, np.concatenate(batches)], starts, axis=1)
    steps = -plan.rates * plan.weights * sums / plan.sizes
    full_step = -learning_rate * noise.gradient
    expected = plan.epochs[0].weights.sum() * full_step
    return EpochSum(
        plan=plan,
        frozen=np.array(point) + np.vstack([np.zeros(2), np.cumsum(steps, axis=1).T]),
        moving=moving[np.isfinite(moving[:, 0])],
        full_step=full_step,
        expected=expected,
        difference=steps.sum(axis=1) - expected,
        covariance=learning_rate**2 * noise.covariance * _difference_factor(plan),
        stationary=noise.stationary,
    )


def full_steps(epoch: EpochPlan) -> float:
    """Σ w_k, how many full-batch steps the frozen steps of an epoch amount to.

    >>> full_steps(EpochPlan(1050, 100, "weight"))
    10.5
    """
    return float(epoch.weights.sum())


def _difference_factor(plan: Plan) -> float:
    """Covariance of the mean difference of an epoch's gradients over Σ.

    With replacement every batch misses G by itself: Σ w_k²/b_k. Else
    an epoch visits every example once, so what the full batches miss of G the last one, of
    b = N mod B examples, makes up for. Its weight is off by 1 − b/B under ``keep`` and by b/B
    under ``drop``, whence that squared, times the `variance_factor` of b. Under ``weight``, or
    if B divides N, the steps add up to N/B full ones exactly.
    """
    epoch = plan.epochs[0]
    if plan.sampling == "with-replacement":
        return float(np.sum(epoch.weights**2 / epoch.sizes))
    last = epoch.examples % epoch.batch_size
    if not last or epoch.remainder == "weight":
        return 0.0
    share = last / epoch.batch_size
    off = share if epoch.remainder == "drop" else 1 - share
    return off**2 * float(variance_factor(last, epoch.examples, replacement=False))
