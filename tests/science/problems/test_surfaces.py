"""The contract every registered surface keeps, and what the literature says of some."""

import math
import re
from collections.abc import Callable
from functools import cache
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.science.arrays import FloatArray
from app.science.errors import ParameterError
from app.science.formulas.compiled import function
from app.science.formulas.update import WEIGHTS
from app.science.problems import SURFACES
from app.science.problems.logistic import MARGIN, SEPARATOR
from app.science.problems.problem import Problem, build_problem
from app.science.problems.surface import Surface

LANDSCAPES = pytest.mark.parametrize(
    "surface", [s for s in SURFACES.values() if s.family == "landscape"], ids=lambda s: s.id
)
EVERY = pytest.mark.parametrize("surface", SURFACES.values(), ids=lambda s: s.id)

IDS = [
    "least-squares", "least-squares-raw", "logistic", "logistic-separable", "tanh-neuron",
    "linear-network", "sine-fit", "robust-line", "two-wells", "bowl", "ravine", "rosenbrock",
    "himmelblau", "beale", "six-hump-camel", "rastrigin", "ackley", "styblinski-tang", "saddle",
]  # fmt: skip
URL_FORM = re.compile(r"[a-z]+(-[a-z]+)*")

FOUR_WAYS = [(a, b) for a in (2.746803, -2.903534) for b in (2.746803, -2.903534)]
LITERATURE = {  # minima to the digits usually printed
    "bowl": [(0.0, 0.0)],
    "ravine": [(0.0, 0.0)],
    "rosenbrock": [(1.0, 1.0)],
    "himmelblau": [
        (3.0, 2.0), (-2.805118, 3.131312), (-3.779310, -3.283186), (3.584428, -1.848126)
    ],
    "beale": [(3.0, 0.5)],
    "six-hump-camel": [(0.089842, -0.712656), (-0.089842, 0.712656)],
    "rastrigin": [(0.0, 0.0)],
    "ackley": [(0.0, 0.0)],
    "styblinski-tang": FOUR_WAYS,
    "saddle": [(0.0, 1.0), (0.0, -1.0)],
}  # fmt: skip
# How many lie in the domain; then the loss of the lowest.
COUNTS = {
    "bowl": 1, "ravine": 1, "rosenbrock": 1, "himmelblau": 4, "beale": 1, "six-hump-camel": 6,
    "rastrigin": 81, "ackley": 81, "styblinski-tang": 4, "saddle": 2, "two-wells": 2,
    "least-squares": 1, "least-squares-raw": 1, "logistic": 1, "logistic-separable": 0,
    "tanh-neuron": 2, "linear-network": 2, "robust-line": 2,
}  # fmt: skip
LOWEST = {
    "rosenbrock": 0.0, "himmelblau": 0.0, "beale": 0.0, "six-hump-camel": -1.031628,
    "rastrigin": 0.0, "ackley": 0.0, "styblinski-tang": -78.332331, "saddle": -0.25,
}  # fmt: skip


@cache
def defaults(surface_id: str) -> Problem:
    return build_problem(SURFACES[surface_id])


def points(surface: Surface, n: int, stretch: float = 1.0) -> tuple[FloatArray, FloatArray]:
    """Points spread over the domain, or over one `stretch` times as large about its centre."""
    low, high = np.array(surface.domain).T
    spread = np.random.default_rng(7).uniform(-stretch, stretch, (n, 2)) * (high - low) / 2
    return tuple(((low + high) / 2 + spread).T)


def inside(surface: Surface, point: tuple[float, float]) -> bool:
    return all(low <= w <= high for w, (low, high) in zip(point, surface.domain, strict=True))


def slopes(
    surface: Surface, w0: FloatArray, w1: FloatArray, columns: tuple[FloatArray, ...]
) -> tuple[FloatArray, FloatArray, float]:
    """The gradient of the loss by complex steps, or else by differences; and its tolerance."""
    loss = surface.loss
    try:
        h = 1e-30
        d0, d1 = loss(w0 + 1j * h, w1, columns).imag, loss(w0, w1 + 1j * h, columns).imag
    except TypeError:  # np.logaddexp is for real numbers only
        h = 1e-5
        d0 = (loss(w0 + h, w1, columns) - loss(w0 - h, w1, columns)) / 2
        d1 = (loss(w0, w1 + h, columns) - loss(w0, w1 - h, columns)) / 2
        return d0 / h, d1 / h, 1e-8
    return d0 / h, d1 / h, 1e-12


def gradient_on_floats(surface: Surface) -> Callable[..., tuple[float, ...]]:
    loss = surface.loss
    return function((*WEIGHTS, *loss.inputs), loss.slopes, "python")


def assert_close(actual: FloatArray, expected: FloatArray, tolerance: float) -> None:
    """Equal to `tolerance` of the largest value expected."""
    np.testing.assert_allclose(
        actual, expected, rtol=0, atol=tolerance * max(1.0, float(np.abs(expected).max()))
    )


def test_registry() -> None:
    assert list(SURFACES) == IDS
    assert all(surface.id == key for key, surface in SURFACES.items())
    assert all(URL_FORM.fullmatch(key) for key in SURFACES)


