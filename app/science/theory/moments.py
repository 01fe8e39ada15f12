r"""Exact first and second moments of SGD where every example's gradient is affine in θ.

Least squares is so, and a quadratic tilted per example, the noisy quadratic model. With
d = θ − θ* and :math:`g_i = A_i d - b_i`, an update is linear in the state s = (1, d), with
momentum s = (1, d, v): :math:`s' = \bar T_B s`, the mean of its examples' matrices T_i. So, B
examples being drawn independently,

.. math:: E[s' s'^T] = \bar T\,E[s s^T]\,\bar T^T
    + \tfrac{1}{B} \Big(\tfrac{1}{N}\sum_i T_i\,E[s s^T]\,T_i^T - \bar T\,E[s s^T]\,\bar T^T\Big)
"""

import math
from dataclasses import dataclass

import numpy as np

from app.science.arrays import FloatArray, Point
from app.science.cached_property import cached_property
from app.science.message import Message
from app.science.noise.law import variance_factor
from app.science.noise.point import example_gradients
from app.science.plan import Plan
from app.science.problems.problem import Problem
from app.science.sampling import BALANCED

AFFINE = 1e-9  # relative error up to which gradients count as affine
PLACES = 8  # at which gradients are compared with affine ones


def moments_refusal(problem: Problem, plan: Plan, optimizer: str) -> str | None:
    """Why the moments of a run are not known exactly, None if they are."""
    if optimizer not in ("sgd", "momentum"):
        return Message(
            "Theory is worked out for plain SGD and heavy-ball momentum alone, not for {optimizer}",
            optimizer=optimizer,
        )
    if plan.restraint:
        return Message("Theory is worked out without weight decay and clipping")
    if plan.sampling == BALANCED:
        return Message("Balanced batches descend another loss, whose minimum is elsewhere")
    if plan.sampling != "with-replacement":
        return Message(
            "Batches of one permutation depend on each other: their floor is not theory's"
        )
    if np.ptp(plan.sizes) > 0 or np.ptp(plan.rates) > 0:
        return Message("The batches of the run, or its learning rates, are not all the same")
    if plan.skewed:
        return Message("The examples of an update do not all count the same")
    if affine_gradients(problem) is None:
        return Message("The curvature changes from place to place: no moment of θ closes on itself")
    return None


@dataclass(frozen=True, eq=False)
class AffineGradients:
    """The examples' gradients about the minimum, g_i = A_i (θ − θ*) − b_i.

    Attributes:
        minimum: θ*.
        slopes: A_i, shape (N, 2, 2); their mean is the Hessian.
        offsets: b_i, of mean 0, shape (N, 2).
    """

    minimum: Point
    slopes: FloatArray
    offsets: FloatArray

    @property
    def hessian(self) -> FloatArray:
        """H, the mean of the A_i, shape (2, 2)."""
        return np.asarray(self.slopes.mean(axis=0))

    @property
    def same_noise(self) -> bool:
        """Whether the A_i are all the same, so that the noise is the same everywhere."""
        spread = np.abs(self.slopes - self.hessian).max()
        return bool(spread <= AFFINE * np.abs(self.hessian).max())

    def descent(self, learning_rate: float, batch_size: int, momentum: float = 0.0) -> "Descent":
        """How moments change with each update.

        Args:
            learning_rate: ε.
            batch_size: B, examples drawn independently.
            momentum: β of v′ = βv + g, θ′ = θ − εv′; 0 is plain SGD.
        """
        size = 5 if momentum else 3
        matrices = np.zeros((len(self.slopes), size, size))
        matrices[:, 0, 0] = 1.0
        matrices[:, 1:3, 0] = learning_rate * self.offsets
        matrices[:, 1:3, 1:3] = np.eye(2) - learning_rate * self.slopes
        if momentum:
            matrices[:, 1:3, 3:] = -learning_rate * momentum * np.eye(2)
            matrices[:, 3:, 0] = -self.offsets
            matrices[:, 3:, 1:3] = self.slopes
            matrices[:, 3:, 3:] = momentum * np.eye(2)
        mean = matrices.mean(axis=0)
        deviations = (matrices - mean).reshape(len(matrices), -1)
        spread = (deviations.T @ deviations / len(matrices)).reshape(size, size, size, size)
        square = spread.transpose(0, 2, 1, 3).reshape(size**2, size**2)
        return Descent(self.hessian, np.kron(mean, mean) + square / batch_size)

    def largest_rate(self, batch_size: int, *, replacement: bool = True) -> float | None:
        """The rate of plain SGD from which on E‖θ − θ*‖² does not shrink: `stable_rate`.

        At most 2/λ_max, the limit of the full batch; below it where examples differ in A_i. With
        tilts alone, where they do not, it is 2/λ_max at every batch size.

        Args:
            batch_size: B; the batches of different updates are independent.
            replacement: whether an example may be drawn again within a batch.

        Returns:
            None where the Hessian is not positive definite, so that no rate is stable.
        """
        factor = variance_factor(batch_size, len(self.slopes), replacement=replacement)
        h = self.hessian
        return stable_rate(h, np.kron(h, h) + float(factor) * squares(self.slopes - h))


