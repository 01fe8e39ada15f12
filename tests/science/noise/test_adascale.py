"""AdaScale's gain against loops over batches, and between what it must lie."""

from itertools import combinations, product

import numpy as np
import pytest

from app.science.errors import ParameterError
from app.science.noise.adascale import (
    MOST,
    adascale_gain,
    gain_without_replacement,
    size_gains,
)
from app.science.noise.point import noise_at
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem


@pytest.mark.parametrize("name", SURFACES)
def test_it_is_a_quotient_of_mean_squares_between_1_and_its_batches(name: str) -> None:
    for seed in range(20):
        noise = noise_at(build_problem(SURFACES[name], 40, data_seed=seed), SURFACES[name].start)
        variance = 0.0
        for g in noise.gradients.T:
            variance += float(np.sum((g - noise.gradient) ** 2)) / 40
        for size in (1, 8):
            batches = np.array([1, 2, 5, 1000])
            gains = adascale_gain(noise, size, batches)
            for s, gain in zip(batches, gains, strict=True):
                mean = noise.norm**2
                expected = (variance / size + mean) / (variance / size / s + mean)
                assert gain == pytest.approx(expected, rel=1e-9)
                assert 1 <= gain <= s * (1 + 1e-12)
            assert gain_without_replacement(noise, size, 5) >= gains[2]


def test_without_replacement_it_is_over_all_batches() -> None:
    noise = noise_at(build_problem(SURFACES["bowl"], 8), (0.3, 0.2))
    mean = {
        size: np.mean([
            np.sum(noise.gradients[:, list(batch)].mean(axis=1) ** 2)
            for batch in combinations(range(8), size)
        ])
        for size in (2, 4, 8)
    }  # fmt: skip
    for batches in (2, 4):
        found = gain_without_replacement(noise, 2, batches)
        assert found == pytest.approx(mean[2] / mean[2 * batches], rel=1e-9)


def test_of_poisson_batches_it_is_over_all_of_them() -> None:
    noise = noise_at(build_problem(SURFACES["ravine"], 4), (0.5, 1.5))
    every = [np.array(members) for members in product([False, True], repeat=4)]
    sums = [noise.gradients[:, members].sum(axis=1) / 2 for members in every]  # each as likely
    one = np.mean([np.sum(g**2) for g in sums])
    two = np.mean([np.sum(((g + h) / 2) ** 2) for g, h in product(sums, repeat=2)])
    found = adascale_gain(noise, 2, [1, 2], poisson=True)
    np.testing.assert_allclose(found, [1, one / two], rtol=1e-9)


@pytest.mark.parametrize("poisson", [False, True])
def test_draws_measure_it(poisson: bool) -> None:
    noise = noise_at(build_problem(SURFACES["least-squares"], 300), (0.9, 1.9))
    for each in size_gains(noise, [1, 8, 300], draws=1000, seed=3, poisson=poisson):
        for one in each.measured:
            exact = adascale_gain(noise, each.batch_size, [one.batches], poisson=poisson)[0]
            assert abs(one.value - exact) <= 5 * one.error
        assert bool(each.measured) == (each.batch_size < 300)
        assert bool(each.largest) == (each.batch_size < 300 and not poisson)
        assert each.batches[[0, -1]].tolist() == [1, MOST]


def test_where_nothing_is_it_is_refused_and_without_slope_it_is_the_batches() -> None:
    problem = build_problem(SURFACES["bowl"], 20)
    still = noise_at(problem, (0.0, 0.0))
    np.testing.assert_allclose(adascale_gain(still, 4, [1, 7]), [1, 7], rtol=1e-12)
    assert size_gains(still, [4], draws=30, seed=0)[0].largest is not None
    with pytest.raises(ParameterError, match="where there is no slope"):
        gain_without_replacement(still, 4, 5)
    with pytest.raises(ParameterError, match="where there is no slope"):
        size_gains(still, [4, 20], draws=30, seed=0, poisson=True)
    nothing = noise_at(build_problem(SURFACES["bowl"], 20, 0.0), (0.0, 0.0))
    with pytest.raises(ParameterError, match="not every gradient is zero"):
        adascale_gain(nothing, 4, [2])