@EVERY
def test_metadata(surface: Surface) -> None:
    assert inside(surface, surface.start)
    assert surface.learning_rate > 0
    assert surface.noise > 0
    assert 1 <= surface.epochs <= 200
    for text in (surface.title, surface.formula, surface.source, surface.noise_unit):
        assert text
    assert surface.description.endswith(".")


@EVERY
def test_gradient_of_an_example(surface: Surface) -> None:
    w0, w1 = (w[:, None] for w in points(surface, 40))
    columns = defaults(surface.id).columns
    d0, d1, tolerance = slopes(surface, w0, w1, columns)
    g0, g1 = surface.loss.gradient(w0, w1, columns)
    assert_close(g0, np.broadcast_to(d0, g0.shape), tolerance)
    assert_close(g1, np.broadcast_to(d1, g1.shape), tolerance)


@EVERY
def test_means_and_covariance(surface: Surface) -> None:
    problem = defaults(surface.id)
    w0, w1 = points(surface, 30)
    shape = (30, problem.size)
    columns = problem.columns
    losses = surface.loss(w0[:, None], w1[:, None], columns)
    g = np.array(
        [
            np.broadcast_to(v, shape)
            for v in surface.loss.gradient(w0[:, None], w1[:, None], columns)
        ]
    )
    assert_close(problem.loss(w0, w1), losses.mean(axis=1), 1e-12)
    assert_close(np.array(problem.gradient(w0, w1)), g.mean(axis=2), 1e-12)
    expected = np.array([np.cov(g[:, i], bias=True) for i in range(30)])
    c = problem.covariance(w0, w1)
    assert_close(np.array([[c.c00, c.c01], [c.c01, c.c11]]), expected.transpose(1, 2, 0), 1e-10)


@pytest.mark.parametrize(
    "surface", [s for s in SURFACES.values() if s.affine], ids=lambda surface: surface.id
)
def test_affine_in_features(surface: Surface) -> None:
    affine = surface.affine
    assert affine is not None
    columns = defaults(surface.id).columns
    features = affine.features(*columns)
    w0, w1 = (w[:, None] for w in points(surface, 30))
    assert_close(affine.loss(w0, w1, features), surface.loss(w0, w1, columns), 1e-12)
    for actual, expected in zip(
        affine.loss.gradient(w0, w1, features[: len(affine.loss.needed)]),
        surface.loss.gradient(w0, w1, columns),
        strict=True,
    ):
        assert_close(actual, expected, 1e-12)


@EVERY
def test_single_floats(surface: Surface) -> None:
    """With `math` and far outside the domain, where a run that diverges may pass."""
    columns = [column[:50] for column in defaults(surface.id).columns]
    examples = np.array(columns).T.tolist()
    on_floats = gradient_on_floats(surface)
    for w0, w1 in zip(*points(surface, 50, stretch=20.0), strict=True):
        arrays = np.transpose(surface.loss.gradient(w0, w1, columns))
        floats = [on_floats(float(w0), float(w1), *example) for example in examples]
        assert {type(value) for pair in floats for value in pair} == {float}
        scale = np.maximum(1, np.abs(arrays).max(axis=1, keepdims=True))
        np.testing.assert_allclose(floats / scale, arrays / scale, rtol=0, atol=1e-12)


@EVERY
def test_minima(surface: Surface) -> None:
    problem = defaults(surface.id)
    low, high = np.array(surface.domain).T
    angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    ring = np.outer(1e-3 * (high - low), np.ones(32)) * [np.cos(angle), np.sin(angle)]
    h = 1e-5
    for (w0, w1), loss in problem.minima:
        assert inside(surface, (w0, w1))
        np.testing.assert_allclose(problem.gradient(w0, w1), 0, atol=1e-8)
        g = np.array(
            problem.gradient(w0 + h * np.array([1, -1, 0, 0]), w1 + h * np.array([0, 0, 1, -1]))
        )
        hessian = np.column_stack([g[:, 0] - g[:, 1], g[:, 2] - g[:, 3]]) / (2 * h)
        assert np.linalg.eigvalsh((hessian + hessian.T) / 2)[0] > -1e-5  # a valley's is 0
        assert np.all(problem.loss(w0 + ring[0], w1 + ring[1]) >= loss - 1e-9)
    losses = [minimum.loss for minimum in problem.minima]
    assert losses == sorted(losses)


@pytest.mark.parametrize(("surface_id", "count"), COUNTS.items())
def test_number_of_minima(surface_id: str, count: int) -> None:
    assert len(defaults(surface_id).minima) == count


@pytest.mark.parametrize(("surface_id", "expected"), LITERATURE.items())
def test_minima_of_the_literature(surface_id: str, expected: list[tuple[float, float]]) -> None:
    found = np.array([minimum.point for minimum in defaults(surface_id).minima])
    for point in expected:
        assert np.abs(found - point).max(axis=1).min() < 1e-5


