"""The noise scale that adaptive rules feel, against loops over all batches that there are."""

from itertools import combinations, product

import numpy as np
import pytest

from app.science.noise.cloud import draw_clouds
from app.science.noise.law import law_batch_sizes
from app.science.noise.point import noise_at
from app.science.noise.preconditioned import (
    felt_scales,
    preconditioned_scale,
    preconditioner,
    resting_square,
)
from app.science.optimizers import OPTIMIZERS
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem

EPS = 1e-8


@pytest.mark.parametrize("replacement", [False, True])
def test_the_mean_square_is_that_over_all_batches(replacement: bool) -> None:
    noise = noise_at(build_problem(SURFACES["ravine"], 5), (0.5, 1.5))
    found = resting_square(noise, [1, 2, 3, 5], replacement=replacement)
    for size, square in zip([1, 2, 3, 5], found, strict=True):
        every = product(range(5), repeat=size) if replacement else combinations(range(5), size)
        means = [noise.gradients[:, list(batch)].mean(axis=1) for batch in every]
        np.testing.assert_allclose(square, np.mean(np.square(means), axis=0), rtol=1e-9)


def test_the_mean_square_of_poisson_batches_is_that_over_all_of_them() -> None:
    noise = noise_at(build_problem(SURFACES["ravine"], 5), (0.5, 1.5))
    found = resting_square(noise, [1, 2, 5], poisson=True)
    for size, square in zip([1, 2, 5], found, strict=True):
        expected, share = np.zeros(2), size / 5
        for members in product([False, True], repeat=5):
            chance = share ** sum(members) * (1 - share) ** (5 - sum(members))
            expected += chance * (noise.gradients[:, np.array(members)].sum(axis=1) / size) ** 2
        np.testing.assert_allclose(square, expected, rtol=1e-9)


@pytest.mark.parametrize("name", ["adam", "rmsprop"])
def test_it_is_the_mean_of_what_a_rule_keeps_while_it_stays(name: str) -> None:
    noise = noise_at(build_problem(SURFACES["least-squares"], 4), (0.5, 1.5))
    rule = OPTIMIZERS[name]
    optimizer = rule(eps=EPS)
    assert rule.smoothed_square
    kept = []
    for order in product(range(4), repeat=3):
        state = optimizer.init
        for i in order:
            _, state = optimizer.update(state, noise.gradients[:, i], 0.1)
        kept.append(rule.smoothed_square(state, **optimizer.hyperparameters))
    short = 1 if name == "adam" else 1 - optimizer.hyperparameters["alpha"] ** 3
    expected = resting_square(noise, [1], replacement=True)[0]
    np.testing.assert_allclose(np.mean(kept, axis=0), short * expected, rtol=1e-9)


@pytest.mark.parametrize("name", SURFACES)
def test_it_lies_between_the_means_of_the_coordinates_own(name: str) -> None:
    for seed in range(6):
        problem = build_problem(SURFACES[name], 30, data_seed=seed)
        (a, b), (c, d) = problem.surface.domain
        share = np.random.default_rng(seed).uniform(0.1, 0.9, 2)
        noise = noise_at(problem, (a + share[0] * (b - a), c + share[1] * (d - c)))
        sizes = np.array([1, 7, 30])
        found = felt_scales(noise, sizes, draw_clouds(noise, [1, 7]), replacement=True, eps=1e-16)
        assert found.scales is not None
        for size, scale in zip(sizes.tolist(), found.scales.tolist(), strict=True):
            square = np.array([0.0, 0.0])
            for g in noise.gradients.T:
                square += (noise.gradient**2 + (g - noise.gradient) ** 2 / size) / 30
            p = 1 / (np.sqrt(square) + 1e-16)
            trace = sum(float(p @ (p * (g - noise.gradient) ** 2)) for g in noise.gradients.T) / 30
            assert scale == pytest.approx(trace / float(np.sum((p * noise.gradient) ** 2)), 1e-9)
        each = np.diag(noise.covariance) / noise.gradient**2
        assert np.all(found.scales <= each.mean() * (1 + 1e-6))
        assert np.all(found.scales >= 2 / np.sum(1 / each) * (1 - 1e-6))
        assert np.all(np.diff(found.scales) >= -1e-9 * each.mean())


def test_equal_scaling_changes_nothing_and_a_stationary_point_has_none() -> None:
    problem = build_problem(SURFACES["bowl"], 50)
    noise = noise_at(problem, (1.0, 2.0))
    assert preconditioned_scale(noise, np.array([7e200, 7e200])) == pytest.approx(noise.noise_scale)
    still = noise_at(problem, (0.0, 0.0))
    assert preconditioned_scale(still, np.ones(2)) is None
    clouds = draw_clouds(still, [5])
    felt = felt_scales(still, law_batch_sizes(50), clouds, replacement=True, eps=EPS)
    assert felt.scales is None
    assert felt.measured is None


@pytest.mark.parametrize("poisson", [False, True])
def test_draws_measure_it(poisson: bool) -> None:
    noise = noise_at(build_problem(SURFACES["ravine"], 200), (1.0, 2.0))
    clouds = draw_clouds(noise, [1, 8, 200], draws=2000, poisson=poisson)
    felt = felt_scales(noise, law_batch_sizes(200, [8]), clouds, replacement=False, eps=EPS)
    assert felt.measured
    assert felt.scales is not None
    for size, scale in felt.measured.items():
        exact = felt.scales[felt.batch_sizes == size][0]
        assert scale == pytest.approx(exact, rel=0.1 if size < 200 else 1e-9)
    np.testing.assert_allclose(preconditioner(np.array([0.0]), EPS), 1 / EPS)
