"""T and S of steps from their parts, against what they estimate."""

import numpy as np
import pytest

from app.science.arrays import FloatArray
from app.science.errors import ParameterError
from app.science.noise.estimators import pair_estimates
from app.science.noise.parts import part_estimates

SIZES = np.array([1, 3, 4])
STEPS = 20_000
ERRORS = 5  # standard errors that are allowed


def examples() -> FloatArray:
    """Gradients of twelve examples, skewed, with a mean apart from 0."""
    shift = np.array([0.5, 0, -1])
    return np.asarray(np.random.default_rng(0).exponential(size=(12, 3)) + shift)


def parts_of(
    drawn: FloatArray,
) -> tuple[
    FloatArray,
    FloatArray,
]:
    ends = np.cumsum(SIZES)
    means = [drawn[:, e - b : e].mean(axis=1) for b, e in zip(SIZES, ends, strict=True)]
    squares = np.stack([(mean**2).sum(axis=-1) for mean in means], axis=-1)
    return squares, (drawn.mean(axis=1) ** 2).sum(axis=-1)


def off(values: FloatArray, target: float) -> float:
    """By how many standard errors a mean misses."""
    return float(abs(values.mean() - target) / (values.std() / np.sqrt(len(values))))


def test_unbiased_for_unequal_parts_drawn_with_replacement() -> None:
    g, rng = examples(), np.random.default_rng(1)
    squares, whole = parts_of(g[rng.integers(12, size=(STEPS, 8))])
    found = part_estimates(squares, SIZES, whole)
    assert off(found.trace, g.var(axis=0).sum()) < ERRORS
    assert off(found.squared_norm, (g.mean(axis=0) ** 2).sum()) < ERRORS


def test_of_shuffled_examples_the_correction_makes_it_the_gradient_itself() -> None:
    g, rng = examples(), np.random.default_rng(2)
    order = rng.permuted(np.tile(np.arange(12), (STEPS, 1)), axis=1)[:, :8]
    squares, whole = parts_of(g[order])
    found = part_estimates(squares, SIZES, whole, examples=12)
    bare = part_estimates(squares, SIZES, whole)
    trace, gradient = g.var(axis=0, ddof=1).sum(), (g.mean(axis=0) ** 2).sum()
    assert off(found.trace, trace) < ERRORS
    assert off(found.squared_norm, gradient) < ERRORS
    assert off(bare.squared_norm, gradient - trace / 12) < ERRORS


def test_two_equal_parts_are_a_pair_of_batches() -> None:
    squares = np.array([[3.0, 5.0], [1.0, 2.0]])
    whole = np.array([3.5, 0.5])
    found = part_estimates(squares, np.array([4, 4]), whole)
    norms, traces = pair_estimates(squares.mean(axis=1), whole, 4, 8)
    np.testing.assert_allclose(found.trace, traces)
    np.testing.assert_allclose(found.squared_norm, norms)


def test_sizes_may_differ_from_step_to_step() -> None:
    squares, whole = np.array([[3.0, 5.0], [1.0, 2.0]]), np.array([3.5, 0.5])
    sizes = np.array([[1, 3], [2, 2]])
    found = part_estimates(squares, sizes, whole)
    for k in range(2):
        alone = part_estimates(squares[k : k + 1], sizes[k], whole[k : k + 1])
        assert found.trace[k] == alone.trace[0]
        assert found.squared_norm[k] == alone.squared_norm[0]


def test_what_is_no_set_of_parts_is_refused() -> None:
    with pytest.raises(ParameterError, match="parts is 1, which is not an integer of at least 2"):
        part_estimates(np.ones((4, 1)), np.array([3]), np.ones(4))
    with pytest.raises(ParameterError, match="sizes is 0, which is not an integer of at least 1"):
        part_estimates(np.ones((4, 2)), np.array([0, 3]), np.ones(4))