@pytest.mark.parametrize(("surface_id", "expected"), LOWEST.items())
def test_lowest_loss(surface_id: str, expected: float) -> None:
    assert defaults(surface_id).minima[0].loss == pytest.approx(expected, abs=1e-6)


def test_minima_of_the_fitted_models() -> None:
    """Where algebra gives them: the regression line, and the balanced pair of its slope."""
    for surface_id in ("least-squares", "least-squares-raw"):
        x, y = defaults(surface_id).columns
        slope, intercept = np.polyfit(x, y, 1)
        (minimum,) = defaults(surface_id).minima
        np.testing.assert_allclose(minimum.point, (intercept, slope), rtol=1e-10)
    x, y = defaults("linear-network").columns
    root = math.sqrt((x @ y) / (x @ x))
    found = sorted(minimum.point for minimum in defaults("linear-network").minima)
    np.testing.assert_allclose(found, [(-root, -root), (root, root)], rtol=1e-10)


def test_cusp_of_ackley() -> None:
    """The gradient is 0 there without dividing by 0, and the minimum is the cusp itself."""
    assert gradient_on_floats(SURFACES["ackley"])(0.0, 0.0, 0.0, 0.0) == (0.0, 0.0)
    assert defaults("ackley").minima[0].point == (0.0, 0.0)


def test_linear_network_of_a_negative_slope() -> None:
    """Any seed may turn the slope's sign when examples are few and noisy."""
    problem = next(
        p
        for seed in range(50)
        if (p := build_problem(SURFACES["linear-network"], 3, 4.0, seed)).columns[0] @ p.columns[1]
        < 0
    )
    for (w0, w1), _ in problem.minima:
        assert w0 == -w1
        np.testing.assert_allclose(problem.gradient(w0, w1), 0, atol=1e-12)


@LANDSCAPES
def test_tilts_leave_the_function_itself(surface: Surface) -> None:
    problem = defaults(surface.id)
    w0, w1 = points(surface, 30)
    shuffled = np.random.default_rng(0).permutation(problem.size)
    assert [a.sum() for a in problem.columns] == [0, 0]
    assert [a[shuffled].sum() for a in problem.columns] == [0, 0]  # exact in any order
    assert_close(problem.loss(w0, w1), surface.loss(w0, w1, (0.0, 0.0)), 1e-12)


@EVERY
@settings(max_examples=15, deadline=None)
@given(n=st.integers(2, 300), data_seed=st.integers(0, 2**32), noisy=st.booleans())
def test_any_draw_is_finite(surface: Surface, n: int, data_seed: int, noisy: bool) -> None:
    noise = surface.noise if noisy else 0.0
    problem = build_problem(surface, n, noise, data_seed)
    again = build_problem(surface, n, noise, data_seed)
    assert len(problem.columns) == len(surface.columns)
    for column, same in zip(problem.columns, again.columns, strict=True):
        assert column.shape == (n,)
        assert column.dtype == np.float64
        assert np.all(np.isfinite(column))
        np.testing.assert_array_equal(column, same)
    w0, w1 = points(surface, 5)
    assert np.all(np.isfinite(problem.loss(w0, w1)))
    assert np.all(np.isfinite(problem.gradient(w0, w1)))
    assert np.all(np.isfinite(problem.covariance(w0, w1)))


@EVERY
def test_extreme_sizes(surface: Surface) -> None:
    for examples, noise in product((2, 10_000), (0.0, None)):
        for column in build_problem(surface, examples, noise).columns:
            assert column.shape == (examples,)
            assert np.isfinite(column).all(), (examples, noise)


@EVERY
def test_another_seed_draws_other_examples(surface: Surface) -> None:
    other = build_problem(surface, data_seed=1)
    assert not np.array_equal(defaults(surface.id).columns[0], other.columns[0])


@pytest.mark.parametrize("surface_id", ["logistic", "logistic-separable"])
@pytest.mark.parametrize("examples", [2, 3, 1050])
def test_both_classes_are_present(surface_id: str, examples: int) -> None:
    label = build_problem(SURFACES[surface_id], examples).columns[2]
    assert set(label) == {-1.0, 1.0}
    assert abs(label.sum()) <= 1


@pytest.mark.parametrize("data_seed", range(5))
def test_separable_classes(data_seed: int) -> None:
    x0, x1, label = build_problem(SURFACES["logistic-separable"], data_seed=data_seed).columns
    assert math.hypot(*SEPARATOR) == pytest.approx(1.0, rel=1e-15)
    assert np.min(label * (x0 * SEPARATOR[0] + x1 * SEPARATOR[1])) >= MARGIN - 1e-12


@pytest.mark.parametrize(
    ("parameter", "value"),
    [("examples", 1), ("examples", 0), ("examples", -3)]
    + [("noise", value) for value in (-0.1, math.nan, math.inf, -math.inf)],
)
def test_rejected_parameters(parameter: str, value: float) -> None:
    with pytest.raises(ParameterError, match=f"^{parameter} is") as raised:
        build_problem(SURFACES["bowl"], **{parameter: value})  # type: ignore[arg-type]
    assert raised.value.parameter == parameter
