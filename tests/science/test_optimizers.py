"""Every optimizer against its textbook rule, and what a rule promises."""

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, TypeAlias

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.science.errors import ParameterError
from app.science.formulas.compiled import function
from app.science.formulas.graph import Node, substitute, symbols
from app.science.formulas.told import COUNT, SLOPE
from app.science.formulas.update import RATE
from app.science.optimizers import HYPERPARAMETERS, LEARNING_RATE, OPTIMIZERS
from app.science.rule import Optimizer
from tests.science.textbook import TEXTBOOK

properties = settings(derandomize=True, deadline=None, max_examples=20)

Pairs: TypeAlias = list[tuple[float, float]]  # gradients with learning rates

# Hyperparameters other than the defaults, the edges of what is allowed among them.
CASES: list[tuple[str, dict[str, float]]] = [
    *((name, {}) for name in OPTIMIZERS),
    ("momentum", {"momentum": 0.0}),
    ("momentum", {"momentum": 0.99}),
    ("nesterov", {"momentum": 0.5}),
    ("rmsprop", {"alpha": 0.0, "eps": 1e-3}),
    ("rmsprop", {"alpha": 0.9}),
    ("adam", {"beta1": 0.0, "beta2": 0.0}),
    ("adam", {"beta1": 0.5, "beta2": 0.9, "eps": 0.1}),
]

numbers = st.floats(-1e3, 1e3, allow_subnormal=False)
sequences = st.lists(st.tuples(numbers, st.floats(1e-4, 1.0)), min_size=1, max_size=40)


def walk(optimizer: Optimizer, rows: Iterable[tuple[Any, float]]) -> Iterator[Any]:
    """A coordinate, or an array of them, from 0 onwards."""
    w, state = 0.0, optimizer.init
    for gradient, rate in rows:
        step, state = optimizer.update(state, gradient, rate)
        w = w + step
        yield w


def test_every_optimizer_is_tested() -> None:
    assert set(OPTIMIZERS) == set(TEXTBOOK)


@pytest.mark.parametrize(("name", "hyperparameters"), CASES)
@properties
@given(pairs=sequences)
def test_textbook(name: str, hyperparameters: dict[str, float], pairs: Pairs) -> None:
    (*_, end) = walk(OPTIMIZERS[name](**hyperparameters), pairs)
    rule = TEXTBOOK[name](**hyperparameters)
    steps = [rule(gradient, rate) for gradient, rate in pairs]
    # Steps of opposite sign cancel: the tolerance is relative to the way gone.
    way = sum(abs(step) for step in steps)
    assert end == pytest.approx(sum(steps), rel=0, abs=1e-12 * way)


