"""What the mini-batches of a run say of themselves: mean and spread of their own gradients."""

from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.lowest import excess
from app.science.noise.point import deviations, example_gradients, size_at_start
from app.science.plan import Plan
from app.science.problems.problem import Problem
from app.science.replay import replay


@dataclass(frozen=True, eq=False)
class BatchMoments:
    """The batches of U updates, each at the point its update starts from.

    Attributes:
        updates: their numbers, shape (U,).
        sizes: B, shape (U,).
        learning_rate: ε of the update, shape (U,).
        gradient: g, mean of the batch's gradients, shape (U, 2).
        covariance: Σ̂ of the batch's gradients, divisor B − 1, shape (U, 2, 2); NaN where
            there is no spread: of a single example, or of gradients that are the same to rounding.
        sampling_covariance: an estimate of the covariance of g about G, shape (U, 2, 2): Σ̂/B
            with replacement, Σ̂ (1/B − 1/N) without (Σ̂ being unbiased for Σ·N/(N−1)); NaN also of
            a batch of all examples, whose g is exact.
        excess_loss: L above the lowest known minimum, shape (U,); NaN unless above 0
            by more than rounding.
    """

    updates: IntArray
    sizes: IntArray
    learning_rate: FloatArray
    gradient: FloatArray
    covariance: FloatArray
    sampling_covariance: FloatArray
    excess_loss: FloatArray

    @property
    def squared_norm(self) -> FloatArray:
        """‖g‖², shape (U,)."""
        return np.asarray(np.sum(self.gradient**2, axis=1))


def measure_batches(
    problem: Problem, plan: Plan, rng: np.random.Generator, updates: IntArray, points: FloatArray
) -> BatchMoments:
    """Evaluate the batches of some updates of a run.

    Args:
        problem: the run's finite sum.
        plan: the run's.
        rng: a new generator seeded as the replica's was; used up.
        updates: increasing numbers of updates, from 1.
        points: from which they start, finite, shape (len(updates), 2): that of update k is the
            path's point k − 1.

    Raises:
        ParameterError: as `replay`.
    """
    batches = replay(plan, rng, updates, problem.labels)
    gradient = np.empty((len(updates), 2))
    covariance = np.full((len(updates), 2, 2), np.nan)
    size_there = size_at_start(problem)
    for k, (batch, point) in enumerate(zip(batches, points.tolist(), strict=True)):
        gradients = example_gradients(problem, point, batch)
        gradient[k] = gradients.mean(axis=1)
        if len(batch) > 1:
            spread = deviations(gradients, size_there)
            if spread.any():
                covariance[k] = spread @ spread.T / (len(batch) - 1)
    sizes = plan.sizes[updates - 1]
    left = 1 / sizes - (plan.sampling != "with-replacement") / plan.examples
    sampling_covariance = covariance * np.where(left > 0, left, np.nan)[:, None, None]
    above = excess(problem, problem.loss(*points.T))
    return BatchMoments(
        updates=updates,
        sizes=sizes,
        learning_rate=plan.rates[updates - 1],
        gradient=gradient,
        covariance=covariance,
        sampling_covariance=sampling_covariance,
        excess_loss=np.where(above > 0, above, np.nan),
    )
