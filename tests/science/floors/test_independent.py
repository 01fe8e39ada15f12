"""Floors against theory at five standard errors where it holds, and silent where it does not."""

from typing import Any

import numpy as np
import pytest

from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.errors import ParameterError
from app.science.floors.annealing import anneal
from app.science.floors.independent import NoiseFloor, measure_floors
from app.science.floors.measured import Floor
from app.science.optimizers import OPTIMIZERS, sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.replicas import drifts
from app.science.theory.moments import affine_gradients

N = 120


def floors(
    surface: str, *points: tuple[float, int], n: int = N, **options: Any
) -> tuple[NoiseFloor, ...]:
    defaults = {"updates": 1200, "replicas": 64}
    return measure_floors(build_problem(SURFACES[surface], n), points, **defaults | options)


@pytest.mark.parametrize(
    ("surface", "momentum", "points"),
    [
        ("bowl", 0.0, [(0.05, 1), (0.9, 10)]),
        ("bowl", 0.9, [(0.05, 4)]),
        ("ravine", 0.0, [(0.9, 4)]),
        ("least-squares", 0.0, [(0.1, 1), (0.5, 8)]),
        ("least-squares-raw", 0.9, [(0.02, 8)]),
    ],
)
def test_measured_floors_are_the_exact_ones(
    surface: str, momentum: float, points: list[tuple[float, int]]
) -> None:
    problem = build_problem(SURFACES[surface], N)
    gradients = affine_gradients(problem)
    assert gradients
    rule = ("momentum", {"momentum": momentum}) if momentum else ("sgd", {})
    for found in floors(surface, *points, optimizer=rule[0], hyperparameters=rule[1]):
        assert found.reason is None
        assert found.floor.settled
        assert found.floor.mean
        assert found.floor.predicted
        assert found.floor.error
        assert abs(found.floor.mean - found.floor.predicted) <= 5 * found.floor.error
        optimizer = OPTIMIZERS["momentum"](momentum=momentum) if momentum else sgd()
        start, rngs = problem.minima[0].point, generators(0, 64)
        paths = run(problem, found.floor.plan, optimizer, start, rngs, found.floor.updates)
        exact = gradients.descent(found.learning_rate, found.batch_size, momentum).stationary
        assert exact is not None
        np.testing.assert_allclose(
            np.cov(paths.w0.ravel(), paths.w1.ravel()), exact, rtol=0.25, atol=0.01
        )
        assert (found.small_rate is None) == (momentum > 0)
        assert found.ratio == found.learning_rate / found.batch_size


def test_the_floor_follows_rate_over_batch_size() -> None:
    first, second = floors("bowl", (0.02, 2), (0.04, 4))
    assert first.floor.predicted == pytest.approx(second.floor.predicted, rel=0.02)
    assert first.small_rate == pytest.approx(second.small_rate)
    (half,) = floors("bowl", (0.02, 4))
    assert half.small_rate == pytest.approx((first.small_rate or 0) / 2)


def test_reshuffling_has_a_lower_floor_and_no_theory() -> None:
    points = [(0.05, 4)]
    (independent,) = floors("bowl", *points)
    (reshuffled,) = floors("bowl", *points, sampling="reshuffle")
    assert reshuffled.reason
    assert "depend on each other" in reshuffled.reason
    assert (reshuffled.floor.predicted, reshuffled.small_rate) == (None, None)
    assert reshuffled.floor.settled
    assert reshuffled.floor.mean
    assert independent.floor.mean
    assert reshuffled.floor.mean < 0.7 * independent.floor.mean


def test_where_there_is_no_floor() -> None:
    (unstable,) = floors("bowl", (2.1, 4), updates=3000, replicas=4)
    assert unstable.floor.diverged
    assert (unstable.floor.mean, unstable.floor.error) == (None, None)
    assert unstable.reason == "The learning rate is not stable: there is no floor"
    assert (unstable.floor.predicted, unstable.small_rate) == (None, None)
    assert not unstable.floor.settled
    (curved,) = floors("tanh-neuron", (0.1, 4), updates=100, replicas=2)
    assert "changes from place to place" in (curved.reason or "")
    (single,) = floors("bowl", (0.1, 4), updates=100, replicas=1)
    assert single.floor.mean
    assert single.floor.error is None
    (short,) = floors("ravine", (0.01, 4), updates=100, replicas=2)
    assert short.floor.settled is False
    with pytest.raises(ParameterError, match="surface"):
        floors("logistic-separable", (0.1, 4))


@pytest.mark.parametrize("momentum", [-0.1, 1.0])
def test_momentum_out_of_range_is_refused(momentum: float) -> None:
    with pytest.raises(ParameterError, match="momentum"):
        floors("bowl", (0.1, 4), optimizer="momentum", hyperparameters={"momentum": momentum})


@pytest.mark.parametrize("surface", ["bowl", "least-squares"])
def test_a_growing_batch_ends_as_a_falling_rate_does(surface: str) -> None:
    problem = build_problem(SURFACES[surface])
    found = anneal(problem, batch_size=4, learning_rate=0.2, epochs=4, stages=3)
    assert found.growth.plan.updates < found.decay.plan.updates
    assert found.growth.plan.sizes[-10] == 16
    assert found.decay.plan.rates[-1] == pytest.approx(0.05)
    assert found.ratio
    assert found.ratio.error
    assert found.ratio.error < 0.1
    # Both had ε/B of the last stage; but for what a smaller rate gains at a given ratio.
    assert abs(found.ratio.value - 1) < max(0.25, 5 * found.ratio.error)
    # They begin at the lowest minimum: the surface's start does not come into it.
    assert found.growth.losses.max() < 0.1 * float(problem.loss(*problem.surface.start))


def test_annealing_refuses() -> None:
    problem = build_problem(SURFACES["bowl"], 100)
    with pytest.raises(ParameterError, match="at most 12"):
        anneal(problem, batch_size=13, learning_rate=0.1)
    with pytest.raises(ParameterError, match="stages"):
        anneal(problem, batch_size=1, learning_rate=0.1, stages=1)
    wild = anneal(problem, batch_size=1, learning_rate=30.0, epochs=2, stages=2, replicas=2)
    assert wild.ratio is None
    assert (wild.decay.diverged, wild.growth.diverged) == (2, 2)


def test_a_rate_far_above_the_stable_ones_has_no_floor() -> None:
    (found,) = floors("least-squares", (99.0, 1), updates=1000, replicas=2)
    assert found.floor.mean is None
    assert not found.floor.settled
    assert found.reason == "The learning rate is not stable: there is no floor"


@pytest.mark.parametrize(
    ("first", "seen"), [(350, False), (210, False), (150, False), (0, False), (0, True)]
)
def test_what_rises_and_falls_within_epochs_does_not_drift(first: int, seen: bool) -> None:
    """Reshuffled, the middle of an epoch is noisier than its ends: no trend over whole epochs."""
    plan = make_plan(examples=100, batch_size=1, budget=Budget(epochs=5), learning_rate=0.1)
    updates = np.arange(first, plan.updates + 1)
    wave = 1.5 - np.cos(2 * np.pi * updates / 100) + (updates / 500 if seen else 0.0)
    losses = wave[:, None] * np.linspace(0.9, 1.1, 8)
    floor = Floor(plan, updates, losses)
    assert floor.drifts is seen
    if first in (350, 210, 150):  # by halves that are no whole epochs it would
        assert drifts(losses)
