"""A last batch of one: N = 1001, B = 100, beside even batches of 91."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.science.noise.last_batch import (
    Comparison,
    compare_floors,
    even_batch_size,
    last_batch,
    updates_of_comparison,
)
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.sampling import REMAINDERS, EpochPlan, variance_ratio


def test_a_last_batch_of_one() -> None:
    last = last_batch(EpochPlan(1001, 100))
    assert last is not None
    assert last.size == 1
    assert last.variance_ratio == pytest.approx(110.99, abs=0.005)
    assert last.kick == pytest.approx(10.54, abs=0.005)


def test_its_kick_under_weight_is_small() -> None:
    last = last_batch(EpochPlan(1001, 100, "weight"))
    assert last is not None
    assert last.variance_ratio == pytest.approx(110.99, abs=0.005)
    assert last.kick == pytest.approx(0.105, abs=0.0005)


@pytest.mark.parametrize(
    "epoch", [EpochPlan(1001, 91), EpochPlan(1001, 100, "drop"), EpochPlan(9, 9)]
)
def test_no_last_batch_of_its_own(epoch: EpochPlan) -> None:
    assert last_batch(epoch) is None
    assert last_batch(epoch, replacement=True) is None


def test_with_replacement() -> None:
    last = last_batch(EpochPlan(1050, 100), replacement=True)
    assert last == (50, variance_ratio(50, 100, 1050, replacement=True), math.sqrt(2))


@settings(derandomize=True, deadline=None, max_examples=60)
@given(st.integers(2, 2000).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))))
def test_even_batch_sizes(pair: tuple[int, int]) -> None:
    n, b = pair
    even = even_batch_size(n, b)
    assert n % even == 0
    between = range(min(b, even) + 1, max(b, even))
    assert not any(n % size == 0 for size in between)
    assert (even == b) == (n % b == 0)


def test_even_batch_sizes_by_hand() -> None:
    assert even_batch_size(1001, 100) == 91
    assert even_batch_size(1050, 100) == 105
    assert even_batch_size(12, 5) == 4  # and not 6, as near


def floors(sampling: str) -> Comparison:
    problem = build_problem(SURFACES["least-squares"], 1001)
    return compare_floors(problem, 100, 91, learning_rate=0.1, sampling=sampling)


@pytest.mark.parametrize(("sampling", "kept"), [("reshuffle", 194.1), ("with-replacement", 19.9)])
def test_the_floor_it_leaves_and_its_cures(sampling: str, kept: float) -> None:
    found = floors(sampling)
    assert set(found.uneven) == set(REMAINDERS)
    assert found.even.settled
    ratios = {remainder: found.ratio(remainder) for remainder in REMAINDERS}
    assert ratios["keep"].predicted == pytest.approx(kept, abs=0.05)
    for measured, error, predicted in ratios.values():
        assert measured is not None
        assert error is not None
        assert predicted is not None
        # Least squares is not quite of constant noise: a percent or two.
        assert abs(measured - predicted) < 5 * error + 0.03 * predicted
    for cured in ("drop", "weight"):
        assert ratios[cured].measured == pytest.approx(0.85, abs=0.15)


def test_no_ratio_of_what_diverges() -> None:
    problem = build_problem(SURFACES["bowl"], 21)
    found = compare_floors(problem, 8, 7, learning_rate=4.0, epochs=60, replicas=2)
    assert found.ratio("keep") == (None, None, None)


def test_no_error_of_a_single_replica() -> None:
    problem = build_problem(SURFACES["bowl"], 21)
    found = compare_floors(problem, 8, 7, learning_rate=0.1, epochs=4, replicas=1)
    ratio = found.ratio("keep")
    assert ratio.measured is not None
    assert ratio.error is None


def test_the_error_of_a_ratio_is_that_of_independent_floors() -> None:
    problem = build_problem(SURFACES["bowl"], 21)
    found = compare_floors(problem, 8, 7, learning_rate=0.1, epochs=6, replicas=20)
    for remainder, floor in found.uneven.items():
        assert floor.mean
        assert floor.error
        assert found.even.mean
        assert found.even.error
        relative = math.hypot(floor.error / floor.mean, found.even.error / found.even.mean)
        ratio = found.ratio(remainder)
        expected = floor.mean / found.even.mean
        assert ratio.measured == pytest.approx(expected)
        assert ratio.error == pytest.approx(expected * relative)


def test_its_cost_is_counted() -> None:
    problem = build_problem(SURFACES["bowl"], 21)
    found = compare_floors(problem, 8, 7, learning_rate=0.1, epochs=4, replicas=3)
    plans = [found.even.plan, *(floor.plan for floor in found.uneven.values())]
    counted = updates_of_comparison(21, 8, 7, epochs=4, replicas=3)
    assert counted == 3 * sum(plan.updates for plan in plans)
