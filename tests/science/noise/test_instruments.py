"""The instruments against their papers' formulas written out, and where they say nothing."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.growth import Growth
from app.science.noise import instruments
from app.science.noise.batch_moments import BatchMoments, measure_batches
from app.science.noise.instrument_logs import Reading, read
from app.science.noise.instruments import INSTRUMENTS
from app.science.noise.pairs import pairs_refusal
from app.science.noise.point import noise_at
from app.science.optimizers import OPTIMIZERS
from app.science.plan import Plan
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem
from app.science.replay import replay

N, SEED = 70, 1
Gradients = NDArray[np.float64]  # of a batch, (B, 2)


def plan_of(batch_size: int, **options: Any) -> Plan:
    defaults: dict[str, Any] = {"budget": Budget(epochs=2), "learning_rate": 0.05}
    return make_plan(examples=N, batch_size=batch_size, **defaults | options)


def readings(
    problem: Problem, plan: Plan, optimizer: str = "sgd"
) -> tuple[dict[str, Reading], NDArray[np.float64]]:
    """At every update of a run, and the points they start from."""
    start = problem.surface.start
    paths = run(problem, plan, OPTIMIZERS[optimizer](), start, generators(SEED, 1))
    points = np.hstack([paths.w0, paths.w1])[:-1]
    updates = np.arange(1, plan.updates + 1)
    found = read(problem, plan, optimizer, generators(SEED, 1)[0], updates, points)
    return {reading.id: reading for reading in found}, points


# The papers' formulas, an example at a time; ``left`` is the share of the examples not drawn.


def norm_test(g: Gradients, left: float) -> float:
    b, mean = len(g), g.mean(axis=0)
    variance = sum(float((x - mean) @ (x - mean)) for x in g) / (b - 1)
    return math.sqrt(left * variance / b / (mean @ mean))


def inner_product_test(g: Gradients, left: float) -> float:
    b, mean = len(g), g.mean(axis=0)
    square = float(mean @ mean)
    variance = sum((float(x @ mean) - square) ** 2 for x in g) / (b - 1)
    return math.sqrt(left * variance / b / square**2)


def orthogonality_test(g: Gradients, left: float) -> float:
    b, mean = len(g), g.mean(axis=0)
    square = float(mean @ mean)
    rests = [x - (x @ mean) / square * mean for x in g]
    variance = sum(float(rest @ rest) for rest in rests) / (b - 1)
    return math.sqrt(left * variance / b / square)


def early_stopping(g: Gradients, left: float) -> float:  # noqa: ARG001
    b, mean = len(g), g.mean(axis=0)
    variances = [sum((x[d] - mean[d]) ** 2 for x in g) / (b - 1) for d in (0, 1)]
    return float(b / 2 * sum(mean[d] ** 2 / variances[d] for d in (0, 1)))


FORMULAS: dict[str, Callable[[Gradients, float], float]] = {
    "norm-test": norm_test,
    "inner-product-test": inner_product_test,
    "orthogonality-test": orthogonality_test,
    "early-stopping": early_stopping,
}


@pytest.mark.parametrize(
    "options", [{}, {"remainder": "weight"}, {"sampling": "with-replacement"}], ids=str
)
@pytest.mark.parametrize("surface", ["least-squares", "logistic", "tanh-neuron", "rosenbrock"])
@pytest.mark.parametrize("batch_size", [8, 32])
def test_every_value_is_its_formula_s(
    surface: str, batch_size: int, options: dict[str, Any]
) -> None:
    problem = build_problem(SURFACES[surface], N)
    plan = plan_of(batch_size, learning_rate=problem.surface.learning_rate, **options)
    found, points = readings(problem, plan)
    batches = replay(plan, generators(SEED, 1)[0], range(1, plan.updates + 1))
    assert set(found) == set(INSTRUMENTS) == {*FORMULAS, "cabs"}
    for k, (batch, point) in enumerate(zip(batches, points.tolist(), strict=True)):
        noise = noise_at(problem, tuple(point))
        g = noise.gradients[:, batch].T
        left = 1.0 if plan.sampling == "with-replacement" else 1 - len(batch) / N
        for name, formula in FORMULAS.items():
            assert found[name].values[k] == pytest.approx(formula(g, left), rel=1e-8)
        variance = float(np.trace(np.cov(g.T)))
        above = noise.loss - problem.minima[0].loss
        assert found["cabs"].values[k] == pytest.approx(plan.rates[k] * variance / above, rel=1e-8)


def test_the_norm_test_is_the_other_two_together() -> None:
    found, _ = readings(build_problem(SURFACES["tanh-neuron"], N), plan_of(8))
    norm, inner, across = (
        np.array(found[name].values, dtype=float)
        for name in ("norm-test", "inner-product-test", "orthogonality-test")
    )
    np.testing.assert_allclose(norm**2, inner**2 + across**2, rtol=1e-10)


def test_pure_noise_reads_a_little_above_1() -> None:
    # With independent Gaussian gradients of mean 0, B g_d²/Σ̂_dd is F(1, B − 1) distributed.
    problem, size = build_problem(SURFACES["bowl"], 2000), 20
    plan = make_plan(
        examples=2000,
        batch_size=size,
        budget=Budget(updates=1500),
        learning_rate=0.1,
        sampling="with-replacement",
    )
    points = np.tile(problem.minima[0].point, (1500, 1))
    rng, updates = np.random.default_rng(0), np.arange(1, 1501)
    found = read(problem, plan, "sgd", rng, updates, points)
    values = np.array({reading.id: reading for reading in found}["early-stopping"].values)
    expected = (size - 1) / (size - 3)
    assert abs(values.mean() - expected) < 5 * values.std() / math.sqrt(len(values))


def test_the_norm_test_is_of_the_error_about_the_full_gradient() -> None:
    """Its square times ‖g‖² is unbiased for E‖g − G‖², at five standard errors."""
    problem, size, examples, count = build_problem(SURFACES["bowl"], 200), 190, 200, 3000
    plan = make_plan(
        examples=examples, batch_size=size, budget=Budget(epochs=count), learning_rate=0.1
    )
    point = (1.0, 1.0)
    noise = noise_at(problem, point)
    updates = 1 + 2 * np.arange(count)
    points = np.tile(point, (count, 1))
    batches = measure_batches(problem, plan, np.random.default_rng(0), updates, points)
    estimated = instruments.norm_test(batches) ** 2 * batches.squared_norm
    off = np.sum((batches.gradient - noise.gradient) ** 2, axis=1)
    apart = estimated.mean() - off.mean()
    error = math.hypot(*[np.std(x) / math.sqrt(count) for x in (estimated, off)])
    assert abs(apart) < 5 * error
    # As if independent it would read √(N/(N−B)) = 4.5 times too much.
    assert estimated.mean() * examples / (examples - size) > 15 * off.mean()


# Where they say nothing.


def refused(found: dict[str, Reading]) -> set[str]:
    for reading in found.values():
        assert (reading.refused is not None) == (not reading.values)
    return {name for name, reading in found.items() if reading.refused}


def test_single_examples_have_no_spread() -> None:
    found, _ = readings(build_problem(SURFACES["least-squares"], N), plan_of(1))
    assert refused(found) == set(INSTRUMENTS)
    assert all("one example" in (reading.refused or "") for reading in found.values())


def test_a_last_batch_of_one_has_none_either() -> None:
    found, _ = readings(build_problem(SURFACES["least-squares"], N), plan_of(23))
    assert refused(found) == set()
    for reading in found.values():
        assert [value is None for value in reading.values] == [False, False, False, True] * 2


def test_the_full_batch_has_no_sampling_error() -> None:
    problem = build_problem(SURFACES["least-squares"], N)
    found, _ = readings(problem, plan_of(N))
    assert refused(found) == {"norm-test", "inner-product-test", "orthogonality-test"}
    assert "exact" in (found["norm-test"].refused or "")
    found, _ = readings(problem, plan_of(N, sampling="with-replacement"))
    assert refused(found) == set()


def test_a_batch_that_grows_to_all_examples_loses_the_tests() -> None:
    plan = plan_of(35, growth=Growth(factor=2, epochs=1), budget=Budget(epochs=3))
    found, _ = readings(build_problem(SURFACES["least-squares"], N), plan)
    for name in ("norm-test", "inner-product-test", "orthogonality-test"):
        assert [value is None for value in found[name].values] == [False, False, True, True]
    assert None not in found["cabs"].values
    assert None not in found["early-stopping"].values


@pytest.mark.parametrize("sampling", ["sequential", "sorted"])
def test_an_order_of_no_chance_is_not_read(sampling: str) -> None:
    problem = build_problem(SURFACES["least-squares"], N)
    plan = plan_of(8, sampling=sampling)
    updates, rng = np.array([1, 2]), np.random.default_rng(0)
    points = np.tile(problem.surface.start, (2, 1))
    found = {reading.id: reading for reading in read(problem, plan, "sgd", rng, updates, points)}
    assert refused(found) == set(INSTRUMENTS)
    assert {reading.refused for reading in found.values()} == {pairs_refusal(plan)}
    whole = {
        r.id: r for r in read(problem, plan_of(N, sampling=sampling), "sgd", rng, updates, points)
    }
    assert refused(whole) == {"norm-test", "inner-product-test", "orthogonality-test"}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_theories_of_plain_sgd_are_for_plain_sgd(optimizer: str) -> None:
    found, _ = readings(build_problem(SURFACES["least-squares"], N), plan_of(8), optimizer)
    assert refused(found) == (set() if optimizer == "sgd" else {"cabs", "early-stopping"})
    if optimizer != "sgd":
        assert optimizer in (found["cabs"].refused or "")


def test_no_cabs_without_a_minimum() -> None:
    found, _ = readings(build_problem(SURFACES["logistic-separable"], N), plan_of(8))
    assert refused(found) == {"cabs"}
    assert "minimum" in (found["cabs"].refused or "")


@pytest.mark.parametrize(
    ("surface", "points"),
    [
        ("bowl", [(1.0, 1.0), (0.0, 0.0)]),  # every example's gradient is the same
        ("rosenbrock", [(-0.37, 0.91), (0.999, 0.998)]),  # the same, of no round numbers
        ("least-squares", [None, None]),  # nothing but rounding about the minimum
    ],
)
def test_no_reading_without_spread(surface: str, points: list[tuple[float, float] | None]) -> None:
    problem = build_problem(SURFACES[surface], N, noise=0.0)
    minimum = problem.minima[0].point
    at = np.array([point or minimum for point in points])
    rng = np.random.default_rng(0)
    found = read(problem, plan_of(8), "sgd", rng, np.array([1, 2]), at)
    assert {reading.id: reading.values for reading in found} == dict.fromkeys(
        INSTRUMENTS, (None, None)
    )


def test_no_reading_across_gradients_along_one_line() -> None:
    """Those of 'linear-network' are all along (w1, w0)."""
    problem = build_problem(SURFACES["linear-network"], N)
    updates = np.arange(1, 13)
    points = np.random.default_rng(1).uniform(-3, 3, (12, 2))
    readings = read(problem, plan_of(8), "sgd", np.random.default_rng(0), updates, points)
    found = {reading.id: reading.values for reading in readings}
    assert found["orthogonality-test"] == (None,) * 12
    np.testing.assert_allclose(
        np.array(found["inner-product-test"], float), np.array(found["norm-test"], float)
    )


def test_no_cabs_where_the_loss_is_the_minimum_s_to_rounding() -> None:
    problem = build_problem(SURFACES["least-squares"], N)
    points = np.array(problem.minima[0].point) + np.array([[1e-9, 0.0], [0.1, 0.0]])
    rng = np.random.default_rng(0)
    found = {r.id: r for r in read(problem, plan_of(8), "sgd", rng, np.array([1, 2]), points)}
    assert [value is None for value in found["cabs"].values] == [True, False]


def test_no_cabs_below_the_lowest_known_minimum() -> None:
    # A search that stopped short: the run goes lower than the minimum stated.
    problem = build_problem(replace(SURFACES["bowl"], minima=lambda *_: ((1.0, 1.0),)), N)
    points, rng = np.array([[2.0, 2.0], [0.1, 0.1]]), np.random.default_rng(0)
    found = {r.id: r for r in read(problem, plan_of(8), "sgd", rng, np.array([1, 2]), points)}
    assert [value is None for value in found["cabs"].values] == [False, True]


def test_gradients_along_one_line_have_no_error_across_it() -> None:
    d = np.random.default_rng(0).standard_normal((500, 2))
    line = d[:, :, None] * d[:, None, :]
    ones = np.ones(500)
    batches = BatchMoments(
        updates=np.arange(1, 501),
        sizes=np.full(500, 8),
        learning_rate=ones,
        gradient=d,
        covariance=line,
        sampling_covariance=line / 8,
        excess_loss=ones,
    )
    assert np.all(np.isnan(instruments.orthogonality_test(batches)))
    np.testing.assert_allclose(
        instruments.inner_product_test(batches), instruments.norm_test(batches), rtol=1e-9
    )


def test_every_instrument_explains_itself() -> None:
    for instrument in INSTRUMENTS.values():
        for text in ("title", "meaning", "quantity", "formula", "source", "verdict"):
            assert getattr(instrument, text)
        assert instrument.meaning.endswith(".")
        assert instrument.meaning.count(". ") == 0
        assert instrument.reading
        assert instrument.undefined
    assert INSTRUMENTS["orthogonality-test"].threshold == pytest.approx(
        math.tan(math.radians(80)), rel=0.03
    )
