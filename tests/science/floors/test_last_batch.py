"""A last batch of one: N = 1001, B = 100, beside even batches of 91."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.science.epoch_plan import REMAINDERS, EpochPlan
from app.science.floors.last_batch import (
    RemainderFloors,
    compare_floors,
    even_batch_size,
    last_batch,
)
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.variance_ratio import variance_ratio


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
    near = [d for d in range(1, n) if n % d == 0 and b / 2 <= d <= 2 * b]
    if n % b == 0:
        assert even == b
    elif even is None:
        assert not near
    else:
        assert even in near
        assert abs(even - b) == min(abs(d - b) for d in near)


def test_even_batch_sizes_by_hand() -> None:
    assert even_batch_size(1001, 100) == 91
    assert even_batch_size(1050, 100) == 105
    assert even_batch_size(12, 5) == 4  # and not 6, as near
    # A full batch has no floor, and one of a size far off another one for that alone.
    assert even_batch_size(103, 60) is None
    assert even_batch_size(101, 100) is None


def floors(sampling: str) -> RemainderFloors:
    problem = build_problem(SURFACES["least-squares"], 1001)
    return compare_floors(problem, 100, 91, learning_rate=0.1, sampling=sampling)


@pytest.mark.parametrize(("sampling", "kept"), [("reshuffle", 194.1), ("with-replacement", 19.9)])
def test_the_floor_it_leaves_and_its_cures(sampling: str, kept: float) -> None:
    found = floors(sampling)
    assert set(found.uneven) == set(REMAINDERS)
    assert found.even
    assert found.even.settled
    assert found.exact is False  # least squares' noise is not the same everywhere
    predicted = found.predicted("keep")
    assert predicted == pytest.approx(kept, abs=0.05)
    for remainder in REMAINDERS:
        ratio, predicted = found.ratio(remainder), found.predicted(remainder)
        assert ratio
        assert ratio.error
        assert predicted
        assert abs(ratio.value - predicted) < 5 * ratio.error + 0.03 * predicted
    for cured in ("drop", "weight"):
        ratio = found.ratio(cured)
        assert ratio
        assert ratio.value == pytest.approx(0.85, abs=0.15)


def test_no_ratio_of_what_diverges() -> None:
    problem = build_problem(SURFACES["bowl"], 21)
    found = compare_floors(problem, 8, 7, learning_rate=4.0, epochs=60, replicas=2)
    assert found.ratio("keep") is None
    assert found.predicted("keep") is None
    assert [floor.diverged for floor in found.floors] == [2, 2, 2, 2]
    assert not any(floor.settled for floor in found.floors)


def test_no_error_of_a_single_replica() -> None:
    problem = build_problem(SURFACES["bowl"], 21)
    found = compare_floors(problem, 8, 7, learning_rate=0.1, epochs=4, replicas=1)
    ratio = found.ratio("keep")
    assert ratio
    assert ratio.error is None


def test_a_theory_of_quadratics_is_of_quadratics_alone() -> None:
    kinds = {"bowl": True, "ravine": True, "least-squares-raw": False}
    for surface in ("bowl", "ravine", "least-squares-raw", "rastrigin", "logistic", "two-wells"):
        problem = build_problem(SURFACES[surface], 21)
        found = compare_floors(problem, 8, 7, learning_rate=0.01, epochs=2, replicas=1)
        assert found.exact is kinds.get(surface)
        assert (found.predicted("keep") is not None) == (surface in kinds)
