"""The fitted hyperbola: exact where it is one, near where theory says near, refused elsewhere."""

import numpy as np
import pytest
from numpy.typing import ArrayLike

from app.science.arrays import FloatArray
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.theory.one_step import one_step
from app.science.tradeoff.fit import critical_batch_size, fit, fit_refusal
from app.science.tradeoff.tuned import Tuned

SIZES: FloatArray = np.array([2.0**k for k in range(11)])


def tuned(size: int, passages: ArrayLike) -> Tuned:
    arrived = np.sort(np.asarray(passages, dtype=np.int64))
    updates = int(arrived[(len(arrived) - 1) // 2])
    return Tuned(size, (), 0, np.asarray(passages, dtype=np.int64), size * np.asarray(passages),
                 (None, updates, None), (None, size * updates, None), None)  # fmt: skip


def failed(size: int) -> Tuned:
    none = (None, None, None)
    nobody = np.array([], dtype=np.int64)
    return Tuned(size, (), None, nobody, nobody, none, none, "too noisy")


def hyperbola(fewest: float, critical: float, sizes: FloatArray = SIZES) -> list[Tuned]:
    return [tuned(int(b), [round(fewest * (1 + critical / b))] * 4) for b in sizes]


@pytest.mark.parametrize("critical", [1.5, 37.0, 900.0])
@pytest.mark.parametrize("fewest", [0.3, 20.0])
def test_exact_hyperbolas_are_recovered(critical: float, fewest: float) -> None:
    found = critical_batch_size(fewest * (1 + critical / SIZES), SIZES)
    assert float(found) == pytest.approx(critical, rel=1e-12)
    both = critical_batch_size(
        np.stack([fewest * (1 + c / SIZES) for c in (critical, 2 * critical)]), SIZES
    )
    np.testing.assert_allclose(both, [critical, 2 * critical], rtol=1e-12)


def test_a_fit_of_a_hyperbola_is_exact() -> None:
    points = hyperbola(1e7, 64.0)
    assert fit_refusal(points) is None
    found = fit(points)
    assert found.updates.value == pytest.approx(1e7, rel=1e-6)
    assert found.examples.value == pytest.approx(6.4e8, rel=1e-6)
    assert found.batch_size.value == pytest.approx(64, rel=1e-6)
    assert found.deviation < 1e-6
    # Replicas that agree leave no doubt.
    for estimate in (found.updates, found.examples, found.batch_size):
        assert estimate.low == pytest.approx(estimate.value)
        assert estimate.high == pytest.approx(estimate.value)
    s = found.updates_at(SIZES)
    e = s * SIZES
    product = (s / found.updates.value - 1) * (e / found.examples.value - 1)
    np.testing.assert_allclose(product, 1, rtol=1e-6)


def test_batch_sizes_without_a_best_rate_are_left_out() -> None:
    points = hyperbola(1e6, 20.0)
    assert fit([failed(1), *points[1:-1], failed(1024)]).batch_size.value == pytest.approx(20)


def test_the_identity_where_the_noise_scale_is_constant() -> None:
    """So many equal steps, each the best of its batch size, as far as the loss is to fall."""
    problem = build_problem(SURFACES["least-squares"])
    step = one_step(problem, (0.6, 1.7), replacement=True)
    assert step
    updates = np.array([1.0 / step.best_gain(int(b)) for b in SIZES])
    found = float(critical_batch_size(updates, SIZES))
    assert found == pytest.approx(step.noise_scale, rel=1e-9)


def noisy_quadratic(share: float, size: float) -> float:
    """Updates until the expected loss of the ravine is low enough, at the rate that is best."""
    curvature, noise, squared = np.array([1, 0.02]), np.array([0.09, 0.09]), np.array([4, 12.25])
    t = np.unique(np.ceil(1.004 ** np.arange(2500)))
    rate = np.geomspace(1e-4, 1.999, 200)[:, None, None]
    forgotten = (1 - rate * curvature[:, None]) ** (2 * t)
    stationary = (
        rate * noise[:, None] / (size * curvature[:, None] * (2 - rate * curvature[:, None]))
    )
    second = forgotten * squared[:, None] + (1 - forgotten) * stationary
    excess = np.sum(curvature[:, None] * second, axis=1) / 2
    low = excess <= share * (curvature @ squared) / 2
    return float(np.where(low.any(axis=1), t[low.argmax(axis=1)], np.inf).min())


@pytest.mark.parametrize("share", [0.01, 0.001])
def test_the_noisy_quadratic_model_fits_within_9_percent(share: float) -> None:
    updates = np.array([noisy_quadratic(share, b) for b in SIZES])
    found = float(critical_batch_size(updates, SIZES))
    assert 1 < found < 1024
    shape = updates / (1 + found / SIZES)
    assert np.abs(shape / np.exp(np.mean(np.log(shape))) - 1).max() < 0.09


def test_the_interval_covers_in_most_repeats() -> None:
    rng = np.random.default_rng(0)
    covered = 0
    for seed in range(15):
        spread = np.exp(0.3 * rng.standard_normal((len(SIZES), 32)))
        median = 5000 * (1 + 50 / SIZES)
        passages = (median[:, None] * spread).round().astype(int)
        points = [tuned(int(b), p) for b, p in zip(SIZES, passages, strict=True)]
        interval = fit(points, seed).batch_size
        assert interval.low < interval.value < interval.high
        covered += interval.low <= 50 <= interval.high
    assert covered >= 12


def test_a_fit_is_the_same_again() -> None:
    rng = np.random.default_rng(0)
    points = [tuned(int(b), rng.integers(900, 1100, 32) * (1 + 40 // int(b))) for b in SIZES]
    found, other = fit(points), fit(points, 1)
    assert fit(points) == found
    assert other.batch_size.value == found.batch_size.value
    assert other != found


def test_late_replicas_widen_nothing_to_infinity() -> None:
    passages = [0] * 15 + [100] * 17
    found = fit([tuned_late(int(b), passages) for b in (1, 10, 100)])
    for estimate in (found.updates, found.examples, found.batch_size):
        assert np.all(np.isfinite(estimate))


def tuned_late(size: int, passages: list[int]) -> Tuned:
    updates = 100 + 1000 // size
    arrived = np.array([updates if p else 0 for p in passages])
    return Tuned(size, (), 0, arrived, size * arrived, (None, updates, None),
                 (None, size * updates, None), None)  # fmt: skip


@pytest.mark.parametrize(
    ("points", "reason"),
    [
        ([], "3 batch sizes that reach the target, not 0"),
        ([*hyperbola(100, 30)[:2], failed(8)], "not 2"),
        ([tuned(b, [4096 // b] * 4) for b in (1, 4, 16, 64)], "above all that arrive"),
        ([tuned(b, [40] * 4) for b in (1, 4, 16, 64)], "below all that arrive"),
        ([tuned(b, [u] * 4) for b, u in ((1, 90), (4, 90), (16, 9), (64, 8))], "misses a batch"),
    ],
)
def test_refusals(points: list[Tuned], reason: str) -> None:
    assert reason in (fit_refusal(points) or "")
