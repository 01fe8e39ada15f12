"""A run laid out: budgets, costs, epochs, rates."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.science.budget import Budget
from app.science.epoch_plan import REMAINDERS, EpochPlan
from app.science.errors import ParameterError
from app.science.growth import Growth
from app.science.plan import Plan, Segment
from app.science.planning import make_plan
from app.science.schedules import Decay

properties = settings(derandomize=True, deadline=None, max_examples=60)


def plan(**changes: Any) -> Plan:
    defaults: dict[str, Any] = {
        "examples": 1050,
        "batch_size": 100,
        "budget": Budget(epochs=2),
        "learning_rate": 0.1,
    }
    return make_plan(**defaults | changes)


# Budgets.


@pytest.mark.parametrize(
    ("budget", "sizes", "epochs"),
    [
        (Budget(epochs=1), [4, 4, 2], 1),
        (Budget(epochs=2), [4, 4, 2, 4, 4, 2], 2),
        (Budget(updates=1), [4], 1),
        (Budget(updates=3), [4, 4, 2], 1),
        (Budget(updates=4), [4, 4, 2, 4], 2),
        (Budget(examples_seen=4), [4], 1),
        (Budget(examples_seen=9), [4, 4], 1),
        (Budget(examples_seen=10), [4, 4, 2], 1),
        (Budget(examples_seen=13), [4, 4, 2], 1),  # no update of a second epoch fits
        (Budget(examples_seen=14), [4, 4, 2, 4], 2),
    ],
)
def test_budgets(budget: Budget, sizes: list[int], epochs: int) -> None:
    made = plan(examples=10, batch_size=4, budget=budget)
    assert made.sizes.tolist() == sizes
    assert made.updates == len(sizes) == len(made.rates)
    assert len(made.epochs) == epochs


def test_a_dropped_remainder_is_not_seen() -> None:
    made = plan(examples=10, batch_size=4, budget=Budget(examples_seen=16), remainder="drop")
    assert made.sizes.tolist() == [4, 4, 4, 4]
    assert made.examples_seen.tolist() == [0, 4, 8, 12, 16]
    np.testing.assert_allclose(made.epoch, [0, 0.5, 1, 1.5, 2], rtol=1e-15)


@pytest.mark.parametrize(
    ("given_budget", "named"),
    [
        ({"epochs": 3, "updates": 5}, ("epochs", "updates")),
        ({"updates": 5, "examples_seen": 9}, ("updates", "examples_seen")),
        ({"epochs": 1, "updates": 5, "examples_seen": 9}, ("epochs", "updates", "examples_seen")),
    ],
)
def test_more_than_one_budget(given_budget: dict[str, int], named: tuple[str, ...]) -> None:
    with pytest.raises(ParameterError, match=f"give only one of {', '.join(named)}$") as caught:
        Budget(**given_budget)
    assert caught.value.parameter == " and ".join(named)
    assert caught.value.value == list(given_budget.values())


def test_no_budget() -> None:
    with pytest.raises(ParameterError, match="exactly one of"):
        Budget()


@pytest.mark.parametrize("name", ["epochs", "updates", "examples_seen"])
@pytest.mark.parametrize("value", [0, -1])
def test_a_budget_is_at_least_one(name: str, value: int) -> None:
    with pytest.raises(ParameterError, match=f"^{name} is {value}, which is not an integer"):
        Budget(**{name: value})


def test_a_budget_no_update_fits_into() -> None:
    with pytest.raises(ParameterError, match=r"^examples_seen is 99, .* at least 100, the batch"):
        plan(budget=Budget(examples_seen=99))
    assert plan(budget=Budget(examples_seen=100)).updates == 1


# Costs.


def test_epoch_is_the_fraction_of_the_examples() -> None:
    made = plan(examples=10, batch_size=4, budget=Budget(updates=5))
    assert made.examples_seen.tolist() == [0, 4, 8, 10, 14, 18]
    np.testing.assert_allclose(made.epoch, [0, 0.4, 0.8, 1, 1.4, 1.8], rtol=1e-15)
    assert made.epoch_ends.tolist() == [3]
    assert plan().epoch_ends.tolist() == [11, 22]


@properties
@given(
    pair=st.integers(1, 300).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n))),
    remainder=st.sampled_from(list(REMAINDERS)),
    kind=st.sampled_from(["epochs", "updates", "examples_seen"]),
    amount=st.integers(1, 1500),
    growth=st.none() | st.builds(Growth, factor=st.integers(2, 4), epochs=st.integers(1, 3)),
)
def test_invariants(
    pair: tuple[int, int], remainder: str, kind: str, amount: int, growth: Growth | None
) -> None:
    n, b = pair
    amount = {"epochs": min(amount, 6), "updates": amount, "examples_seen": b - 1 + amount}[kind]
    budget = Budget(**{kind: amount})
    made = plan(examples=n, batch_size=b, budget=budget, remainder=remainder, growth=growth)
    every_size = np.concatenate([epoch.sizes for epoch in made.epochs])

    # The updates are the epochs', the last epoch begun and perhaps cut short.
    np.testing.assert_array_equal(made.sizes, every_size[: made.updates])
    before_last = len(every_size) - made.epochs[-1].updates
    assert before_last < made.updates <= len(every_size)
    # The budget is met, and no further update would fit.
    seen = int(made.examples_seen[-1])
    if kind == "epochs":
        assert len(made.epochs) == amount
        assert made.updates == len(every_size)
    elif kind == "updates":
        assert made.updates == amount
    else:
        following = plan(
            examples=n, batch_size=b, budget=Budget(updates=made.updates + 1),
            remainder=remainder, growth=growth,
        )  # fmt: skip
        assert seen <= amount < following.examples_seen[-1]

    np.testing.assert_array_equal(np.diff(made.examples_seen), made.sizes)
    assert len(made.epoch) == made.updates + 1
    assert np.all(np.diff(made.epoch) > 0)
    # Epoch k ends exactly at k, however many updates it took.
    np.testing.assert_array_equal(
        made.epoch[made.epoch_ends], np.arange(1, len(made.epoch_ends) + 1)
    )
    assert len(made.epochs) - 1 <= len(made.epoch_ends) <= len(made.epochs)
    # Segments tell of every epoch and update once.
    firsts = [(s.first_epoch, s.first_update) for s in made.segments]
    assert firsts[0] == (0, 1)
    for segment in made.segments:
        assert made.epochs[segment.first_epoch] == segment.epoch
        assert made.epoch[segment.first_update - 1] == segment.first_epoch
    assert made.segments[0].epoch.batch_size == b
    assert len({s.epoch.batch_size for s in made.segments}) == len(made.segments)


@pytest.mark.parametrize(
    ("changes", "deterministic"),
    [
        ({"batch_size": 1050}, True),
        ({"batch_size": 1050, "sampling": "shuffle-once"}, True),
        ({"batch_size": 1050, "sampling": "sequential"}, True),
        ({"batch_size": 1050, "sampling": "with-replacement"}, False),
        ({"batch_size": 1049}, False),
        ({"batch_size": 1049, "remainder": "drop"}, False),
        ({"batch_size": 600, "growth": Growth(epochs=1)}, False),
    ],
)
def test_deterministic(changes: dict[str, Any], deterministic: bool) -> None:
    assert plan(**changes).deterministic is deterministic


def test_batch_growth() -> None:
    made = plan(
        examples=100, batch_size=20, budget=Budget(epochs=7), growth=Growth(factor=2, epochs=2)
    )
    assert [epoch.batch_size for epoch in made.epochs] == [20, 20, 40, 40, 80, 80, 100]
    assert made.segments == (
        Segment(0, 1, EpochPlan(100, 20), 0.1),
        Segment(2, 11, EpochPlan(100, 40), 0.1),
        Segment(4, 17, EpochPlan(100, 80), 0.1),
        Segment(6, 21, EpochPlan(100, 100), 0.1),
    )
    assert made.epoch_ends.tolist() == [5, 10, 13, 16, 18, 20, 21]
    assert made.batch_size == 20


# Rates.


def test_weight_scales_the_gradient_of_the_last_batch() -> None:
    made = plan(examples=10, batch_size=4, remainder="weight", learning_rate=0.3)
    assert made.weights.tolist() == [1, 1, 0.5] * 2
    assert made.rates.tolist() == [0.3] * 6
    assert np.all(plan(examples=10, batch_size=4).weights == 1)
    grown = plan(examples=10, batch_size=4, remainder="weight", growth=Growth(epochs=1))
    assert grown.weights.tolist() == [1, 1, 2 / 4, 1, 2 / 8]


@pytest.mark.parametrize(
    ("lr_scaling", "batch_size", "reference", "rate"),
    [
        ("none", 128, 32, 0.1),
        ("linear", 128, 32, 0.4),
        ("linear", 8, 32, 0.025),
        ("linear", 1050, 1050, 0.1),
        ("sqrt", 128, 32, 0.2),
        ("sqrt", 8, 32, 0.05),
        ("sqrt", 100, 1, 1.0),
    ],
)
def test_rates_scale_from_the_reference_batch_size(
    lr_scaling: str, batch_size: int, reference: int, rate: float
) -> None:
    made = plan(
        batch_size=batch_size,
        lr_scaling=lr_scaling,
        reference_batch_size=reference,
        learning_rate=0.1,
    )
    assert made.learning_rate == pytest.approx(rate, rel=1e-14)
    np.testing.assert_allclose(made.rates, rate, rtol=1e-14)


def test_the_default_reference_is_32() -> None:
    assert plan(batch_size=64, lr_scaling="linear").learning_rate == pytest.approx(0.2)


@pytest.mark.parametrize(("lr_scaling", "factor"), [("none", 1), ("linear", 2), ("sqrt", 2**0.5)])
def test_scaling_follows_a_batch_that_grows(lr_scaling: str, factor: float) -> None:
    made = plan(
        batch_size=32, budget=Budget(epochs=12), lr_scaling=lr_scaling, growth=Growth(epochs=5),
        learning_rate=0.1,
    )  # fmt: skip
    assert made.learning_rate == 0.1
    for segment, times in zip(made.segments, (1, factor, factor**2), strict=True):
        assert segment.learning_rate == pytest.approx(0.1 * times, rel=1e-14)
        begins = segment.first_update - 1
        until = begins + segment.epoch.updates
        assert set(made.rates[begins:until].tolist()) == {segment.learning_rate}


def test_a_schedule_sees_the_epochs_elapsed_before_an_update() -> None:
    decay = Decay(epochs=2, factor=0.5)
    common: dict[str, Any] = {
        "examples": 10,
        "batch_size": 4,
        "budget": Budget(updates=8),
        "learning_rate": 0.8,
        "remainder": "weight",
        "decay": decay,
    }
    elapsed = [0, 0.4, 0.8, 1, 1.4, 1.8, 2, 2.4]  # of 2.8 in all
    expected = {
        "constant": [1.0 for _ in elapsed],
        "inverse": [1 / (1 + t / 2) for t in elapsed],
        "step": [0.5 if t >= 2 else 1.0 for t in elapsed],
        "cosine": [(1 + math.cos(math.pi * t / 2.8)) / 2 for t in elapsed],
    }
    for name, factors in expected.items():
        rates = plan(**common, lr_schedule=name).rates
        np.testing.assert_allclose(rates, 0.8 * np.array(factors), rtol=1e-13)


def test_batch_sizes_are_decayed_alike_at_equal_epochs() -> None:
    small, large = (
        plan(examples=64, batch_size=b, budget=Budget(epochs=6), lr_schedule="inverse")
        for b in (4, 32)
    )
    at_epoch_starts = [
        made.rates[np.concatenate([[0], made.epoch_ends[:-1]])] for made in (small, large)
    ]
    np.testing.assert_array_equal(*at_epoch_starts)


@pytest.mark.parametrize(
    ("changes", "parameter"),
    [
        ({"sampling": "bootstrap"}, "sampling"),
        ({"remainder": "pad"}, "remainder"),
        ({"lr_scaling": "cubic"}, "lr_scaling"),
        ({"lr_schedule": "warm"}, "lr_schedule"),
        ({"learning_rate": 0.0}, "learning_rate"),
        ({"learning_rate": -0.1}, "learning_rate"),
        ({"learning_rate": math.nan}, "learning_rate"),
        ({"learning_rate": math.inf}, "learning_rate"),
        ({"reference_batch_size": 0}, "reference_batch_size"),
        ({"batch_size": 0}, "batch_size"),
        ({"batch_size": 1051}, "batch_size"),
        ({"batch_size": 1051, "growth": Growth()}, "batch_size"),
    ],
)
def test_errors_name_the_parameter(changes: dict[str, Any], parameter: str) -> None:
    with pytest.raises(ParameterError, match=f"^{parameter} is ") as caught:
        plan(**changes)
    assert caught.value.parameter == parameter
    assert caught.value.value is changes[parameter]


@properties
@given(
    st.integers(1, 300),
    st.sampled_from(sorted(REMAINDERS)),
    st.sampled_from([None, Growth(factor=3, epochs=1)]),
)
def test_what_ends_early_is_the_beginning_of_the_whole(
    update: int, remainder: str, growth: Growth | None
) -> None:
    whole = plan(
        examples=50,
        batch_size=7,
        budget=Budget(epochs=9),
        remainder=remainder,
        growth=growth,
        lr_schedule="cosine",
    )
    part = whole.until(update)
    assert part.updates == min(update, whole.updates)
    for name in ("sizes", "rates", "weights"):
        np.testing.assert_array_equal(getattr(part, name), getattr(whole, name)[:update])
    np.testing.assert_array_equal(part.epoch, whole.epoch[: update + 1])
    np.testing.assert_array_equal(part.epoch_ends, whole.epoch_ends[whole.epoch_ends <= update])
    assert sum(epoch.updates for epoch in part.epochs[:-1]) < part.updates
    assert part.updates <= sum(epoch.updates for epoch in part.epochs)
