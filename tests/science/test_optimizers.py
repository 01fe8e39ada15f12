"""Every optimizer against its textbook rule, written again as plain scalar code."""

import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.science.errors import ParameterError
from app.science.optimizers import ADAPTIVE, OPTIMIZERS, Optimizer

properties = settings(derandomize=True, deadline=None, max_examples=60)

# Textbook rules for one coordinate: (gradient, rate) pairs in, what is subtracted each time out.
Pairs = list[tuple[float, float]]


def sgd(pairs: Pairs) -> Iterator[float]:
    for g, rate in pairs:
        yield rate * g


def momentum(pairs: Pairs, momentum: float = 0.9) -> Iterator[float]:
    seen: list[float] = []
    for g, rate in pairs:
        seen.append(g)  # v = Σ β^k g_{t−k}
        yield rate * math.fsum(momentum**k * old for k, old in enumerate(reversed(seen)))


def nesterov(pairs: Pairs, momentum: float = 0.9) -> Iterator[float]:
    v = 0.0
    for g, rate in pairs:
        v = momentum * v + g
        yield rate * (g + momentum * v)


def rmsprop(pairs: Pairs, alpha: float = 0.99, eps: float = 1e-8) -> Iterator[float]:
    mean_square = 0.0
    for g, rate in pairs:
        mean_square = alpha * mean_square + (1 - alpha) * g**2
        yield rate * g / (math.sqrt(mean_square) + eps)


def adam(
    pairs: Pairs, beta1: float = 0.9, beta2: float = 0.999, eps: float = 1e-8
) -> Iterator[float]:
    m, v = 0.0, 0.0
    for t, (g, rate) in enumerate(pairs, start=1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        yield rate * (m / (1 - beta1**t)) / (math.sqrt(v / (1 - beta2**t)) + eps)


TEXTBOOK: dict[str, Callable[..., Iterator[float]]] = {
    "sgd": sgd,
    "momentum": momentum,
    "nesterov": nesterov,
    "rmsprop": rmsprop,
    "adam": adam,
}

# Hyperparameters other than the defaults, the edges of what is allowed among them.
CASES: list[tuple[str, dict[str, float]]] = [
    ("sgd", {}),
    ("momentum", {}),
    ("momentum", {"momentum": 0.0}),
    ("momentum", {"momentum": 0.99}),
    ("nesterov", {}),
    ("nesterov", {"momentum": 0.5}),
    ("rmsprop", {}),
    ("rmsprop", {"alpha": 0.0, "eps": 1e-3}),
    ("rmsprop", {"alpha": 0.9}),
    ("adam", {}),
    ("adam", {"beta1": 0.0, "beta2": 0.0}),
    ("adam", {"beta1": 0.5, "beta2": 0.9, "eps": 0.1}),
]

numbers = st.floats(-1e3, 1e3, allow_subnormal=False)
sequences = st.lists(st.tuples(numbers, numbers, st.floats(1e-4, 1.0)), min_size=1, max_size=40)


def walk(optimizer: Optimizer, rows: list[tuple[Any, Any, float]]) -> Iterator[tuple[Any, Any]]:
    """Points from (0, 0) onwards."""
    w0, w1, state = 0.0, 0.0, optimizer.init
    for g0, g1, rate in rows:
        d0, d1, state = optimizer.update(state, g0, g1, rate)
        w0, w1 = w0 + d0, w1 + d1
        yield w0, w1


def test_every_optimizer_is_tested() -> None:
    assert {name for name, _ in CASES} == set(OPTIMIZERS) == set(TEXTBOOK)
    assert set(OPTIMIZERS) >= ADAPTIVE


@pytest.mark.parametrize(("name", "hyperparameters"), CASES)
@properties
@given(rows=sequences)
def test_textbook(
    name: str, hyperparameters: dict[str, float], rows: list[tuple[float, float, float]]
) -> None:
    (*_, end) = walk(OPTIMIZERS[name](**hyperparameters), rows)
    for i, coordinate in enumerate(end):
        steps = list(TEXTBOOK[name]([(row[i], row[2]) for row in rows], **hyperparameters))
        # Steps of opposite sign cancel: the tolerance is relative to the way gone.
        way = sum(abs(step) for step in steps)
        assert coordinate == pytest.approx(-sum(steps), rel=0, abs=1e-12 * way)


@pytest.mark.parametrize(("name", "hyperparameters"), CASES)
def test_floats_and_arrays_agree(name: str, hyperparameters: dict[str, float]) -> None:
    optimizer = OPTIMIZERS[name](**hyperparameters)
    gradients = np.random.default_rng(0).standard_normal((50, 2, 7))
    arrays = list(walk(optimizer, [(g[0], g[1], 0.1) for g in gradients]))
    for r in range(7):
        floats = walk(optimizer, [(float(g[0, r]), float(g[1, r]), 0.1) for g in gradients])
        for (a0, a1), (f0, f1) in zip(arrays, floats, strict=True):
            assert type(f0) is type(f1) is float
            np.testing.assert_allclose((f0, f1), (a0[r], a1[r]), rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_update_is_pure(name: str) -> None:
    optimizer = OPTIMIZERS[name]()
    g0, g1 = np.array([1.0, -2.0]), np.array([0.5, 3.0])
    _, _, state = optimizer.update(optimizer.init, g0, g1, 0.1)
    first = optimizer.update(state, g0, g1, 0.1)
    second = optimizer.update(state, g0, g1, 0.1)
    for a, b in zip((*first[:2], *first[2]), (*second[:2], *second[2]), strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(g0, [1.0, -2.0])
    np.testing.assert_array_equal(g1, [0.5, 3.0])


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_a_zero_gradient_is_no_step(name: str) -> None:
    assert list(walk(OPTIMIZERS[name](), [(0.0, 0.0, 0.1)] * 3)) == [(0.0, 0.0)] * 3


def test_nesterov_is_the_gradient_looked_up_ahead() -> None:
    # Sutskever et al. 2013: v' = βv − ε∇f(θ + βv), θ' = θ + v'. Ours follows θ + βv.
    beta, rate, curvature = 0.8, 0.3, 1.7
    optimizer = OPTIMIZERS["nesterov"](momentum=beta)
    theta, v, ahead, state = 2.0, 0.0, 2.0, optimizer.init
    for _ in range(30):
        v = beta * v - rate * curvature * (theta + beta * v)
        theta += v
        step, _, state = optimizer.update(state, curvature * ahead, 0.0, rate)
        ahead += step
        assert ahead == pytest.approx(theta + beta * v, rel=1e-12, abs=1e-13)


@pytest.mark.parametrize(("name", "rate"), [("adam", 0.001), ("rmsprop", 0.1)])
def test_the_first_adaptive_step_does_not_depend_on_the_gradient_scale(
    name: str, rate: float
) -> None:
    # Adam's first step is ε, RMSprop's ε/√(1−α) = 10 ε at α = .99.
    step, _, _ = OPTIMIZERS[name]().update(OPTIMIZERS[name]().init, 37.0, 0.0, rate)
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
