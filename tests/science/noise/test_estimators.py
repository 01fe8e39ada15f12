"""The two-batch estimators: exact on exact squares, unbiased on drawn ones."""

import numpy as np
import pytest

from app.science.errors import ParameterError
from app.science.noise.cloud import draw_clouds
from app.science.noise.estimators import estimate, pair_estimates, targets
from app.science.noise.law import noise_law
from app.science.noise.point import PointNoise, noise_at
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem

N = 60
PLACES = [
    (surface, point)
    for surface in ("least-squares", "logistic", "tanh-neuron", "rosenbrock")
    for point in ((0.4, -0.7), (1.7, 1.2))
]


def noise_of(surface: str, point: tuple[float, float] = (0.4, -0.7)) -> PointNoise:
    return noise_at(build_problem(SURFACES[surface], N), point)


@pytest.mark.parametrize("replacement", [False, True])
@pytest.mark.parametrize(("b", "c"), [(1, 2), (4, 32), (8, N)])
def test_expected_squares_give_the_targets(b: int, c: int, replacement: bool) -> None:
    noise = noise_of("least-squares")
    squares = noise_law(noise, np.array([b, c]), replacement=replacement).mean_square
    expected = targets(noise.norm**2, noise.trace, N, replacement=replacement)
    found = pair_estimates(squares[:1], squares[1:], b, c)
    np.testing.assert_allclose(np.ravel(found), expected, rtol=1e-10)


def test_targets_without_replacement() -> None:
    noise = noise_of("least-squares")
    trace_s = float(np.trace(np.cov(noise.gradients)))
    square, trace = targets(noise.norm**2, noise.trace, N, replacement=False)
    assert trace == pytest.approx(trace_s, rel=1e-12)
    assert square == pytest.approx(noise.norm**2 - trace_s / N, rel=1e-12)


@pytest.mark.parametrize("nested", [True, False])
@pytest.mark.parametrize("replacement", [False, True])
@pytest.mark.parametrize(("surface", "point"), PLACES)
def test_unbiased(
    surface: str, point: tuple[float, float], replacement: bool, nested: bool
) -> None:
    noise, draws = noise_of(surface, point), 3000
    b, c = 4, 20
    drawn = draw_clouds(noise, (b, c), draws=draws, replacement=replacement)
    small, large = (np.sum(each.gradients**2, axis=1) for each in drawn)
    if not nested:
        large = np.roll(large, 1)
    found = estimate(small, large, b, c)
    square, trace = targets(noise.norm**2, noise.trace, N, replacement=replacement)
    assert found.pairs == draws
    assert found.squared_norm_error is not None
    assert found.trace_error is not None
    assert abs(found.squared_norm - square) < 5 * found.squared_norm_error
    assert abs(found.trace - trace) < 5 * found.trace_error
    assert found.noise_scale == pytest.approx(found.trace / found.squared_norm)


def test_a_single_pair_is_often_negative_and_its_ratio_wild() -> None:
    # So numerator and denominator are averaged apart.
    noise, draws = noise_of("least-squares"), 3000
    drawn = draw_clouds(noise, (8, 32), draws=draws)
    small, large = (np.sum(each.gradients**2, axis=1) for each in drawn)
    found = estimate(small, large, 8, 32)
    squares, traces = pair_estimates(small, large, 8, 32)
    assert 0.3 < np.mean(traces < 0) < 0.6
    square, trace = targets(noise.norm**2, noise.trace, N, replacement=False)
    assert found.noise_scale == pytest.approx(trace / square, rel=0.15)
    ratios = traces / squares
    assert ratios.std() > 20 * trace / square


def test_sizes_may_differ_from_pair_to_pair() -> None:
    small, large = np.array([5.0, 3.0]), np.array([4.0, 2.5])
    found = estimate(small, large, np.array([1, 2]), np.array([4, 6]))
    one, two = estimate(small[:1], large[:1], 1, 4), estimate(small[1:], large[1:], 2, 6)
    assert found.trace == pytest.approx((one.trace + two.trace) / 2)
    assert found.squared_norm == pytest.approx((one.squared_norm + two.squared_norm) / 2)


@pytest.mark.parametrize(
    ("small", "large", "words"),
    [(5.0, 1.0, "lost in noise"), (2.0, 1.0, "lost in noise"), (1.0, 2.0, "too few pairs")],
)
def test_no_noise_scale_without_a_reason(small: float, large: float, words: str) -> None:
    found = estimate(np.array([small]), np.array([large]), 1, 2)
    assert found.noise_scale is None
    assert found.reason is not None
    assert words in found.reason
    assert (found.squared_norm_error, found.trace_error) == (None, None)


def test_there_is_a_noise_scale_without_a_reason() -> None:
    found = estimate(np.array([1.5]), np.array([1.0]), 1, 2)
    assert (found.reason, found.squared_norm, found.trace) == (None, 0.5, 1.0)
    assert found.noise_scale == 2


def test_errors_name_the_parameter() -> None:
    none, one = np.array([]), np.array([1.0])
    with pytest.raises(ParameterError, match=r"^pairs is 0"):
        estimate(none, none, 1, 2)
    with pytest.raises(ParameterError, match=r"^batch_size is 2"):
        estimate(one, one, 2, 2)
