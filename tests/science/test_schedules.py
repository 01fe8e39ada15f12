"""Learning-rate schedules against scalar code, scalings, and a batch size that grows."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.science.errors import ParameterError
from app.science.growth import Growth
from app.science.schedules import LR_SCALINGS, LR_SCHEDULES, Decay, warmed

properties = settings(derandomize=True, deadline=None, max_examples=40)


def scalar(name: str, t: float, total: float, tau: float, gamma: float) -> float:
    """One factor from the formula, written another way."""
    factors = {
        "constant": 1.0,
        "inverse": tau / (tau + t),
        "step": math.exp(math.log(gamma) * (t // tau)),
        "cosine": math.cos(math.pi / 2 * t / total) ** 2,
        "one-cycle": 0.04 + 0.96 * t / (0.3 * total)
        if t < 0.3 * total
        else (total - t) / (0.7 * total),
    }
    return factors[name]


@pytest.mark.parametrize("name", LR_SCHEDULES)
@properties
@given(
    shares=st.lists(st.floats(0, 1), min_size=1, max_size=20),
    total=st.floats(0.01, 60),
    tau=st.integers(1, 40).map(lambda quarter: quarter / 4),
    gamma=st.floats(0.05, 1),
)
def test_formulas(name: str, shares: list[float], total: float, tau: float, gamma: float) -> None:
    times = [total * share for share in shares]
    factors = LR_SCHEDULES[name](np.array(times), total, Decay(epochs=tau, factor=gamma))
    expected = [scalar(name, t, total, tau, gamma) for t in times]
    np.testing.assert_allclose(factors, expected, rtol=1e-11, atol=1e-15)


@pytest.mark.parametrize("name", [name for name in LR_SCHEDULES if name != "one-cycle"])
def test_a_schedule_begins_at_one_and_never_rises(name: str) -> None:
    factors = LR_SCHEDULES[name](np.linspace(0, 20, 401), 20.0, Decay())
    assert factors[0] == 1
    assert np.all(np.diff(factors) <= 0)
    assert np.all(factors >= 0)


def test_one_cycle_is_highest_at_three_tenths() -> None:
    factors = LR_SCHEDULES["one-cycle"](np.linspace(0, 10, 1001), 10.0, Decay())
    assert [factors[0], factors[-1]] == pytest.approx([1 / 25, 0], abs=1e-15)
    assert factors.argmax() == 300
    assert factors.max() == pytest.approx(1)


def test_a_time_constant_is_counted_in_its_unit() -> None:
    t = np.arange(30.0)
    for unit, period in (("epochs", 4), ("updates", 7)):
        decay = Decay(epochs=4, factor=0.5, unit=unit, updates=7)
        np.testing.assert_allclose(
            LR_SCHEDULES["step"](t, 30.0, decay), 0.5 ** (t // period), rtol=1e-14
        )


def test_a_warm_up_rises_and_stays() -> None:
    np.testing.assert_allclose(warmed(6, 4), [0.25, 0.5, 0.75, 1, 1, 1])
    assert warmed(3, 0).tolist() == warmed(3, 1).tolist() == [1, 1, 1]


def test_a_batch_grows_by_updates_and_by_stages() -> None:
    by_updates = Growth(3, unit="updates", updates=10)
    sizes = [by_updates.batch_size(2, 0, 100, updates=u) for u in (0, 9, 10, 29, 30, 10**9)]
    assert sizes == [2, 2, 6, 18, 54, 100]
    by_stages = Growth(2, unit="stages", stages=3)
    sizes = [by_stages.batch_size(4, 0, 100, done=done, budget=10) for done in range(10)]
    assert sizes == [4, 4, 4, 4, 8, 8, 8, 16, 16, 16]


def test_step_drops_at_whole_periods() -> None:
    t = np.array([0, 4.999, 5, 9.999, 10])
    factors = LR_SCHEDULES["step"](t, 20.0, Decay(epochs=5, factor=0.1))
    np.testing.assert_allclose(factors, [1, 1, 0.1, 0.1, 0.01], rtol=1e-14)


def test_cosine_ends_at_zero() -> None:
    factors = LR_SCHEDULES["cosine"](np.array([0, 5, 10.0]), 10.0, Decay())
    np.testing.assert_allclose(factors, [1, 0.5, 0], atol=1e-15)


@pytest.mark.parametrize(
    ("name", "ratio", "factor"),
    [
        ("none", 4.0, 1.0),
        ("linear", 4.0, 4.0),
        ("sqrt", 4.0, 2.0),
        ("none", 0.25, 1.0),
        ("linear", 0.25, 0.25),
        ("sqrt", 0.25, 0.5),
    ],
)
def test_scalings(name: str, ratio: float, factor: float) -> None:
    assert LR_SCALINGS[name](ratio) == factor
    assert LR_SCALINGS[name](1.0) == 1


@properties
@given(
    initial=st.integers(1, 200),
    factor=st.integers(2, 10),
    epochs=st.integers(1, 7),
    epoch=st.integers(0, 300),
    more=st.integers(0, 5000),
)
def test_growth_multiplies_each_period_up_to_all_examples(
    initial: int, factor: int, epochs: int, epoch: int, more: int
) -> None:
    examples = initial + more
    size = initial
    for _ in range(epoch // epochs):
        size = min(size * factor, examples)
    assert Growth(factor, epochs).batch_size(initial, epoch, examples) == size


def test_growth_takes_no_giant_integers() -> None:
    assert Growth(10, 1).batch_size(1, 10**9, 1000) == 1000


@pytest.mark.parametrize(
    ("make", "parameter"),
    [
        (lambda: Decay(epochs=0), "decay_epochs"),
        (lambda: Decay(epochs=-1), "decay_epochs"),
        (lambda: Decay(epochs=math.inf), "decay_epochs"),
        (lambda: Decay(epochs=math.nan), "decay_epochs"),
        (lambda: Decay(factor=0), "decay_factor"),
        (lambda: Decay(factor=1.5), "decay_factor"),
        (lambda: Decay(factor=math.nan), "decay_factor"),
        (lambda: Growth(factor=1), "batch_factor"),
        (lambda: Growth(factor=0), "batch_factor"),
        (lambda: Growth(epochs=0), "batch_epochs"),
        (lambda: Growth(unit="years"), "batch_unit"),
        (lambda: Growth(updates=0), "batch_updates"),
        (lambda: Growth(stages=1), "batch_stages"),
        (lambda: Decay(unit="years"), "decay_unit"),
        (lambda: Decay(updates=0), "decay_updates"),
    ],
)
def test_errors_name_the_parameter(make: Callable[[], object], parameter: str) -> None:
    with pytest.raises(ParameterError, match=f"^{parameter} is ") as caught:
        make()
    assert caught.value.parameter == parameter