@dataclass(frozen=True, eq=False)
class Descent:
    """The moments' linear recursion.

    Attributes:
        hessian: H, shape (2, 2).
        transition: takes the entries of E[s sᵀ], row after row, to the next.
    """

    hessian: FloatArray
    transition: FloatArray

    @cached_property
    def memory(self) -> float:
        """By what the slowest moment's distance from stationary shrinks each update; if below 1."""
        return float(np.abs(np.linalg.eigvals(self.transition[1:, 1:])).max())

    @cached_property
    def forgetting(self) -> float:
        """The same of the covariance alone, for runs from the minimum: there their mean stays."""
        inner = np.arange(self._size**2).reshape(self._size, self._size)[1:, 1:].ravel()
        return float(np.abs(np.linalg.eigvals(self.transition[np.ix_(inner, inner)])).max())

    @property
    def stationary(self) -> FloatArray | None:
        """The covariance of θ that no longer changes, shape (2, 2); None of unstable rates."""
        if self.memory >= 1:
            return None
        # The state's first component is always 1, so its square is known: the rest is solved for.
        known, rest = self.transition[1:, 0], self.transition[1:, 1:]
        square = np.concatenate([[1.0], np.linalg.solve(np.eye(len(rest)) - rest, known)])
        return np.asarray(square.reshape(self._size, self._size)[1:3, 1:3])

    @property
    def floor(self) -> float | None:
        """Expected loss above the minimum then, ½ tr(HS); None of unstable rates."""
        covariance = self.stationary
        return None if covariance is None else float(np.trace(self.hessian @ covariance)) / 2

    @property
    def _size(self) -> int:
        """Numbers in the state s: 3, or 5 with momentum."""
        return math.isqrt(len(self.transition))


def squares(slopes: FloatArray) -> FloatArray:
    """The mean of A ⊗ A over slopes of shape (M, 2, 2): (4, 4)."""
    flat = np.asarray(slopes).reshape(len(slopes), 4)
    products = (flat.T @ flat / len(flat)).reshape(2, 2, 2, 2)
    return np.asarray(products.transpose(0, 2, 1, 3).reshape(4, 4))


def stable_rate(hessian: FloatArray, square: FloatArray) -> float | None:
    r"""The rate from which on E‖d‖² of d′ = (I − εA) d does not shrink, A drawn anew each update.

    E[dd′] goes to :math:`(I - \varepsilon (H \otimes I + I \otimes H) + \varepsilon^2 Q)` of
    itself. That map keeps what is positive, so its largest eigenvalue is real; it is 1 first
    where ε is the smallest with :math:`(H \otimes I + I \otimes H) X = \varepsilon\,Q X`.

    Args:
        hessian: H, the mean of A, shape (2, 2).
        square: Q = E[A ⊗ A], shape (4, 4).

    Returns:
        None where H is not positive definite.
    """
    if np.linalg.eigvalsh(hessian)[0] <= 0:
        return None
    both = np.kron(hessian, np.eye(2)) + np.kron(np.eye(2), hessian)
    return 1 / float(np.linalg.eigvals(np.linalg.solve(both, square)).real.max())


def affine_gradients(problem: Problem) -> AffineGradients | None:
    """The gradients as affine functions of θ; None where they are not, or have no minimum."""
    if not problem.minima:
        return None
    minimum = problem.minima[0].point
    offsets = -example_gradients(problem, minimum)  # (2, N)
    slopes = np.stack(
        [
            example_gradients(problem, (minimum[0] + (j == 0), minimum[1] + (j == 1))) + offsets
            for j in range(2)
        ]
    )  # (along, of, N)
    # The places are random: on regular ones a periodic surface could look affine.
    low, high = np.transpose(problem.surface.domain)
    for place in np.random.default_rng(0).uniform(low, high, size=(PLACES, 2)):
        gradients = example_gradients(problem, (float(place[0]), float(place[1])))
        straight = np.tensordot(place - minimum, slopes, axes=1) - offsets
        if np.abs(gradients - straight).max() > AFFINE * np.abs(gradients).max():
            return None
    # At the minimum G is 0, so any mean of the offsets is rounding.
    centred = offsets - offsets.mean(axis=1, keepdims=True)
    return AffineGradients(minimum, slopes.transpose(2, 1, 0), centred.T)
