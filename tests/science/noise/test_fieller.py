"""Intervals of the noise scale: their three kinds, and how often they hold it."""

import numpy as np
import pytest
from scipy.special import stdtr

from app.science.noise.fieller import ratio
from app.science.noise.parts import PartEstimates
from benchmarks.coverage import Setting, coverage

STEPS = 8


def estimates(trace: float, squared_norm: float, seed: int = 0) -> PartEstimates:
    """Steps of these means with a spread of 1 each."""
    t, s = np.random.default_rng(seed).normal(size=(2, STEPS))
    t, s = (t - t.mean()) / t.std(ddof=1), (s - s.mean()) / s.std(ddof=1)
    return PartEstimates(trace + t, squared_norm + s)


def told_apart(steps: PartEstimates, rho: float) -> float:
    """Two-sided p of T − ρS having the mean 0, by a t-test."""
    d = steps.trace - rho * steps.squared_norm
    t = abs(d.mean()) / (d.std(ddof=1) / np.sqrt(STEPS))
    return float(2 * stdtr(STEPS - 1, -t))


@pytest.mark.parametrize("seed", range(5))
def test_ends_are_where_the_t_test_turns(seed: int) -> None:
    steps = estimates(30, 4, seed)
    found = ratio(steps)
    assert found.estimate == pytest.approx(30 / 4)
    assert 0 < found.low < found.estimate < found.high < np.inf
    for end in (found.low, found.high):
        assert told_apart(steps, float(end)) == pytest.approx(0.05)


def test_open_where_the_gradient_is_not_told_from_none() -> None:
    steps = estimates(30, 0.1)
    found = ratio(steps)
    assert found.high == np.inf
    assert told_apart(steps, float(found.low)) == pytest.approx(0.05)
    assert told_apart(steps, 10 * float(found.low)) > 0.05
    # Nor does it close where the mean is below 0: there is no estimate, but still an 'at least'.
    below = ratio(estimates(30, -0.1))
    assert np.isnan(below.estimate)
    assert 0 < below.low < below.high == np.inf


@pytest.mark.parametrize(("trace", "squared_norm"), [(0.1, 0.1), (-30, 0.1), (30, -20), (-3, -3)])
def test_nothing_is_known_where_neither_is_told_or_their_signs_are_no_noise(
    trace: float, squared_norm: float
) -> None:
    found = ratio(estimates(trace, squared_norm))
    assert [found.low, found.high] == [0, np.inf]


def test_it_is_cut_at_none() -> None:
    found = ratio(estimates(0.1, 20))
    assert found.low == 0
    assert found.high < np.inf
    assert ratio(estimates(-20, 20)).high == 0


def test_one_step_has_a_ratio_and_no_interval() -> None:
    found = ratio(PartEstimates(np.array([6.0]), np.array([2.0])))
    assert [*found] == [3, 0, np.inf]


def test_without_any_spread_it_is_the_ratio_alone() -> None:
    found = ratio(PartEstimates(np.full(4, 6.0), np.full(4, 2.0)))
    assert [*found] == pytest.approx([3, 3, 3])
    nothing = ratio(PartEstimates(np.zeros(4), np.zeros(4)))
    assert np.isnan(nothing.estimate)
    assert [nothing.low, nothing.high] == [0, np.inf]


def test_many_at_once_are_each_as_alone() -> None:
    several = [estimates(30, 4), estimates(30, 0.1), estimates(0.1, 0.1)]
    found = ratio(PartEstimates(*(np.stack(each) for each in zip(*several, strict=True))))
    for k, steps in enumerate(several):
        np.testing.assert_allclose([v[k] for v in found], ratio(steps), rtol=1e-12)


@pytest.mark.parametrize(
    "setting",
    [
        Setting((4, 4), 6, 10.0, "normal"),
        Setting((8,) * 4, 20, 100.0, "normal"),
        Setting((16, 16, 16, 4), 20, 10.0, "heavy"),
        Setting((64, 64), 64, 1000.0, "heavy"),
    ],
)
def test_it_holds_the_true_ratio_often_enough(setting: Setting) -> None:
    # Of 400 logs; its least over many, .89, is more than two standard errors above.
    share, _open = coverage(setting, 400, np.random.default_rng(0))
    assert share >= 0.85
