"""The exact moments against enumeration, the noisy quadratic model, and the engine itself."""

import itertools
import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pytest

from app.science.arrays import FloatArray, Point
from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.optimizers import OPTIMIZERS
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem
from app.science.theory.moments import (
    AffineGradients,
    Descent,
    affine_gradients,
    moments_refusal,
)
from tests.science.quadratic import QUADRATIC


def affine(surface: str, n: int = 60) -> tuple[Problem, AffineGradients]:
    problem = build_problem(SURFACES[surface], n)
    gradients = affine_gradients(problem)
    assert gradients
    return problem, gradients


class Moments(NamedTuple):
    """At some updates.

    Attributes:
        mean: of θ, shape (P, 2).
        covariance: of θ, shape (P, 2, 2).
        excess: expected loss above the minimum, shape (P,).
    """

    mean: FloatArray
    covariance: FloatArray
    excess: FloatArray


def moments(
    gradients: AffineGradients, descent: Descent, start: Point, updates: Sequence[int]
) -> Moments:
    """Mean and covariance of θ, and the expected loss, at increasing numbers of updates."""
    size = math.isqrt(len(descent.transition))
    state = np.zeros(size)
    state[:3] = 1.0, *np.subtract(start, gradients.minimum)
    second = np.kron(state, state)
    found = np.empty((len(updates), size, size))
    for k, gap in enumerate(np.diff(updates, prepend=0).tolist()):
        second = np.linalg.matrix_power(descent.transition, gap) @ second
        found[k] = second.reshape(size, size)
    mean, square = found[:, 0, 1:3], found[:, 1:3, 1:3]
    return Moments(
        mean + np.array(gradients.minimum),
        square - mean[:, :, None] * mean[:, None, :],
        np.einsum("ab,pab->p", descent.hessian, square) / 2,
    )


@pytest.mark.parametrize("surface", SURFACES)
def test_which_surfaces_have_affine_gradients(surface: str) -> None:
    found = affine_gradients(build_problem(SURFACES[surface], 60))
    assert (found is not None) == (surface in QUADRATIC)


@pytest.mark.parametrize("surface", QUADRATIC)
def test_the_gradients_are_those_of_the_examples(surface: str) -> None:
    problem, gradients = affine(surface)
    for point in ((0.3, -1.7), problem.surface.start):
        away = np.array(point) - gradients.minimum
        expected = np.array(
            np.broadcast_arrays(*problem.surface.loss.gradient(*point, problem.columns))
        ).T
        np.testing.assert_allclose(gradients.slopes @ away - gradients.offsets, expected, atol=1e-9)
    np.testing.assert_allclose(gradients.offsets.mean(axis=0), 0, atol=1e-12)


def enumerated(
    gradients: AffineGradients, rate: float, size: int, momentum: float, updates: int
) -> tuple[FloatArray, FloatArray]:
    """Mean and second moment of θ − θ* over every possible sequence of batches."""
    n = len(gradients.slopes)
    batches = [list(batch) for batch in itertools.product(range(n), repeat=size)]
    states = [(np.array([1.0, -0.5]), np.zeros(2))]
    for _ in range(updates):
        following = []
        for d, v in states:
            for batch in batches:
                g = np.mean([gradients.slopes[i] @ d - gradients.offsets[i] for i in batch], axis=0)
                w = momentum * v + g
                following.append((d - rate * w, w))
        states = following
    points = np.array([d for d, _ in states])
    return points.mean(axis=0), points.T @ points / len(points)


@pytest.mark.parametrize("momentum", [0.0, 0.7])
@pytest.mark.parametrize("size", [1, 2])
@pytest.mark.parametrize("surface", ["least-squares-raw", "bowl"])
def test_moments_are_those_of_every_sequence_of_batches(
    surface: str, size: int, momentum: float
) -> None:
    _, gradients = affine(surface, 3)
    start = (gradients.minimum[0] + 1.0, gradients.minimum[1] - 0.5)
    for updates in (1, 2, 3):
        mean, second = enumerated(gradients, 0.3, size, momentum, updates)
        found = moments(gradients, gradients.descent(0.3, size, momentum), start, [0, updates])
        np.testing.assert_allclose(found.mean[1] - gradients.minimum, mean, atol=1e-12)
        np.testing.assert_allclose(found.covariance[1], second - np.outer(mean, mean), atol=1e-12)
        excess = np.trace(gradients.hessian @ second) / 2
        assert found.excess[1] == pytest.approx(excess, rel=1e-10)
        assert tuple(found.mean[0]) == pytest.approx(start)
        np.testing.assert_allclose(found.covariance[0], 0, atol=1e-12)


@pytest.mark.parametrize("surface", ["bowl", "ravine"])
@pytest.mark.parametrize("momentum", [0.0, 0.9])
def test_the_noisy_quadratic_model(surface: str, momentum: float) -> None:
    """m′ = Fm, P′ = FPFᵀ + Q, as its authors write it."""
    problem, gradients = affine(surface)
    rate, size = 0.2, 5
    a, c = gradients.hessian, np.cov(np.array(problem.columns), bias=True) / size
    eye = np.eye(2)
    step = np.block([[eye - rate * a, -rate * momentum * eye], [a, momentum * eye]])
    kick = np.kron(np.array([[rate**2, -rate], [-rate, 1.0]]), c)
    mean = np.array([*problem.surface.start, 0.0, 0.0])
    covariance = np.zeros((4, 4))
    updates = [1, 2, 3, 50]
    found = moments(
        gradients, gradients.descent(rate, size, momentum), problem.surface.start, updates
    )
    for t in range(1, 51):
        mean, covariance = step @ mean, step @ covariance @ step.T + kick
        if t in updates:
            k = updates.index(t)
            np.testing.assert_allclose(found.mean[k], mean[:2], atol=1e-8)
            np.testing.assert_allclose(found.covariance[k], covariance[:2, :2], atol=1e-8)
            excess = (np.trace(a @ covariance[:2, :2]) + mean[:2] @ a @ mean[:2]) / 2
            assert found.excess[k] == pytest.approx(excess, rel=1e-6)


