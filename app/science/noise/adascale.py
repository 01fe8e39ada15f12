"""AdaScale's gain: how many updates of one batch an update of S of them stands for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray, IntArray
from app.science.errors import ParameterError
from app.science.message import Message
from app.science.noise.cloud import BLOCK, draw_clouds
from app.science.noise.law import gradient_covariances, variance_factor
from app.science.noise.point import PointNoise
from app.science.pauses import pause
from app.science.replicas import ratio_of_means

MOST = 1000  # S up to which gains are drawn
SLOPELESS = Message("fewer than all examples, where there is no slope")
MEASURED = (4, 32, 256)  # S at which they are measured


def adascale_gain(
    noise: PointNoise,
    batch_size: int,
    batches: IntArray | Sequence[int],
    *,
    poisson: bool = False,
) -> FloatArray:
    r"""The gain of S independent batches for one, :math:`(\sigma^2+\mu^2)/(\sigma^2/S+\mu^2)`.

    σ² = tr Σ/B is the variance of a batch's gradient, of a Poisson batch
    (1/B − 1/N)(tr Σ + ‖G‖²), and μ² = ‖G‖²: the quotient of E‖g‖² of one batch and of the mean of
    S. It lies between 1, without noise, and S, without slope; AdaScale
    SGD multiplies the learning rate by it, and counts an update as so many (Johnson et al. 2020,
    arXiv:2007.05105).

    Args:
        noise: the point's.
        batch_size: B.
        batches: S, at least 1, shape (M,).
        poisson: whether each example joins a batch by a draw of its own.

    Returns:
        Shape (M,).

    Raises:
        ParameterError: a point at which every example's gradient is zero; and Poisson batches of
            B = N at a point without slope, where both are 0.
    """
    check_gradients(noise)
    (covariance,) = gradient_covariances(noise, [batch_size], replacement=True, poisson=poisson)
    variance, square = float(np.trace(covariance)), _square(noise)
    if variance == square == 0:
        raise ParameterError("batch_size", batch_size, SLOPELESS)
    return np.asarray((variance + square) / (variance / np.asarray(batches) + square))


def gain_without_replacement(noise: PointNoise, batch_size: int, batches: int) -> float:
    """The same quotient where S·B examples are drawn without replacement, so none twice.

    It is exact and no smaller than the gain, since the examples of S batches cannot coincide, and
    may be above S.

    Args:
        noise: the point's.
        batch_size: B.
        batches: S, with S·B at most N.

    Raises:
        ParameterError: as `adascale_gain`; and B = N at a point without slope, where both are 0.
    """
    check_gradients(noise)
    square = _square(noise)
    sizes = [batch_size, batch_size * batches]
    one, several = noise.trace * variance_factor(sizes, noise.examples, replacement=False) + square
    if several == 0:
        raise ParameterError("batch_size", batch_size * batches, SLOPELESS)
    return float(one / several)


def _square(noise: PointNoise) -> float:
    """‖G‖², exactly 0 where it is so to rounding."""
    return 0.0 if noise.stationary else noise.norm**2


def check_gradients(noise: PointNoise) -> None:
    """Refuse a point at which every example's gradient is zero.

    Raises:
        ParameterError: it is one.
    """
    if noise.stationary and noise.noiseless:
        allowed = Message("a point at which not every gradient is zero")
        raise ParameterError("at", noise.point, allowed)


class MeasuredGain(NamedTuple):
    """The quotient of mean squares of drawn gradients.

    Attributes:
        batches: S.
        value: E‖g‖² of a batch over that of S of them in one.
        error: its standard error.
    """

    batches: int
    value: float
    error: float


@dataclass(frozen=True, eq=False)
class SizeGains:
    """The gain of S batches of one size.

    Attributes:
        batch_size: B.
        batches: S, increasing from 1, shape (M,).
        gains: `adascale_gain`, exact, shape (M,).
        measured: on draws with replacement, or of Poisson batches.
        largest: the largest S whose batches are at most N together, and what
            `gain_without_replacement` is there; None where that is 1, and of Poisson batches,
            which are independent of each other.
        poisson: whether they are Poisson batches.
    """

    batch_size: int
    batches: IntArray
    gains: FloatArray
    measured: tuple[MeasuredGain, ...]
    largest: tuple[int, float] | None
    poisson: bool = False


def size_gains(
    noise: PointNoise, sizes: Sequence[int], *, draws: int, seed: int, poisson: bool = False
) -> tuple[SizeGains, ...]:
    """The gains of S batches of each size, exact for S up to `MOST`, measured where they fit N.

    Args:
        noise: the point's.
        sizes: B.
        draws: of each size of batches, independent ones with replacement.
        seed: of the draws.
        poisson: whether they are Poisson batches instead.

    Raises:
        ParameterError: as `adascale_gain`.
    """
    check_gradients(noise)
    fit = {b: [s for s in MEASURED if s * b <= noise.examples] for b in sizes}
    wanted = [(b, s) for b, several in fit.items() for s in (1, *several)]
    squares = (_poisson_squares if poisson else _squares)(noise, wanted, draws, seed)
    batches = np.unique(np.geomspace(1, MOST, 60).round().astype(np.int64))
    found = []
    for b in sizes:
        ratios = [(s, ratio_of_means(squares[b, 1], squares[b, s])) for s in fit[b]]
        found.append(
            SizeGains(
                batch_size=b,
                batches=batches,
                gains=adascale_gain(noise, b, batches, poisson=poisson),
                measured=tuple(MeasuredGain(s, r.value, r.error or 0.0) for s, r in ratios if r),
                largest=None if poisson else _largest(noise, b),
                poisson=poisson,
            )
        )
    return tuple(found)


def _squares(
    noise: PointNoise, wanted: Sequence[tuple[int, int]], draws: int, seed: int
) -> dict[tuple[int, int], FloatArray]:
    """‖g‖² of each draw of S batches of B in one, with replacement, by (B, S): shape (1, draws)."""
    sizes = sorted({b * s for b, s in wanted})
    clouds = draw_clouds(noise, sizes, draws=draws, seed=seed, replacement=True)
    squares = {c.batch_size: np.sum(c.gradients**2, axis=1)[None] for c in clouds}
    return {(b, s): squares[b * s] for b, s in wanted}


def _poisson_squares(
    noise: PointNoise, wanted: Sequence[tuple[int, int]], draws: int, seed: int
) -> dict[tuple[int, int], FloatArray]:
    """The same of the means of S Poisson batches of B."""
    rng, rows = np.random.default_rng(seed), max(1, BLOCK // noise.examples)
    found = {each: np.empty((1, draws)) for each in wanted}
    for first in range(0, draws, rows):
        pause()
        here = slice(first, min(first + rows, draws))
        for (b, s), squares in found.items():
            sums = _poisson_sums(noise.gradients, b, s, here.stop - first, rng)
            squares[0, here] = np.sum((sums / (b * s)) ** 2, axis=0)
    return found


def _poisson_sums(
    gradients: FloatArray, batch_size: int, batches: int, draws: int, rng: np.random.Generator
) -> FloatArray:
    """Sums over the members of S Poisson batches, shape (2, draws).

    Each example may join each batch: of these trials, one after the other, the next to succeed is
    a geometric number of them away.
    """
    examples = gradients.shape[1]
    share, trials = batch_size / examples, draws * examples * batches
    enough = trials * share + 20 * math.sqrt(trials * share) + 20  # 20 standard deviations more
    joined = np.cumsum(rng.geometric(share, size=int(enough))) - 1
    draw, example = np.divmod(joined[joined < trials] // batches, examples)
    return np.array([np.bincount(draw, g[example], minlength=draws) for g in gradients])


def _largest(noise: PointNoise, batch_size: int) -> tuple[int, float] | None:
    """Of S·B below N, or up to N where there is a slope."""
    room = noise.examples - 1 if noise.stationary else noise.examples
    most = room // batch_size
    return None if most < 2 else (most, gain_without_replacement(noise, batch_size, most))
