"""How examples and models are drawn: the model that a surface draws is the one its loss is of."""

import numpy as np
import pytest

from app.science.problems import SURFACES
from app.science.problems.model import Box
from app.science.problems.problem import build_problem
from app.science.problems.surface import Surface

FITTED = [surface for surface in SURFACES.values() if surface.family == "data"]
CURVES = [surface for surface in FITTED if not surface.model.normal]
CLASSES = [surface for surface in FITTED if surface.model.normal]
BOX: Box = ((-2.0, 3.0), (-1.0, 4.0))


@pytest.mark.parametrize("surface", SURFACES.values(), ids=lambda surface: surface.id)
def test_what_is_fitted_has_a_line_and_tilts_have_none(surface: Surface) -> None:
    assert (surface.model.line is None) == (surface.family == "landscape")
    assert len(surface.columns) == (3 if surface.model.normal else 2)


@pytest.mark.parametrize("surface", CURVES, ids=lambda surface: surface.id)
def test_on_the_curve_an_example_has_no_loss_and_beside_it_some(surface: Surface) -> None:
    assert surface.model.line
    for w0, w1 in ((0.3, -1.2), surface.start):
        x, y = surface.model.line(w0, w1, BOX)
        assert (x[0], x[-1]) == BOX[0]
        np.testing.assert_allclose(surface.loss(w0, w1, (x, y)), 0, atol=1e-15)
        beside = surface.loss(w0, w1, (x, y + 0.1))
        np.testing.assert_allclose(beside, surface.loss(w0, w1, (x, y - 0.1)))
        assert np.all(beside > 1e-3)


@pytest.mark.parametrize("surface", CLASSES, ids=lambda surface: surface.id)
def test_on_the_boundary_both_classes_cost_the_same_and_beyond_it_plus_costs_less(
    surface: Surface,
) -> None:
    assert surface.model.line
    assert surface.model.normal
    assert surface.model.equal
    for w0, w1 in ((0.3, -1.2), (0.0, 2.0), surface.start):
        x, y = surface.model.line(w0, w1, BOX)
        np.testing.assert_allclose(surface.loss(w0, w1, (x, y, 1.0)), np.log(2))
        np.testing.assert_allclose(surface.loss(w0, w1, (x, y, -1.0)), np.log(2))
        n0, n1 = surface.model.normal(w0, w1)
        assert np.hypot(n0, n1) == pytest.approx(1)
        beyond = x + 0.1 * n0, y + 0.1 * n1
        assert np.all(surface.loss(w0, w1, (*beyond, 1.0)) < surface.loss(w0, w1, (*beyond, -1.0)))
        assert np.hypot(x[1] - x[0], y[1] - y[0]) >= np.hypot(4, 5)  # from side to side
    assert [len(values) for values in surface.model.line(0.0, 0.0, BOX)] == [0, 0]
    assert surface.model.normal(0.0, 0.0) == (0.0, 0.0)
    assert set(build_problem(surface, 20).columns[2].tolist()) == {-1.0, 1.0}
