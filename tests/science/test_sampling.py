"""An epoch cut into batches, the orders it is visited in, and what a small batch's variance is."""

import itertools
import math
from collections.abc import Iterator
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.science import sampling
from app.science.epoch_plan import REMAINDERS, EpochPlan
from app.science.errors import ParameterError
from app.science.sampling import (
    INDEPENDENT,
    SAMPLINGS,
    check_classes,
    check_sizes,
    check_theory,
    class_shares,
    poisson_epoch,
)
from app.science.variance_ratio import variance_ratio

properties = settings(derandomize=True, deadline=None, max_examples=80)

examples_and_batch_size = st.integers(1, 3000).flatmap(
    lambda n: st.tuples(st.just(n), st.integers(1, n))
)


@pytest.mark.parametrize(
    ("examples", "batch_size", "remainder", "groups", "updates"),
    [
        (1050, 100, "keep", ((100, 10), (50, 1)), 11),
        (1050, 100, "weight", ((100, 10), (50, 1)), 11),
        (1050, 100, "drop", ((100, 10),), 10),
        (1000, 500, "keep", ((500, 2),), 2),
        (1000, 32, "keep", ((32, 31), (8, 1)), 32),
        (1001, 100, "keep", ((100, 10), (1, 1)), 11),
        (1000, 1, "keep", ((1, 1000),), 1000),
        (1000, 1000, "drop", ((1000, 1),), 1),
        (1, 1, "keep", ((1, 1),), 1),
    ],
)
def test_groups(
    examples: int,
    batch_size: int,
    remainder: str,
    groups: tuple[tuple[int, int], ...],
    updates: int,
) -> None:
    plan = EpochPlan(examples, batch_size, remainder)
    assert plan.groups == groups
    assert plan.updates == updates


@properties
@given(examples_and_batch_size, st.sampled_from(list(REMAINDERS)))
def test_sizes_cover_the_epoch(pair: tuple[int, int], remainder: str) -> None:
    n, b = pair
    plan = EpochPlan(n, b, remainder)
    whole = n // b * b
    if remainder == "drop":
        assert plan.updates == n // b
        assert plan.examples_used == whole
        assert set(plan.sizes.tolist()) == {b}
    else:
        assert plan.updates == math.ceil(n / b)
        assert plan.examples_used == n
        assert plan.sizes[-1] == (n - whole or b)
        assert set(plan.sizes[:-1].tolist()) <= {b}
    assert plan.sizes.sum() == plan.examples_used
    assert len(plan.sizes) == plan.updates
    assert plan.whole == (n == b)
    assert [size for size, count in plan.groups for _ in range(count)] == plan.sizes.tolist()


@properties
@given(examples_and_batch_size, st.sampled_from(list(REMAINDERS)))
def test_only_weight_scales_and_only_the_last_batch(pair: tuple[int, int], remainder: str) -> None:
    plan = EpochPlan(*pair, remainder)
    weights = plan.weights.tolist()
    assert weights[:-1] == [1.0] * (plan.updates - 1)
    last = plan.sizes[-1] / plan.batch_size if remainder == "weight" else 1.0
    assert weights[-1] == last


@pytest.mark.parametrize(
    ("examples", "batch_size", "remainder", "parameter", "value"),
    [
        (10, 0, "keep", "batch_size", 0),
        (10, -3, "keep", "batch_size", -3),
        (10, 11, "keep", "batch_size", 11),
        (10, 5, "pad", "remainder", "pad"),
    ],
)
def test_errors_name_the_parameter(
    examples: int, batch_size: int, remainder: str, parameter: str, value: object
) -> None:
    with pytest.raises(ParameterError, match=f"^{parameter} is {value!r}, which is not") as caught:
        EpochPlan(examples, batch_size, remainder)
    assert (caught.value.parameter, caught.value.value) == (parameter, value)


# Orders, each written again beside the implementation.


def fresh_permutations(rng: np.random.Generator, n: int) -> Iterator[NDArray[np.int64]]:
    return (rng.permutation(n) for _ in itertools.count())


def one_permutation(rng: np.random.Generator, n: int) -> Iterator[NDArray[np.int64]]:
    return itertools.repeat(rng.permutation(n))


def stored_order(rng: np.random.Generator, n: int) -> Iterator[NDArray[np.int64]]:
    del rng
    return itertools.repeat(np.array(range(n)))


def independent_draws(rng: np.random.Generator, n: int) -> Iterator[NDArray[np.int64]]:
    return (rng.integers(n, size=n) for _ in itertools.count())


def by_label(rng: np.random.Generator, n: int) -> Iterator[NDArray[np.int64]]:
    del rng
    return itertools.repeat(np.array(sorted(range(n), key=lambda i: LABELS[i])))


