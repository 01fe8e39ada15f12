"""The loss that gradient noise keeps up at the ends of epochs: measured, and predicted."""

from typing import NamedTuple

import numpy as np

from app.science.budget import Budget
from app.science.epoch_plan import EpochPlan
from app.science.errors import ParameterError, check_one_of
from app.science.floors.measured import Floor, check_minima, measure_floor
from app.science.message import Message
from app.science.noise.point import noise_at
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems.curvature import hessian
from app.science.problems.problem import Problem
from app.science.theory.moments import affine_gradients

PREDICTED = ("reshuffle", "with-replacement")  # samplings whose floor `predict_floor` knows


def measure_epoch_ends(
    problem: Problem,
    epoch: EpochPlan,
    *,
    learning_rate: float,
    sampling: str = "reshuffle",
    epochs: int = 60,
    replicas: int = 64,
    seed: int = 0,
) -> Floor:
    """Run plain SGD from the lowest minimum and watch where its epochs end.

    It costs ``replicas × epochs × epoch.updates`` updates, and as many permutations as epochs.

    Args:
        problem: the finite sum.
        epoch: how each epoch is cut.
        learning_rate: ε, above 0.
        sampling: ``reshuffle`` or ``with-replacement``.
        epochs: of a replica, at least 2; the earlier half only settles.
        replicas: R, at least 1, seeded as those of any run.
        seed: of the sampling.

    Raises:
        ParameterError: a parameter outside what its description says, or a surface without a
            known minimum.
    """
    check_one_of("sampling", sampling, PREDICTED)
    if epochs < 2:
        raise ParameterError("epochs", epochs, "an integer of at least 2")
    check_minima(problem, Message("one with a known minimum"))
    plan = make_plan(
        examples=epoch.examples,
        batch_size=epoch.batch_size,
        budget=Budget(epochs=epochs),
        learning_rate=learning_rate,
        sampling=sampling,
        remainder=epoch.remainder,
    )
    law = predict_floor(problem, epoch, learning_rate, replacement=sampling == "with-replacement")
    return measure_floor(
        problem,
        plan,
        sgd(),
        plan.epoch_ends[epochs // 2 :],
        missing=law.memory ** (epochs // 2) if law else 0.0,
        predicted=law.loss if law and affine_gradients(problem) else None,
        replicas=replicas,
        seed=seed,
    )


class FloorLaw(NamedTuple):
    """The stationary state at the ends of epochs.

    Attributes:
        loss: mean loss above the minimum.
        memory: share of the variance of θ that is left after an epoch, in the slowest direction.
    """

    loss: float
    memory: float


def predict_floor(
    problem: Problem, epoch: EpochPlan, learning_rate: float, *, replacement: bool
) -> FloorLaw | None:
    r"""The floor about the lowest minimum, of a quadratic loss with the same noise everywhere.

    In a principal direction of the Hessian, of curvature λ and noise variance v (that of Σ at
    the minimum along it), an epoch is :math:`\theta' = \rho\theta - \varepsilon\sum_k c_k n_k`
    with :math:`c_k = w_k \prod_{j>k}(1 - \varepsilon w_j\lambda)`, w_k the batches' weights and
    ρ the product over all of them. Two batches of a permutation have covariance −S/N,
    S = vN/(N−1), hence

    .. math:: E\,\theta^2 = \frac{\varepsilon^2 S}{1-\rho^2}
        \left(\sum_k \frac{c_k^2}{B_k} - \frac{1}{N}\Big(\sum_k c_k\Big)^2\right),

    with replacement :math:`\varepsilon^2 v \sum_k c_k^2/B_k\,/\,(1-\rho^2)`; the loss is
    ½ Σ λ Eθ². Exact where the landscape is quadratic; elsewhere the leading order in ε.

    Returns:
        None where the curvature is not positive, or the epoch does not contract.
    """
    point = problem.minima[0].point
    curvatures, axes = np.linalg.eigh(hessian(problem, point))
    variances = np.einsum("ad,ab,bd->d", axes, noise_at(problem, point).covariance, axes)
    weights = epoch.weights
    contractions = 1 - learning_rate * np.outer(curvatures, weights)
    after = np.cumprod(contractions[:, ::-1], axis=1)[:, ::-1]
    memory = after[:, 0] ** 2
    if np.any(curvatures <= 0) or np.any(memory >= 1):
        return None
    c = weights * np.column_stack([after[:, 1:], np.ones(2)])
    kicks = variances * np.sum(c**2 / epoch.sizes, axis=1)
    if not replacement:
        n = epoch.examples
        kicks = (kicks - variances * np.sum(c, axis=1) ** 2 / n) * n / (n - 1)
    stationary = learning_rate**2 * kicks / (1 - memory)
    return FloorLaw(float(curvatures @ stationary / 2), float(memory.max()))
