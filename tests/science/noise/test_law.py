"""The laws against every batch there is of a few examples."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.science.errors import ParameterError
from app.science.noise.cosine import cosine_large_batch, expected_cosine
from app.science.noise.law import law_batch_sizes, noise_law, variance_factor
from app.science.noise.point import noise_at
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem

properties = settings(derandomize=True, deadline=None, max_examples=50)
N = 6


@pytest.mark.parametrize("replacement", [False, True])
@pytest.mark.parametrize("surface", ["least-squares", "tanh-neuron"])
def test_the_moments_of_every_batch_there_is(surface: str, replacement: bool) -> None:
    noise = noise_at(build_problem(SURFACES[surface], N), (0.4, -0.7))
    law = noise_law(noise, np.arange(1, N + 1), replacement=replacement)
    for size, trace, square in zip(law.batch_sizes, law.trace, law.mean_square, strict=True):
        batches = (
            itertools.product(range(N), repeat=size)
            if replacement
            else itertools.combinations(range(N), size)
        )
        means = noise.gradients[:, list(batches)].mean(axis=2)
        assert trace == pytest.approx(means.var(axis=1).sum(), rel=1e-10, abs=1e-15)
        assert square == pytest.approx(np.sum(means**2, axis=0).mean(), rel=1e-10)


def test_the_full_batch_has_no_variance_without_replacement() -> None:
    assert variance_factor(N, N, replacement=False) == 0
    assert variance_factor(N, N, replacement=True) == 1 / N
    assert variance_factor(1, N, replacement=False) == 1


def test_the_cosines_are_those_of_the_batches_covariances() -> None:
    noise = noise_at(build_problem(SURFACES["least-squares"], 500), (0.4, -0.7))
    sizes = law_batch_sizes(500, (32,))
    for replacement in (False, True):
        law = noise_law(noise, sizes, replacement=replacement)
        factor = variance_factor(sizes, 500, replacement=replacement)
        covariances = factor[:, None, None] * noise.covariance
        assert law.cosine is not None
        np.testing.assert_array_equal(law.cosine, expected_cosine(noise.gradient, covariances))
        assert np.all(np.diff(law.cosine) > 0)
        expected = cosine_large_batch(noise.gradient, covariances, sizes)
        assert law.cosine_large_batch == expected
        assert expected[0] is None
        assert expected[-1] is not None


def test_no_cosine_at_a_stationary_point() -> None:
    problem = build_problem(SURFACES["least-squares"], 40)
    law = noise_law(noise_at(problem, problem.minima[0].point), np.array([1, 8, 40]))
    assert law.cosine is None
    assert law.cosine_large_batch is None
    assert np.all(np.isfinite(law.trace))


@properties
@given(
    st.integers(2, 3000).flatmap(
        lambda n: st.tuples(st.just(n), st.lists(st.integers(1, n), max_size=5))
    ),
    st.integers(2, 100),
)
def test_batch_sizes_to_draw_through(pair: tuple[int, list[int]], count: int) -> None:
    n, asked = pair
    sizes = law_batch_sizes(n, asked, count)
    assert (sizes[0], sizes[-1]) == (1, n)
    assert np.all(np.diff(sizes) > 0)
    assert set(asked) <= set(sizes.tolist())
    assert len(sizes) <= 2 * count + len(asked)


@pytest.mark.parametrize("size", [0, 41])
def test_a_batch_size_outside(size: int) -> None:
    with pytest.raises(ParameterError, match=f"^batch_size is {size}, .* from 1 to 40"):
        law_batch_sizes(40, (1, size))
