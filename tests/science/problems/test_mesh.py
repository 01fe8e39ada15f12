"""A mesh's values are those of its points, however they are had."""

from dataclasses import replace
from functools import cache
from typing import Any, NoReturn

import numpy as np
import pytest

from app.science.arrays import FloatArray, Values
from app.science.formulas.formula import Formula
from app.science.formulas.functions import Functions
from app.science.pauses import AT_PAUSE
from app.science.problems import SURFACES
from app.science.problems.mesh import is_mesh
from app.science.problems.problem import Problem, build_problem

EVERY = pytest.mark.parametrize("surface", SURFACES)
WITH_MESH = pytest.mark.parametrize("surface", [s.id for s in SURFACES.values() if s.mesh])
LOGISTIC = pytest.mark.parametrize("surface", ["logistic", "logistic-separable"])
SHAPES = ((1, 1), (1, 5), (6, 1), (23, 31))


@cache
def problem(surface: str, examples: int = 301) -> Problem:
    return build_problem(SURFACES[surface], examples)


def plain(posed: Problem) -> Problem:
    """The same, evaluated at each point."""
    return replace(posed, surface=replace(posed.surface, mesh=None))


def axes(posed: Problem, across: int, up: int) -> tuple[FloatArray, FloatArray]:
    """Of a mesh over the domain and its surroundings, zeros among them."""
    (lo0, hi0), (lo1, hi1) = posed.surface.domain
    w0, w1 = 1.3 * np.linspace(lo0, hi0, across), 1.3 * np.linspace(lo1, hi1, up)
    w0[across // 2], w1[up // 2] = 0.0, 0.0
    return w0, w1


def everything(posed: Problem, w0: Values, w1: Values) -> tuple[FloatArray, ...]:
    moments = posed.gradient_and_covariance(w0, w1)
    return (
        posed.loss(w0, w1), *posed.gradient(w0, w1), *posed.covariance(w0, w1),
        *moments[0], *moments[1],
    )  # fmt: skip


@EVERY
@pytest.mark.parametrize("examples", [2, 7, 301])
def test_a_mesh_is_its_points(surface: str, examples: int) -> None:
    posed = problem(surface, examples)
    for across, up in SHAPES:
        w0, w1 = axes(posed, across, up)
        expected = everything(posed, *np.meshgrid(w0, w1))
        found = everything(posed, *np.meshgrid(w0, w1, sparse=True))
        for there, here in zip(expected, found, strict=True):
            assert here.shape == (up, across)
            scale = max(1.0, float(np.abs(there).max()))
            np.testing.assert_allclose(here, there, rtol=0, atol=1e-13 * scale)


def never(*at: Any, xp: Functions) -> NoReturn:
    raise AssertionError(at, xp)


@WITH_MESH
def test_it_takes_no_loss_or_gradient_of_a_point(surface: str) -> None:
    posed = problem(surface)
    loss = Formula(never, posed.surface.columns)
    quick = replace(posed, surface=replace(posed.surface, loss=loss))
    everything(quick, *np.meshgrid(*axes(posed, 4, 3), sparse=True))


@WITH_MESH
def test_other_points_are_evaluated_one_by_one(surface: str) -> None:
    posed = problem(surface)
    w0, w1 = axes(posed, 5, 5)
    row, column = np.meshgrid(w0, w1, sparse=True)
    far = row.copy()
    far[0, 2] = np.inf
    others = [(0.3, -0.7), (w0, w1), (w0, 0.5), (column, row), (row, w1), (row[None], column)]
    with np.errstate(invalid="ignore"):
        for points in (*others, (far, column), (row, column * np.nan)):
            assert not is_mesh(*points)
            expected = everything(plain(posed), *points)
            for there, here in zip(expected, everything(posed, *points), strict=True):
                np.testing.assert_array_equal(here, there)


@WITH_MESH
def test_a_long_one_can_be_ended(surface: str) -> None:
    pauses: list[None] = []
    token = AT_PAUSE.set(lambda: pauses.append(None))
    try:
        posed = problem(surface, 3_001)
        mesh = np.meshgrid(*axes(posed, 90, 3), sparse=True)
        for of in (posed.loss, posed.covariance):
            pauses.clear()
            of(*mesh)
            assert len(pauses) >= 4
    finally:
        AT_PAUSE.reset(token)


@LOGISTIC
@pytest.mark.parametrize("stretch", [1e-6, 0.01, 1, 8, 40, 1e3, 1e150])
def test_a_logistic_loss_keeps_its_digits(surface: str, stretch: float) -> None:
    """Where it is tiny, where products of examples overflow soon, and where each would."""
    posed = problem(surface)
    w0, w1 = (stretch * w for w in axes(posed, 9, 8))
    x0, x1, label = posed.columns
    at = np.meshgrid(w0, w1)
    margins = label * (at[0][..., None] * x0 + at[1][..., None] * x1)
    expected = np.logaddexp(0, -margins).mean(axis=-1)
    found = posed.loss(*np.meshgrid(w0, w1, sparse=True))
    np.testing.assert_allclose(found, expected, rtol=1e-13)
    slopes = posed.gradient(*np.meshgrid(w0, w1, sparse=True))
    np.testing.assert_allclose(slopes, posed.gradient(*at), rtol=0, atol=1e-13)
