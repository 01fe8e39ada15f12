r"""What one step of SGD gains at a point: the learning rate that gains most, against batch size.

McCandlish et al. 2018 (arXiv:1812.06162), from the loss to second order, which is the loss itself
on quadratics:

.. math:: E\,L(\theta - \varepsilon g_B) = L - \varepsilon\lVert G\rVert^2
    + \tfrac{1}{2}\varepsilon^2 \left(G^T H G + f(B)\,\mathrm{tr}(H\Sigma)\right)

f(B) is 1/B for independent examples and (N−B)/(B(N−1)) for batches without replacement.
"""

from typing import NamedTuple

import numpy as np

from app.science.arrays import Point
from app.science.noise.law import variance_factor
from app.science.noise.point import noise_at
from app.science.problems.curvature import hessian
from app.science.problems.problem import Problem


class OneStep(NamedTuple):
    """The four numbers it takes, and what follows from them.

    Attributes:
        examples: N.
        replacement: whether an example may be drawn again within a batch.
        squared_norm: ‖G‖².
        curvature: G′HG, above 0.
        noise: tr(HΣ), at least 0.
    """

    examples: int
    replacement: bool
    squared_norm: float
    curvature: float
    noise: float

    @property
    def largest_rate(self) -> float:
        """ε_max = ‖G‖²/G′HG, the best rate without noise."""
        return self.squared_norm / self.curvature

    @property
    def noise_scale(self) -> float:
        """B_noise = tr(HΣ)/G′HG, in examples: the batch size at which noise costs half."""
        return self.noise / self.curvature

    @property
    def half_batch_size(self) -> float:
        """B at which noise halves the best gain, B_noise·f(B) = 1; below 1 where none does."""
        if self.replacement:
            return self.noise_scale
        n, scale = self.examples, self.noise_scale
        return n * scale / (n - 1 + scale)

    def best_rate(self, batch_size: int) -> float:
        """ε_opt(B) = ε_max/(1 + B_noise·f(B)), with replacement ε_max/(1 + B_noise/B)."""
        return self.largest_rate * self._efficiency(batch_size)

    def best_gain(self, batch_size: int) -> float:
        """Expected fall of the loss at that rate, ΔL_max/(1 + B_noise·f(B))."""
        return self.squared_norm * self.best_rate(batch_size) / 2

    def gain(self, learning_rate: float, batch_size: int) -> float:
        """Expected fall of the loss at any rate."""
        spread = self.curvature / self._efficiency(batch_size)
        return learning_rate * self.squared_norm - learning_rate**2 * spread / 2

    def _efficiency(self, batch_size: int) -> float:
        factor = variance_factor(batch_size, self.examples, replacement=self.replacement)
        return 1 / (1 + self.noise_scale * float(factor))


def one_step(problem: Problem, point: Point, *, replacement: bool = False) -> OneStep | None:
    """The gain of one step at a point, exact on quadratics.

    Returns:
        None at a stationary point, and where the loss does not curve upwards along G or the
        noise meets more downward than upward curvature: there no rate is best.

    Raises:
        ParameterError: as `noise_at`.
    """
    at = noise_at(problem, point)
    h = hessian(problem, point)
    curvature = float(at.gradient @ h @ at.gradient)
    noise = float(np.trace(h @ at.covariance))
    if at.stationary or curvature <= 0 or noise < 0:
        return None
    return OneStep(problem.size, replacement, at.norm**2, curvature, noise)