def classes_alike(rng: np.random.Generator, n: int) -> Iterator[NDArray[np.int64]]:
    labels = LABELS[:n].tolist()
    chance = [1 / len({*labels}) / labels.count(label) for label in labels]
    cumulated = np.cumsum(chance)
    return (
        np.searchsorted(cumulated / cumulated[-1], rng.random(n), "right")
        for _ in itertools.count()
    )


LABELS: NDArray[np.float64] = np.resize([1.0, -1.0, 1.0, 0.5], 41)
ORDERS = {
    "reshuffle": fresh_permutations,
    "shuffle-once": one_permutation,
    "sequential": stored_order,
    "sorted": by_label,
    "with-replacement": independent_draws,
    "balanced": classes_alike,
    "poisson": stored_order,  # of a batch of all examples; others are below
}


@pytest.mark.parametrize("name", SAMPLINGS)
@pytest.mark.parametrize("n", [1, 2, 37])
def test_orders(name: str, n: int) -> None:
    def first_epochs(orders: Iterator[NDArray[np.int64]]) -> NDArray[np.int64]:
        return np.array(list(itertools.islice(orders, 5)))

    actual = first_epochs(SAMPLINGS[name](np.random.default_rng([3, 1]), n, LABELS[:n]))
    expected = first_epochs(ORDERS[name](np.random.default_rng([3, 1]), n))
    np.testing.assert_array_equal(actual, expected)


@pytest.mark.parametrize("name", SAMPLINGS)
def test_orders_as_they_are_written(name: str) -> None:
    drawn_so, names = SAMPLINGS[name], {"rng": np.random.default_rng(5), "N": 37, "np": np}
    labels = LABELS[:37].tolist()
    exec("\n".join(drawn_so.before).format(labels=labels), names)  # noqa: S102
    written = drawn_so.order.format(labels=labels, size="N")
    order = eval(written, names)  # noqa: S307
    for drawn in itertools.islice(drawn_so(np.random.default_rng(5), 37, LABELS[:37]), 4):
        np.testing.assert_array_equal(drawn, order)
        order = eval(written, names) if drawn_so.each_epoch else order  # noqa: S307


def test_what_has_no_label_is_not_sorted() -> None:
    with pytest.raises(ParameterError, match=r"^sampling is 'sorted', which is not one of reshuff"):
        next(SAMPLINGS["sorted"](np.random.default_rng(0), 5))


@pytest.mark.parametrize("name", [name for name in SAMPLINGS if name not in INDEPENDENT])
def test_an_epoch_without_replacement_visits_each_example_once(name: str) -> None:
    orders = SAMPLINGS[name](np.random.default_rng(0), 41, LABELS)
    for order in itertools.islice(orders, 4):
        assert sorted(order.tolist()) == list(range(41))


