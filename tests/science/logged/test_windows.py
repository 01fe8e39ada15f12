"""Windows: their sums, their intervals, what they assume."""

import numpy as np
import pytest

from app.science.logged.log import Header
from app.science.logged.packed import summed
from app.science.logged.windows import Sums, cut, dependence, estimate
from app.science.noise.fieller import ratio
from app.science.noise.parts import part_estimates
from tests.science.logged.made import WEIGHTS, drawn, log


@pytest.mark.parametrize(
    ("steps", "windows"), [(1, 1), (19, 1), (39, 1), (40, 2), (1279, 63), (1280, 64), (1500, 64)]
)
def test_equal_runs_of_at_least_20_steps_64_at_most(steps: int, windows: int) -> None:
    found = cut(log(drawn(1, (1, 1)) * steps)).steps
    assert len(found) == windows
    assert found.sum() == steps
    assert found.max() - found.min() <= 1
    assert steps < 20 or found.min() >= 20


def test_a_window_is_what_the_science_of_parts_says() -> None:
    lines = drawn(50, (8, 8, 4))
    first, _second = estimate(Header(), cut(log(lines)))
    some = lines[:25]
    squares = np.array([line["part_norms"] for line in some])
    norms = np.array([line["norm"] for line in some])
    parts = part_estimates(squares, np.array([8, 8, 4]), norms)
    by_hand = ratio(parts)
    assert (first.first, first.last, first.steps, first.batch_size) == (0, 24, 25, 20)
    assert first.noise_scale == pytest.approx(float(by_hand.estimate))
    assert (first.low, first.high) == pytest.approx((float(by_hand.low), float(by_hand.high)))
    assert first.noise_trace == pytest.approx(parts.trace.mean())
    assert first.gradient_squared == pytest.approx(parts.squared_norm.mean())
    assert first.loss == pytest.approx(np.mean([line["loss"] for line in some]))
    assert first.lr == pytest.approx(0.1)


def test_the_data_are_finite() -> None:
    """S is of ‖G‖² − tr S/N, and T of tr S with the divisor N − 1."""
    lines, n = drawn(40), 30
    squares = np.array([line["part_norms"] for line in lines])
    norms = np.array([line["norm"] for line in lines])
    parts = part_estimates(squares, np.array([8, 8, 4]), norms, examples=n)
    by_hand = ratio(parts._replace(trace=parts.trace * (n - 1) / n))
    whole = cut(log(lines))
    merged = Sums(*(np.array([column.sum()]) for column in whole))
    (found,) = estimate(Header(data=n), merged)
    assert found.noise_scale == pytest.approx(float(by_hand.estimate))
    assert (found.low, found.high) == pytest.approx((float(by_hand.low), float(by_hand.high)))
    (drawn_so,) = estimate(Header(data=n, notes=("with-replacement",)), merged)
    (endless,) = estimate(Header(), merged)
    assert drawn_so.noise_scale == endless.noise_scale != found.noise_scale


@pytest.mark.parametrize("sizes", [(1, 1), (15, 1), (8, 4, 2, 1, 1)])
def test_unequal_parts_are_unbiased(sizes: tuple[int, ...]) -> None:
    """Within five standard errors of tr Σ = 60 and ‖G‖² = 6."""
    sums = cut(log(drawn(1200, sizes, scale=10.0, seed=3)))
    steps = sums.steps.sum()
    for total, squares, exact in ((sums.t, sums.tt, WEIGHTS), (sums.s, sums.ss, WEIGHTS / 10)):
        mean = total.sum() / steps
        error = np.sqrt((squares.sum() / steps - mean**2) / steps)
        assert abs(mean - exact) < 5 * error


def test_intervals_hold_the_noise_scale_as_often_as_they_say() -> None:
    """240 windows of 20 to 25 steps, in six settings: .95 less five standard errors, .88."""
    held = []
    for seed, (sizes, scale, tail) in enumerate(
        [
            ((8, 8), 10.0, None),
            ((8, 8), 1000.0, None),
            ((12, 2, 2), 50.0, None),
            ((4,) * 4, 100.0, 4),
            ((1,) * 8, 50.0, 5),
            ((16, 1), 300.0, None),
        ]
    ):
        windows = estimate(Header(), cut(log(drawn(800, sizes, scale, seed + 20, tail))))
        assert len(windows) == 40
        held += [each.low <= scale <= (each.high or np.inf) for each in windows]
    assert np.mean(held) > 0.88


def test_no_estimate_and_no_upper_end_where_the_gradient_is_not_told_from_none() -> None:
    windows = estimate(Header(), cut(log(drawn(800, (2, 2), scale=1e6))))
    none = [each for each in windows if each.noise_scale is None]
    assert none
    assert all(each.gradient_squared <= 0 for each in none)
    assert all(each.high is None and each.low >= 0 for each in none)


def test_one_step_tells_no_interval() -> None:
    (window,) = estimate(Header(), cut(log(drawn(1))))
    assert (window.low, window.high, window.steps) == (0, None, 1)


def test_steps_that_depend_on_each_other_are_told_by_blocks() -> None:
    apart = drawn(640)
    assert dependence(cut(log(apart))) is None
    together = [line | {"step": 4 * k + j} for k, line in enumerate(apart) for j in range(4)]
    sums = summed(log(together)).sums
    times = dependence(sums)
    assert times is not None
    assert 2.5 < times < 5
    for each in estimate(Header(), sums):
        assert each.block_low is not None
        assert each.block_low <= each.low
        assert each.block_high is None or each.high is None or each.block_high >= each.high


def test_one_part_and_what_is_no_number_are_left_out() -> None:
    lines = drawn(30)
    lines[3]["norm"] = float("nan")
    lines[5] |= {"examples": [20], "part_norms": [1.0]}
    assert cut(log(lines)).steps.tolist() == [28]
    assert cut(log(lines[5:6])).steps.tolist() == []
