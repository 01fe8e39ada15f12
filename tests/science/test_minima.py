"""The search for minima, on functions whose minima are known."""

import math
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.science.arrays import FloatArray, Interval, Point, Values
from app.science.problems.minima import MOST, NEWTON_STEPS, find_minima

SQUARE: tuple[Interval, Interval] = ((-2.0, 2.0), (-2.0, 2.0))
CELL = 4 / 80

Function = Callable[[Values], FloatArray]


def separable(f: Function, slope: Function) -> tuple[Point, ...]:
    """Minima on the square of f(x) + y²/2, their y being 0."""
    return find_minima(
        lambda x, y: f(x) + y * y / 2, lambda x, y: (slope(x) + 0 * y, y + 0 * x), SQUARE
    )


@settings(derandomize=True, deadline=None, max_examples=40)
@given(
    centre=st.tuples(st.floats(-1.9, 1.9), st.floats(-1.9, 1.9)),
    curvatures=st.tuples(st.floats(0.5, 5), st.floats(0.5, 5)),
    angle=st.floats(0, math.pi),
)
def test_a_quadratic_has_its_one_minimum(
    centre: Point, curvatures: tuple[float, float], angle: float
) -> None:
    c, s = math.cos(angle), math.sin(angle)
    axes = np.array([[c, -s], [s, c]])
    (a, b), (_, d) = axes @ np.diag(curvatures) @ axes.T
    x0, y0 = centre
    found = find_minima(
        lambda x, y: a / 2 * (x - x0) ** 2 + b * (x - x0) * (y - y0) + d / 2 * (y - y0) ** 2,
        lambda x, y: (a * (x - x0) + b * (y - y0), b * (x - x0) + d * (y - y0)),
        SQUARE,
    )
    assert len(found) == 1
    np.testing.assert_allclose(found[0], centre, atol=1e-9)


@pytest.mark.parametrize(
    ("f", "slope", "expected"),
    [
        pytest.param(lambda t: (t * t - 1) ** 2, lambda t: 4 * t * (t * t - 1), [-1, 1], id="two"),
        pytest.param(lambda t: -t * t, lambda t: -2 * t, [], id="saddle"),
        pytest.param(lambda t: t, lambda t: t * 0 + 1, [], id="lowest-on-the-edge"),
        pytest.param(lambda t: (t - 3) ** 2, lambda t: 2 * (t - 3), [], id="outside"),
        pytest.param(
            lambda t: 1 - np.cos(math.pi * t),
            lambda t: math.pi * np.sin(math.pi * t),
            [-2, 0, 2],
            id="waves-and-both-edges",
        ),
        pytest.param(
            lambda t: np.sqrt(1 + t * t), lambda t: t / np.sqrt(1 + t * t), [0], id="not-quadratic"
        ),
        # Equal on two grid points: both are candidates, and end at the same place.
        pytest.param(
            lambda t: (t - CELL / 2) ** 2, lambda t: 2 * (t - CELL / 2), [CELL / 2], id="tie"
        ),
    ],
)
def test_minima_along_an_axis(f: Function, slope: Function, expected: list[float]) -> None:
    found = sorted(separable(f, slope))
    assert len(found) == len(expected)
    for (x, y), t in zip(found, expected, strict=True):
        assert x == pytest.approx(t, abs=1e-9)
        assert y == pytest.approx(0, abs=1e-9)


def test_himmelblau_has_four() -> None:
    def loss(x: Values, y: Values) -> FloatArray:
        return np.asarray((x * x + y - 11) ** 2 + (x + y * y - 7) ** 2)

    def gradient(x: Values, y: Values) -> tuple[FloatArray, FloatArray]:
        u, v = x * x + y - 11, x + y * y - 7
        return 4 * x * u + 2 * v, 2 * u + 4 * y * v

    found = sorted(find_minima(loss, gradient, ((-5.0, 5.0), (-5.0, 5.0))))
    published = [
        (-3.779310253, -3.283185991),
        (-2.805118087, 3.131312518),
        (3.0, 2.0),
        (3.584428340, -1.848126527),
    ]
    np.testing.assert_allclose(found, published, atol=1e-8)
    assert find_minima(loss, gradient, ((-1.0, 1.0), (-1.0, 1.0))) == ()


def test_of_very_many_candidates_the_lowest_are_looked_at() -> None:
    calls = []

    def gradient(x: Values, y: Values) -> tuple[FloatArray, FloatArray]:
        calls.append(1)
        return np.asarray(-60 * np.sin(60 * x) + x / 5), np.asarray(-60 * np.sin(60 * y) + y / 5)

    found = find_minima(
        lambda x, y: np.cos(60 * x) + np.cos(60 * y) + (x * x + y * y) / 10, gradient, SQUARE
    )
    assert 0 < len(found) <= MOST
    assert min(math.hypot(*point) for point in found) < 0.1
    assert len(calls) <= MOST * NEWTON_STEPS


def test_where_a_function_ends_there_is_no_minimum() -> None:
    def gradient(x: Values, y: Values) -> tuple[FloatArray, FloatArray]:
        with np.errstate(invalid="ignore"):
            return np.asarray(1.5 * np.sqrt(x)), np.asarray(2 * y)

    square = ((1e-4, 1.0), (-1.0, 1.0))
    assert find_minima(lambda x, y: np.asarray(x**1.5 + y * y), gradient, square) == ()
