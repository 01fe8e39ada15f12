"""What an epoch draws by lot: how often examples come, how many a Poisson batch has."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.science.budget import Budget
from app.science.draws import (
    drawn_sizes,
    drawn_times,
    expected_distinct,
    expected_sizes,
    expected_times,
)
from app.science.epoch_plan import EpochPlan
from app.science.errors import ParameterError
from app.science.planning import make_plan


@given(st.integers(2, 40), st.integers(1, 60))
def test_expectations_are_binomial(examples: int, draws: int) -> None:
    exactly = [
        math.comb(draws, k) * (examples - 1) ** (draws - k) / examples ** (draws - 1)
        for k in range(draws + 1)
    ]
    np.testing.assert_allclose(expected_times(examples, draws, draws), exactly, rtol=1e-9)
    np.testing.assert_allclose(sum(exactly), examples)


def test_of_very_many_examples_a_share_of_1_over_e_never_comes() -> None:
    never, once = expected_times(10**9, 10**9, 1)
    assert never == pytest.approx(10**9 / math.e, rel=1e-8)
    assert once == pytest.approx(never, rel=1e-8)


def test_the_draws_are_those_of_a_run() -> None:
    budget = Budget(epochs=1)
    for remainder in ("keep", "drop"):
        plan = make_plan(
            examples=1050, batch_size=100, budget=budget, learning_rate=0.1, remainder=remainder
        )
        drawn = np.random.default_rng([3, 0]).integers(1050, size=1050)[: plan.examples_seen[-1]]
        times = drawn_times(EpochPlan(1050, 100, remainder), seed=3)
        np.testing.assert_array_equal(times, [(drawn == i).sum() for i in range(1050)])


def test_one_example_cannot_miss() -> None:
    with pytest.raises(ParameterError, match="examples is 1"):
        expected_times(1, 1, 1)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(1, 9))
def test_sizes_of_poisson_batches_are_binomial(examples: int, size: int, width: int) -> None:
    plan = EpochPlan(examples, min(size, examples), poisson=True)
    share = plan.batch_size / examples
    chances = [
        math.comb(examples, k) * share**k * (1 - share) ** (examples - k)
        for k in range(examples + 1)
    ]
    edges = np.arange(0, examples + width + 1, width)
    sums = [sum(chances[i : i + width]) * plan.updates for i in edges[:-1]]
    np.testing.assert_allclose(expected_sizes(plan, edges), sums, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(("size", "seed"), [(1, 0), (32, 3), (1050, 1)])
def test_poisson_batches_of_an_epoch_and_what_it_misses(size: int, seed: int) -> None:
    plan = EpochPlan(1050, size, poisson=True)
    rng, seen, sizes = np.random.default_rng([seed, 0]), set(), []
    for _ in range(plan.updates):
        members = np.flatnonzero(rng.random(1050) < size / 1050).tolist()
        sizes.append(len(members))
        seen |= {*members}
    found, missed = drawn_sizes(plan, seed)
    assert (found.tolist(), missed) == (sizes, 1050 - len(seen))
    chance = (1 - size / 1050) ** plan.updates
    expected = 1050 * (1 - chance)
    assert expected_distinct(plan, "poisson") == pytest.approx(expected)
    assert abs(len(seen) - expected) <= 5 * (1050 * chance * (1 - chance)) ** 0.5
