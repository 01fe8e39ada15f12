"""Whether 95 % intervals of the noise scale hold it in 95 % of simulated logs.

Usage: python -m benchmarks.coverage [--logs LOGS]

A log is K steps of m parts each. Gradients have a mean along the first of several coordinates and
noise that is shared out among all by powers of two: normal, heavy (Student's t of 5 degrees of
freedom) or wild (of 3, whose fourth moment is infinite, so that T has no variance). No interval
made of variances can promise anything for the wild ones: they are tried, and not held to it.
"""

import argparse
import sys
from collections.abc import Iterator
from itertools import product
from typing import NamedTuple

import numpy as np

from app.science.arrays import FloatArray
from app.science.noise.fieller import ratio
from app.science.noise.parts import PartEstimates, part_estimates

PARTS = ((4, 4), (8,) * 4, (16, 16, 16, 4), (1, 31), (64, 64))
STEPS = (6, 20, 64)
SCALES = (10.0, 100.0, 1000.0)
TAILS = {"normal": None, "heavy": 5, "wild": 3}  # degrees of freedom
PROMISED = ("normal", "heavy")
COORDINATES = 16
LEAST, LEAST_MEAN = 0.85, 0.92
SEED = 0


class Setting(NamedTuple):
    """One kind of log."""

    parts: tuple[int, ...]
    steps: int
    noise_scale: float
    tail: str


def settings() -> Iterator[Setting]:
    """Every one that is tried."""
    yield from (Setting(*each) for each in product(PARTS, STEPS, SCALES, TAILS))


def estimates(setting: Setting, logs: int, rng: np.random.Generator) -> PartEstimates:
    """T and S of each step of some logs, shape (logs, K)."""
    shape = (logs, setting.steps)
    parts = np.stack([_mean(setting, size, shape, rng) for size in setting.parts], axis=-2)
    sizes = np.array(setting.parts)
    mean = np.einsum("j,lkjd->lkd", sizes / sizes.sum(), parts)
    return part_estimates((parts**2).sum(axis=-1), sizes, (mean**2).sum(axis=-1))


def coverage(setting: Setting, logs: int, rng: np.random.Generator) -> tuple[float, float]:
    """The share of the logs whose interval holds the noise scale, and the share of open ones."""
    found = ratio(estimates(setting, logs, rng))
    inside = (found.low <= setting.noise_scale) & (setting.noise_scale <= found.high)
    return float(inside.mean()), float(np.isinf(found.high).mean())


def _mean(
    setting: Setting, size: int, shape: tuple[int, int], rng: np.random.Generator
) -> FloatArray:
    """The mean gradient of so many examples, (logs, K, coordinates); ‖G‖² is 1."""
    variances = 0.5 ** np.arange(COORDINATES)
    variances *= setting.noise_scale / variances.sum()
    freedom = TAILS[setting.tail]
    if freedom is None:
        noise = rng.normal(size=(*shape, COORDINATES)) / np.sqrt(size)
    else:
        # Given the lengths, a mean of normal vectors is normal: only lengths are drawn by example.
        lengths = (freedom - 2) / rng.chisquare(freedom, size=(*shape, size))
        spread = np.sqrt(lengths.sum(axis=-1))[..., None] / size
        noise = rng.normal(size=(*shape, COORDINATES)) * spread
    noise *= np.sqrt(variances)
    noise[..., 0] += 1
    return np.asarray(noise)


def main() -> int:
    """Print every setting; 1 if a coverage is below what is promised."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--logs", type=int, default=2000)
    logs = parser.parse_args().logs
    rng = np.random.default_rng(SEED)
    held: dict[str, list[float]] = {tail: [] for tail in TAILS}
    for setting in settings():
        share, open_ = coverage(setting, logs, rng)
        held[setting.tail].append(share)
        parts = "+".join(map(str, setting.parts))
        print(  # noqa: T201
            f"{parts:>12} K = {setting.steps:<3} noise scale {setting.noise_scale:<5g} "
            f"{setting.tail:<7} covered {share:.3f}, open {open_:.2f}"
        )
    for tail, shares in held.items():
        print(  # noqa: T201
            f"{tail}: {len(shares)} settings of {logs} logs, least {min(shares):.3f}, "
            f"mean {np.mean(shares):.3f}"
        )
    promised = [share for tail in PROMISED for share in held[tail]]
    return int(min(promised) < LEAST or float(np.mean(promised)) < LEAST_MEAN)


if __name__ == "__main__":
    sys.exit(main())
