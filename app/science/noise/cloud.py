"""Many mini-batch gradients at one point, beside what theory says of them."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.cached_property import cached_property
from app.science.errors import ParameterError
from app.science.noise.directions import Directions, angles, summarise
from app.science.noise.law import check_batch_sizes, gradient_covariances
from app.science.noise.point import PointNoise
from app.science.pauses import pause
from app.science.replicas import CONFIDENCE

BLOCK = 1 << 16  # draws × examples prepared at once: as much as stays in the processor's cache
INTERVAL_DRAWS = 30  # of fewer draws the error itself is too uncertain to state
NEGLIGIBLE = 1e-9  # a standard error below this part of the trace is rounding


@dataclass(frozen=True, eq=False)
class Cloud:
    """Independent mini-batch gradients of one batch size.

    Attributes:
        batch_size: B.
        gradients: g_B of every draw, shape (K, 2).
        covariance_predicted: `gradient_covariances`, exact, shape (2, 2). Of draws with shares
            p_i, that of one such draw over B, about its mean Σ p_i g_i instead of G.
        covariance_measured: of the draws, divisor K − 1, shape (2, 2).
        trace_error: standard error of the measured trace, `_trace_error`; None of fewer than
            `INTERVAL_DRAWS` draws.
        directions: of the angles between g_B and G, draws of g_B = 0 left out; None at a
            stationary point, or where all are left out.
        poisson: whether they are of Poisson batches.
    """

    batch_size: int
    gradients: FloatArray
    covariance_predicted: FloatArray
    covariance_measured: FloatArray
    trace_error: float | None
    directions: Directions | None
    poisson: bool = False

    @property
    def zero(self) -> float:
        """Share of the draws whose gradient is exactly 0, so that it has no direction."""
        return float(np.mean(~np.any(self.gradients, axis=1)))

    @property
    def uphill(self) -> float | None:
        """Share of all draws beyond 90° of G, those of no direction among them, which are not.

        None where G has no direction.
        """
        return self.directions.uphill * (1 - self.zero) if self.directions else None

    @property
    def trace_predicted(self) -> float:
        """Total variance of g_B by theory."""
        return float(np.trace(self.covariance_predicted))

    @cached_property
    def trace_measured(self) -> float:
        """Total variance of the draws."""
        return float(np.trace(self.covariance_measured))

    @property
    def trace_interval(self) -> tuple[float, float] | None:
        """The measured trace's 95 % interval, by the normal law; None without an error."""
        if self.trace_error is None:
            return None
        reach = CONFIDENCE * self.trace_error
        return max(0.0, self.trace_measured - reach), self.trace_measured + reach

    @property
    def agreement(self) -> float | None:
        """Measured less predicted trace, in standard errors.

        None without an error, or where it is zero to rounding: the draws' squared distances
        from G are then all the same, as those of the full batch are.
        """
        if self.trace_error is None or self.trace_error <= NEGLIGIBLE * self.trace_predicted:
            return None
        return (self.trace_measured - self.trace_predicted) / self.trace_error


def draw_clouds(
    noise: PointNoise,
    batch_sizes: Sequence[int],
    *,
    draws: int = 500,
    seed: int = 0,
    replacement: bool = False,
    poisson: bool = False,
    shares: FloatArray | None = None,
) -> tuple[Cloud, ...]:
    """Draw mini-batches at a point.

    Draw k takes the first B entries of the k-th ``rng.permutation(N)`` of
    ``default_rng(seed)``, or of the k-th ``rng.integers(N, size=N)`` with replacement. So draws
    are independent of each other, while a draw's smaller batches lie within its larger ones,
    and asking for another batch size changes no other. The full batch without replacement is G
    itself in every draw. A Poisson batch of the k-th draw is of those below B/N in the k-th
    ``rng.random(N)``, and its gradient their sum over B. With shares the k-th order is
    ``rng.choice(N, size=N, p=shares)``.

    Args:
        noise: the point's.
        batch_sizes: each B, from 1 to N.
        draws: K, at least 2.
        seed: of the draws.
        replacement: whether an example may be drawn again within a batch.
        poisson: whether each example joins a batch by a draw of its own.
        shares: with which probability each example is drawn, with replacement, shape (N,); None
            if all with the same.

    Returns:
        A cloud for each of ``batch_sizes``, in their order.

    Raises:
        ParameterError: a batch size outside 1..N, or fewer than 2 draws.
    """
    check_batch_sizes(batch_sizes, noise.examples)
    if draws < 2:
        raise ParameterError("draws", draws, "an integer of at least 2")
    replacement = replacement or shares is not None
    whole = set() if replacement else {noise.examples}
    sizes = np.array(sorted(set(batch_sizes) - whole), dtype=np.int64)
    deviations = {size: np.zeros((draws, 2)) for size in whole}
    if len(sizes) and poisson:
        deviations |= _poisson_deviations(noise, sizes.tolist(), draws, seed)
    elif len(sizes):
        drawn = mean_deviations(
            noise.deviations, sizes, draws, seed, replacement=replacement, shares=shares
        )
        deviations |= dict(zip(sizes.tolist(), drawn, strict=True))
    covariances = gradient_covariances(noise, batch_sizes, replacement=replacement, poisson=poisson)
    centre = np.zeros(2)
    if shares is not None:
        centre = noise.deviations @ shares
        apart = noise.deviations - centre[:, None]
        one = (apart * shares) @ apart.T
        covariances = one / np.array(batch_sizes)[:, None, None]
    each = zip(batch_sizes, covariances, strict=True)
    return tuple(
        replace(_cloud(noise, b, deviations[b], predicted, centre), poisson=poisson)
        for b, predicted in each
    )


