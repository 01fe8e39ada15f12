"""Angles against the textbook arccosine, and their summary against numpy's."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.science.budget import Budget
from app.science.engine import generators, run
from app.science.noise.directions import angles, summarise, turning_angles
from app.science.optimizers import OPTIMIZERS, sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem

NAN = math.nan
properties = settings(derandomize=True, deadline=None, max_examples=50)
turns = st.floats(-math.pi, math.pi)
lengths = st.floats(1e-6, 1e6)


@pytest.mark.parametrize(
    ("vector", "reference", "degrees"),
    [
        ((2, 0), (5, 0), 0),
        ((0, 3), (1, 0), 90),
        ((0, -3), (1, 0), 90),
        ((-1, 0), (1, 0), 180),
        ((1, 1), (1, 0), 45),
        ((0.1 + 0.2, 0.3), (0.3, 0.3), 0),  # along one line but for rounding
        ((-0.1 - 0.2, -0.3), (0.3, 0.3), 180),
        ((1, 0), (1, 1e-9), math.degrees(1e-9)),  # an arccosine says 0
    ],
)
def test_angles(
    vector: tuple[float, float], reference: tuple[float, float], degrees: float
) -> None:
    found = angles(np.array([vector], dtype=float), np.array(reference, dtype=float))
    assert found == pytest.approx([degrees], rel=1e-12)


@properties
@given(turns, turns, lengths, lengths)
def test_an_angle_is_that_of_the_arccosine(a: float, b: float, r: float, s: float) -> None:
    vector = r * np.array([math.cos(a), math.sin(a)])
    reference = s * np.array([math.cos(b), math.sin(b)])
    cosine = np.clip(vector @ reference / (r * s), -1, 1)
    assert 0 <= angles(vector, reference) <= 180
    assert math.cos(math.radians(angles(vector, reference))) == pytest.approx(cosine, abs=1e-12)


@properties
@given(st.lists(st.floats(0, 180), min_size=1, max_size=30))
def test_summary(values: list[float]) -> None:
    degrees = np.array(values)
    found = summarise(degrees)
    assert found is not None
    assert found.count == len(values)
    assert found.uphill == sum(value > 90 for value in values) / len(values)
    for spread, sample in (
        (found.angle_degrees, degrees),
        (found.cosine, np.cos(np.radians(degrees))),
    ):
        assert spread.mean == pytest.approx(sample.mean(), abs=1e-12)
        quantiles = [np.quantile(sample, q) for q in (0.05, 0.5, 0.95)]
        assert spread[1:] == pytest.approx(quantiles, abs=1e-12)
    assert all(-1 <= value <= 1 for value in found.cosine)


def test_no_angle_has_no_summary() -> None:
    assert summarise(np.array([])) is None


@pytest.mark.parametrize(
    ("path", "degrees"),
    [
        ([(0, 0), (1, 0), (2, 0), (5, 0)], [0, 0]),
        ([(0, 0), (1, 0), (1, 1), (0, 1)], [90, 90]),
        ([(0, 0), (1, 1), (0, 0), (3, 3)], [180, 180]),
        ([(0, 0), (1, 0), (1, 0), (1, 0), (1, 2)], [90]),  # it rests, and then turns
        ([(0, 0), (1, 0), (2, 0), (NAN, NAN)], [0]),
        ([(5, 0), (4, 0), (4 - 1e-12, 0), (3, 0)], [0]),  # a step that rounding has made
        ([(0, 0), (1, 0)], []),
        ([(3, 3), (3, 3), (3, 3)], []),
        ([(NAN, NAN)], []),
    ],
)
def test_turning_angles(path: list[tuple[float, float]], degrees: list[float]) -> None:
    points = np.array(path, dtype=float)
    np.testing.assert_allclose(turning_angles(points), degrees, atol=1e-12)
    found = summarise(turning_angles(points))
    if degrees:
        assert found is not None
        assert found.angle_degrees.mean == pytest.approx(np.mean(degrees), abs=1e-12)
        assert found.uphill == np.mean(np.array(degrees) > 90)
    else:
        assert found is None


@settings(derandomize=True, deadline=None, max_examples=30)
@given(st.floats(-180, 180), st.integers(3, 30))
def test_a_polygon_turns_by_the_same_angle(degrees: float, steps: int) -> None:
    path = np.cumsum(np.exp(1j * np.radians(degrees) * np.arange(steps)))
    points = np.column_stack([path.real, path.imag])
    np.testing.assert_allclose(turning_angles(points), abs(degrees), atol=1e-9)


def test_small_batches_turn_more_often() -> None:
    problem, shares = build_problem(SURFACES["least-squares"], 256), []
    for batch_size in (1, 16, 64, 256):
        plan = make_plan(
            examples=256, batch_size=batch_size, budget=Budget(updates=60), learning_rate=0.05
        )
        paths = run(problem, plan, sgd(), problem.surface.start, generators(0, 1))
        found = summarise(turning_angles(np.hstack([paths.w0, paths.w1])))
        assert found is not None
        shares.append(found.angle_degrees.mean)
    assert shares == sorted(shares, reverse=True)
    assert shares[-1] < 1  # gradient descent on a round bowl goes straight


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("surface", ["bowl", "least-squares", "rosenbrock"])
def test_noise_turns_back_fewer_steps_that_momentum_carries_on(surface: str, seed: int) -> None:
    """As the page says: from a minimum, where all is noise, half of plain SGD's steps turn back.

    1500 angles, whose share has a standard error of about .013, more with their correlations.
    """
    problem = build_problem(SURFACES[surface], 256)
    plan = make_plan(
        examples=256, batch_size=1, budget=Budget(updates=1500), sampling="with-replacement",
        learning_rate=problem.surface.learning_rate / 10,
    )  # fmt: skip
    back = {}
    for name, optimizer in OPTIMIZERS.items():
        paths = run(problem, plan, optimizer(), problem.minima[0].point, generators(seed, 1))
        found = summarise(turning_angles(np.hstack([paths.w0, paths.w1])))
        assert found is not None
        back[name] = found.uphill
    assert back["sgd"] > 0.4
    assert max(back[name] for name in ("momentum", "nesterov", "adam")) < back["sgd"] - 0.1