@pytest.mark.parametrize(("name", "hyperparameters"), CASES)
def test_coordinates_and_replicas_at_once_are_each_by_itself(
    name: str, hyperparameters: dict[str, float]
) -> None:
    optimizer = OPTIMIZERS[name](**hyperparameters)
    gradients = np.random.default_rng(0).standard_normal((50, 2, 7))
    arrays = np.array(list(walk(optimizer, [(g, 0.1) for g in gradients])))
    assert arrays.shape == gradients.shape
    for i, r in np.ndindex(2, 7):
        floats = list(walk(optimizer, [(float(g[i, r]), 0.1) for g in gradients]))
        assert {type(w) for w in floats} == {float}
        np.testing.assert_allclose(floats, arrays[:, i, r], rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize(("name", "hyperparameters"), CASES)
def test_complex_gradients(name: str, hyperparameters: dict[str, float]) -> None:
    """A complex step differentiates a run with respect to one of its gradients."""
    optimizer = OPTIMIZERS[name](**hyperparameters)

    def end(first: complex) -> Any:
        (*_, last) = walk(optimizer, [(first, 0.1), (0.7, 0.1), (-0.3, 0.1)])
        return last

    slope = (end(1.5 + 1e-6) - end(1.5 - 1e-6)) / 2e-6
    assert end(1.5 + 1e-30j).imag / 1e-30 == pytest.approx(slope, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_update_is_pure(name: str) -> None:
    optimizer = OPTIMIZERS[name]()
    gradient = np.array([[1.0, -2.0], [0.5, 3.0]])
    _, state = optimizer.update(optimizer.init, gradient, 0.1)
    first = optimizer.update(state, gradient, 0.1)
    second = optimizer.update(state, gradient, 0.1)
    np.testing.assert_equal(first, second)
    np.testing.assert_array_equal(gradient, [[1.0, -2.0], [0.5, 3.0]])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_zero_gradient_is_no_step(name: str) -> None:
    assert list(walk(OPTIMIZERS[name](), [(0.0, 0.1)] * 3)) == [0.0] * 3


# What is told of them.


@pytest.mark.parametrize(("name", "hyperparameters"), CASES)
def test_a_rule_as_it_is_told(name: str, hyperparameters: dict[str, float]) -> None:
    """Its lines, one after the other, make the rule's own steps."""
    rule = OPTIMIZERS[name]
    optimizer, state = rule(**hyperparameters), rule(**hyperparameters).init
    names: dict[str, Any] = {**optimizer.hyperparameters, **dict.fromkeys(rule.moments, 0.0)}

    def of(formula: Node) -> Any:
        needed = tuple(symbols(formula))
        return function(needed, (formula,))(*(names[each] for each in needed))[0]

    for t, g in enumerate(np.random.default_rng(1).standard_normal((30, 4)), start=1):
        names |= {SLOPE: g, COUNT: t, RATE: 0.1}
        names |= {moment: of(following) for moment, following in rule.told.moments.items()}
        names |= {moment: of(formula) for moment, formula in rule.told.corrections.items()}
        step, state = optimizer.update(state, g, 0.1)
        np.testing.assert_allclose(-of(rule.told.subtracted), step, rtol=1e-12)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_step_is_the_learning_rate_times_something(name: str) -> None:
    rule = OPTIMIZERS[name]
    of_one = substitute(rule.told.subtracted, {RATE: 1.0})
    needed = tuple(name for name in symbols(rule.told.subtracted) if name != RATE)
    values = np.random.default_rng(2).uniform(0.1, 0.9, len(needed))
    whole = function((*needed, RATE), (rule.told.subtracted,))(*values, 0.03)[0]
    assert whole == pytest.approx(0.03 * function(needed, (of_one,))(*values)[0], rel=1e-14)
    assert RATE not in symbols(*rule.told.moments.values(), *rule.told.corrections.values())


def test_what_is_kept_has_a_name() -> None:
    nameless = replace(OPTIMIZERS["momentum"], moments={})
    with pytest.raises(ValueError, match="zip"):
        _ = nameless.told


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_moments_are_what_is_kept_of_each_weight(name: str) -> None:
    optimizer = OPTIMIZERS[name]()
    _, state = optimizer.update(optimizer.init, np.ones(3), 0.1)
    kept = state if isinstance(state, tuple) else (state,)
    assert sum(np.shape(each) == (3,) for each in kept) == len(OPTIMIZERS[name].moments)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_rule_without_what_makes_it_one(name: str) -> None:
    rule = OPTIMIZERS[name]
    if rule.plain_without:
        rows = [(g, 0.1) for g in np.random.default_rng(2).standard_normal((9, 2))]
        plain, same = OPTIMIZERS["sgd"](), rule(**{rule.plain_without: 0.0})
        np.testing.assert_allclose([*walk(same, rows)], [*walk(plain, rows)], rtol=1e-15)


def test_hyperparameters_are_those_of_the_rules() -> None:
    taken: dict[str, set[float]] = {}
    for rule in OPTIMIZERS.values():
        for name, default in rule.hyperparameters.items():
            taken.setdefault(name, set()).add(default)
    assert set(taken) == set(HYPERPARAMETERS)
    for name, told in HYPERPARAMETERS.items():
        (default,) = taken[name]  # one for all: a form shows one field
        assert told.least <= default <= told.most
        assert told.title
        assert told.description


def test_who_takes_what_is_said() -> None:
    for name, told in HYPERPARAMETERS.items():
        taking = [each for each, rule in OPTIMIZERS.items() if name in rule.hyperparameters]
        assert {*re.findall(r"\w+", told.description)} >= {*taking}
    adaptive = {name for name, rule in OPTIMIZERS.items() if rule.adaptive}
    assert {*re.findall(r"\w+", LEARNING_RATE)} & {*OPTIMIZERS} == adaptive


def test_rules_are_told_apart() -> None:
    rules = OPTIMIZERS.values()
    for told in ("title", "symbol", "dash"):
        assert len({getattr(rule, told) for rule in rules}) == len(rules)
    for rule in rules:
        go.Scatter(marker={"symbol": rule.symbol}, line={"dash": rule.dash})  # which Plotly knows


@properties
@given(pairs=sequences, momentum=st.floats(0, 0.99))
def test_momentum_is_a_sum_of_all_gradients(pairs: Pairs, momentum: float) -> None:
    expected, way = 0.0, 0.0
    for t, (_, rate) in enumerate(pairs):
        terms = [momentum ** (t - k) * gradient for k, (gradient, _) in enumerate(pairs[: t + 1])]
        expected -= rate * math.fsum(terms)
        way += rate * math.fsum(map(abs, terms))
    (*_, end) = walk(OPTIMIZERS["momentum"](momentum=momentum), pairs)
    assert end == pytest.approx(expected, rel=0, abs=1e-12 * way)


def test_nesterov_is_the_gradient_looked_up_ahead() -> None:
    # Sutskever et al. 2013: v' = βv − ε∇f(θ + βv), θ' = θ + v'. Ours follows θ + βv.
    beta, rate, curvature = 0.8, 0.3, 1.7
    optimizer = OPTIMIZERS["nesterov"](momentum=beta)
    theta, v, ahead, state = 2.0, 0.0, 2.0, optimizer.init
    for _ in range(30):
        v = beta * v - rate * curvature * (theta + beta * v)
        theta += v
        step, state = optimizer.update(state, curvature * ahead, rate)
        ahead += step
        assert ahead == pytest.approx(theta + beta * v, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize(("name", "rate"), [("adam", 0.001), ("rmsprop", 0.1)])
def test_the_first_adaptive_step_does_not_depend_on_the_gradient_scale(
    name: str, rate: float
) -> None:
    # Adam's first step is ε, RMSprop's ε/√(1−α) = 10 ε at α = .99.
    step, _ = OPTIMIZERS[name]().update(OPTIMIZERS[name]().init, 37.0, rate)
    assert step == pytest.approx({"adam": -rate, "rmsprop": -10 * rate}[name], rel=1e-8)


FRACTIONS = (-0.1, 1.0, 1.5, math.nan, math.inf)
POSITIVES = (0.0, -1e-8, math.nan, math.inf)


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        *(("momentum", "momentum", value) for value in FRACTIONS),
        *(("nesterov", "momentum", value) for value in FRACTIONS),
        *(("rmsprop", "alpha", value) for value in FRACTIONS),
        *(("rmsprop", "eps", value) for value in POSITIVES),
        *(("adam", "beta1", value) for value in FRACTIONS),
        *(("adam", "beta2", value) for value in FRACTIONS),
        *(("adam", "eps", value) for value in POSITIVES),
    ],
)
def test_errors_name_the_hyperparameter(name: str, parameter: str, value: float) -> None:
    with pytest.raises(ParameterError, match=f"^{parameter} is {value!r}, which is not a "):
        OPTIMIZERS[name](**{parameter: value})


def growth(optimizer: Optimizer, curvature: float) -> float:
    """By what factor a step on a quadratic makes (w, velocity) grow in the long run."""
    columns = []
    for w, v in np.eye(2):
        step, velocity = optimizer.update(v, curvature * w, 1.0)
        columns.append([w + step, velocity if optimizer.init is not None else 0.0])
    return float(np.abs(np.linalg.eigvals(np.transpose(columns))).max())


@pytest.mark.parametrize(("name", "hyperparameters"), CASES)
def test_steps_stay_bounded_up_to_the_edge_and_no_further(
    name: str, hyperparameters: dict[str, float]
) -> None:
    rule = OPTIMIZERS[name]
    assert (rule.edge is None) == rule.adaptive
    if rule.edge:
        edge = rule.edge(**rule.hyperparameters | hyperparameters)
        optimizer = rule(**hyperparameters)
        assert growth(optimizer, 0.999 * edge) < 1 < growth(optimizer, 1.001 * edge)