@pytest.mark.parametrize(
    ("surface", "optimizer", "rate"),
    [
        ("least-squares", "sgd", 0.15),
        ("least-squares-raw", "sgd", 0.05),
        ("bowl", "momentum", 0.05),
        ("least-squares", "momentum", 0.02),
    ],
)
def test_moments_are_those_of_the_engine(surface: str, optimizer: str, rate: float) -> None:
    problem, gradients = affine(surface)
    replicas, updates = 2000, [1, 4, 12, 40]
    plan = make_plan(
        examples=problem.size,
        batch_size=4,
        budget=Budget(updates=40),
        learning_rate=rate,
        sampling="with-replacement",
    )
    assert moments_refusal(problem, plan, optimizer) is None
    start = problem.surface.start
    paths = run(
        problem, plan, OPTIMIZERS[optimizer](), start, generators(0, replicas), np.array(updates)
    )
    momentum = 0.9 if optimizer == "momentum" else 0.0
    found = moments(gradients, gradients.descent(rate, 4, momentum), start, updates)
    for k in range(len(updates)):
        points = np.array([paths.w0[k], paths.w1[k]])
        errors = points.std(axis=1) / replicas**0.5
        assert np.all(np.abs(points.mean(axis=1) - found.mean[k]) <= 5 * errors)
        away = points - found.mean[k][:, None]
        squares = away[:, None] * away[None, :]
        errors = squares.std(axis=2) / replicas**0.5
        assert np.all(np.abs(squares.mean(axis=2) - found.covariance[k]) <= 5 * errors)
        excess = problem.loss(paths.w0[k], paths.w1[k]) - problem.minima[0].loss
        assert abs(excess.mean() - found.excess[k]) <= 5 * excess.std() / replicas**0.5


@pytest.mark.parametrize("surface", QUADRATIC)
@pytest.mark.parametrize("momentum", [0.0, 0.8])
def test_stationary_is_where_the_recursion_ends(surface: str, momentum: float) -> None:
    problem, gradients = affine(surface)
    descent = gradients.descent(0.05, 8, momentum)
    found = moments(gradients, descent, problem.surface.start, [200_000])
    stationary = descent.stationary
    assert stationary is not None
    assert descent.memory < 1
    np.testing.assert_allclose(found.covariance[0], stationary, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(found.mean[0], gradients.minimum, atol=1e-8)


def test_an_unstable_rate_has_no_stationary_state() -> None:
    _, gradients = affine("least-squares")
    limit = gradients.largest_rate(1)
    assert limit
    assert gradients.descent(1.01 * limit, 1).stationary is None
    assert gradients.descent(0.99 * limit, 1).stationary is not None


def test_the_largest_rate_rises_with_batch_size_to_that_of_the_full_batch() -> None:
    for surface in ("least-squares", "least-squares-raw"):
        _, gradients = affine(surface, 1050)
        full = 2 / np.linalg.eigvalsh(gradients.hessian)[-1]
        rates = [gradients.largest_rate(size) or 0.0 for size in (1, 2, 4, 8, 32, 128, 10**6)]
        assert rates == sorted(rates)
        assert rates[-1] == pytest.approx(full, rel=1e-4)
        assert rates[0] < 0.8 * full


@pytest.mark.parametrize("size", [1, 3, 100])
def test_with_tilts_the_largest_rate_is_the_full_batch_s(size: int) -> None:
    for surface in ("bowl", "ravine"):
        assert affine(surface)[1].largest_rate(size) == pytest.approx(2.0)


def test_the_largest_rate_of_gaussian_inputs() -> None:
    """E[zzᵀDzzᵀ], z = (1, x): the map [[1, 1], [1, 3]] on the diagonal of D, 2 + √2 at most."""
    x = np.array([3**0.5, -(3**0.5), 0, 0, 0, 0])  # the normal's first five moments
    z = np.stack([np.ones_like(x), x], axis=1)
    slopes = z[:, :, None] * z[:, None, :]
    gradients = AffineGradients((0.0, 0.0), slopes, np.zeros_like(z))
    assert gradients.largest_rate(1) == pytest.approx(2 / (2 + 2**0.5))


def test_no_rate_is_stable_without_a_minimum() -> None:
    slopes = np.array([np.diag([1.0, -0.1])] * 2)
    assert AffineGradients((0.0, 0.0), slopes, np.zeros((2, 2))).largest_rate(1) is None


@pytest.mark.parametrize(
    ("surface", "optimizer", "options", "reason"),
    [
        ("bowl", "adam", {}, "not for adam"),
        ("bowl", "sgd", {"sampling": "reshuffle"}, "depend on each other"),
        ("bowl", "sgd", {"batch_size": 32}, "not all the same"),
        ("bowl", "sgd", {"lr_schedule": "inverse"}, "not all the same"),
        ("tanh-neuron", "sgd", {}, "changes from place to place"),
        ("logistic-separable", "sgd", {}, "changes from place to place"),
    ],
)
def test_refusals(surface: str, optimizer: str, options: dict[str, object], reason: str) -> None:
    problem = build_problem(SURFACES[surface], 60)
    defaults = {"batch_size": 10, "sampling": "with-replacement", "learning_rate": 0.1}
    plan = make_plan(examples=60, budget=Budget(epochs=2), **(defaults | options))  # type: ignore[arg-type]
    assert reason in (moments_refusal(problem, plan, optimizer) or "")