def _poisson_deviations(
    noise: PointNoise, sizes: Sequence[int], draws: int, seed: int
) -> dict[int, FloatArray]:
    """g_B − G of Poisson batches, of each size (draws, 2); as `draw_clouds` draws them."""
    rng, rows = np.random.default_rng(seed), max(1, BLOCK // noise.examples)
    found = {size: np.empty((draws, 2)) for size in sizes}
    for first in range(0, draws, rows):
        pause()
        drawn = rng.random((min(rows, draws - first), noise.examples))
        for size in sizes:
            members = (drawn < size / noise.examples).astype(np.float64)
            found[size][first : first + rows] = members @ noise.gradients.T / size - noise.gradient
    return found


def mean_deviations(
    deviations: FloatArray,
    sizes: IntArray,
    draws: int,
    seed: int,
    *,
    replacement: bool,
    shares: FloatArray | None = None,
) -> FloatArray:
    """Means over batches of increasing sizes, (M, N) -> (batch sizes, draws, M).

    Draws are those of `draw_clouds`: of an example's deviations they give g_B − G.
    """
    starts = np.concatenate([[0], sizes[:-1]])
    means = np.empty((len(deviations), draws, len(sizes)))
    done = 0
    examples, longest = deviations.shape[1], int(sizes[-1])
    for order in _orders(examples, longest, draws, seed, replacement=replacement, shares=shares):
        here = slice(done, done + len(order))
        for component, values in zip(means, deviations, strict=True):
            # The sum of the examples by which each batch exceeds the next smaller one.
            added = np.add.reduceat(values[order], starts, axis=1)
            component[here] = np.cumsum(added, axis=1) / sizes
        done += len(order)
    return means.transpose(2, 1, 0)


def _orders(
    examples: int,
    length: int,
    draws: int,
    seed: int,
    *,
    replacement: bool,
    shares: FloatArray | None,
) -> Iterator[IntArray]:
    """The first entries of each draw's order, shape (draws of a block, length)."""
    rng = np.random.default_rng(seed)
    rows = max(1, BLOCK // examples)
    for first in range(0, draws, rows):
        pause()
        count = min(rows, draws - first)
        if shares is not None:
            yield rng.choice(examples, size=(count, examples), p=shares)[:, :length]
        elif replacement:
            yield rng.integers(examples, size=(count, examples))[:, :length]
        else:
            yield np.array([rng.permutation(examples)[:length] for _ in range(count)])


def _cloud(
    noise: PointNoise,
    size: int,
    deviations: FloatArray,
    covariance: FloatArray,
    centre: FloatArray,
) -> Cloud:
    gradients = noise.gradient + deviations
    directed = gradients[np.any(gradients != 0, axis=1)]
    return Cloud(
        batch_size=size,
        gradients=gradients,
        covariance_predicted=covariance,
        covariance_measured=np.cov(deviations.T),
        trace_error=_trace_error(deviations - centre),
        directions=None if noise.stationary else summarise(angles(directed, noise.gradient)),
    )


def _trace_error(deviations: FloatArray) -> float | None:
    """Standard error of the trace of K draws' covariance: sd(q)/√K, q_k = ‖g_k − E g_k‖².

    So from the sample's own fourth moments, whatever its distribution. Squares about the true
    mean, not their own, are independent of each other; the difference is of higher order in 1/K.
    """
    draws = len(deviations)
    if draws < INTERVAL_DRAWS:
        return None
    return float(np.std(np.sum(deviations**2, axis=1), ddof=1)) / math.sqrt(draws)