def test_poisson_batches_are_drawn_example_by_example(monkeypatch: pytest.MonkeyPatch) -> None:
    n, size = 23, 7
    epoch = EpochPlan(n, size, poisson=True)
    assert (epoch.updates, epoch.groups) == (4, ((7, 4),))
    rng = np.random.default_rng(3)
    expected = [np.flatnonzero(rng.random(n) < size / n) for _ in range(8)]
    for drawn_at_once in (1, n, 3 * n, 1 << 20):
        monkeypatch.setattr(sampling, "DRAWN", drawn_at_once)
        again = np.random.default_rng(3)
        epochs = [poisson_epoch(again, epoch) for _ in range(2)]
        batches = [codes[codes // n == k] % n for codes in epochs for k in range(4)]
        for batch, members in zip(batches, expected, strict=True):
            np.testing.assert_array_equal(batch, members)


def test_poisson_batches_of_all_examples_are_just_that() -> None:
    (drawn,) = itertools.islice(SAMPLINGS["poisson"](np.random.default_rng(0), 9), 1)
    assert drawn.tolist() == list(range(9))


@pytest.mark.parametrize("remainder", ["drop", "weight"])
def test_of_poisson_batches_none_is_a_remainder(remainder: str) -> None:
    with pytest.raises(ParameterError, match=f"^remainder is '{remainder}', which is not keep"):
        EpochPlan(10, 3, remainder, poisson=True)


def test_what_is_told_of_batches_of_one_size_is_not_told_of_poisson_batches() -> None:
    with pytest.raises(ParameterError, match=r"^sampling is 'poisson', which is not one of resh"):
        check_sizes("poisson")
    for name in ORDERS.keys() - {"poisson"}:
        check_sizes(name)


def test_a_theory_of_all_examples_is_not_told_of_balanced_batches() -> None:
    for name in ("balanced", "poisson"):
        with pytest.raises(ParameterError, match=rf"^sampling is '{name}'") as caught:
            check_theory(name)
        assert not {"balanced", "poisson"} & {*str(caught.value.allowed).split(":")[0].split(", ")}
    for name in ORDERS.keys() - {"balanced", "poisson"}:
        check_theory(name)


def test_what_has_no_classes_is_not_balanced() -> None:
    with pytest.raises(ParameterError, match=r"^sampling is 'balanced', which is not one of resh"):
        next(SAMPLINGS["balanced"](np.random.default_rng(0), 5))
    with pytest.raises(ParameterError, match="these examples have no classes"):
        check_classes("balanced", classified=False)


@pytest.mark.parametrize("labels", [[0, 0, 0, 2, 2, 5], [1, -1, -1, -1, -1], [3, 3]])
def test_every_class_is_as_likely(labels: list[int]) -> None:
    shares = class_shares(np.array(labels))
    for label in {*labels}:
        of_class = shares[np.array(labels) == label]
        assert of_class.sum() == pytest.approx(1 / len({*labels}), rel=1e-14)
        assert np.ptp(of_class) == 0
    draws = next(SAMPLINGS["balanced"](np.random.default_rng(1), len(labels), np.array(labels)))
    assert len(draws) == len(labels)


# Variances.


@pytest.mark.parametrize(("examples", "reference", "last"), [(1001, 100, 1), (1050, 100, 50)])
def test_variance_ratio_of_a_last_batch(examples: int, reference: int, last: int) -> None:
    fpc = ((examples - last) / (examples - 1)) / ((examples - reference) / (examples - 1))
    ratio = variance_ratio(last, reference, examples, replacement=False)
    assert ratio == pytest.approx(reference / last * fpc, rel=1e-14)
    assert variance_ratio(last, reference, examples, replacement=True) == reference / last


def test_variance_ratio_of_the_last_batch_of_one() -> None:
    ratio = variance_ratio(1, 100, 1001, replacement=False)
    assert ratio is not None
    assert ratio == pytest.approx(110.99, abs=0.005)
    assert math.sqrt(ratio) == pytest.approx(10.5, abs=0.05)


def test_variance_ratio_at_full_batch() -> None:
    assert variance_ratio(7, 7, 7, replacement=False) is None
    assert variance_ratio(3, 7, 7, replacement=False) is None
    assert variance_ratio(7, 3, 7, replacement=False) == 0
    assert variance_ratio(7, 7, 7, replacement=True) == 1


@pytest.mark.parametrize("replacement", [False, True])
def test_variance_ratio_against_every_batch_there_is(replacement: bool) -> None:
    n = 6
    population = np.random.default_rng(1).standard_normal(n)

    @cache
    def variance(size: int) -> float:
        batches = (
            itertools.product(population, repeat=size)
            if replacement
            else itertools.combinations(population, size)
        )
        return float(np.var([np.mean(batch) for batch in batches]))

    for size, reference in itertools.product(range(1, n), repeat=2):
        ratio = variance_ratio(size, reference, n, replacement=replacement)
        assert ratio == pytest.approx(variance(size) / variance(reference), rel=1e-10)


@pytest.mark.parametrize("replacement", [False, True])
@pytest.mark.parametrize(
    ("n", "b", "draws"), [(1001, 100, 4000), (70, 32, 20_000)], ids=["1001/100", "70/32"]
)
def test_variance_ratio_against_measured_batches(
    n: int, b: int, draws: int, replacement: bool
) -> None:
    # Five standard errors: a right formula fails at one seed in 1.7 million.
    rng = np.random.default_rng(2)
    population = rng.standard_normal(n)
    population -= population.mean()
    last = n % b
    epochs = (
        population[rng.integers(n, size=(draws, n))]
        if replacement
        else rng.permuted(np.tile(population, (draws, 1)), axis=1)
    )

    def mean_square(means: NDArray[np.float64]) -> tuple[float, float]:
        """A variance about the known mean 0, and its relative standard error."""
        squares = means**2
        variance = float(squares.mean())
        return variance, float(squares.std()) / math.sqrt(draws) / variance

    small, small_error = mean_square(epochs[:, -last:].mean(axis=1))
    full, full_error = mean_square(epochs[:, :b].mean(axis=1))
    predicted = variance_ratio(last, b, n, replacement=replacement)
    assert predicted is not None
    standard_error = predicted * math.hypot(small_error, full_error)
    assert abs(small / full - predicted) < 5 * standard_error


@pytest.mark.parametrize(("name", "scale"), [("reshuffle", -1.0), ("with-replacement", 0.0)])
def test_two_batches_of_one_epoch(name: str, scale: float) -> None:
    # Covariance of two batch means of an epoch: −S/N without replacement, 0 with.
    n, b, draws = 20, 6, 20_000
    rng = np.random.default_rng(4)
    population = rng.standard_normal(n)
    population -= population.mean()
    orders = SAMPLINGS[name](rng, n)
    epochs = population[np.array(list(itertools.islice(orders, draws)))]
    products = epochs[:, :b].mean(axis=1) * epochs[:, b : 2 * b].mean(axis=1)
    standard_error = products.std() / math.sqrt(draws)
    predicted = scale * population.var(ddof=1) / n
    assert abs(products.mean() - predicted) < 5 * standard_error
    # And the test can tell the two apart.
    assert population.var(ddof=1) / n > 10 * standard_error
