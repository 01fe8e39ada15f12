"""A loss written once: evaluated, derived, and what its derivatives need."""

from typing import Any

import numpy as np
import pytest

from app.science.formulas.formula import Formula
from app.science.problems import SURFACES

LOSSES: dict[str, Formula] = {
    **{name: surface.loss for name, surface in SURFACES.items()},
    **{f"{name}, affine": s.affine.loss for name, s in SURFACES.items() if s.affine},
}


def test_only_what_the_derivatives_need() -> None:
    loss = Formula(lambda w0, w1, a, b, c, xp: w0 * b + w1 * 2 + c, ("a", "b", "c"))  # noqa: ARG005
    assert loss.needed == ("a", "b")
    assert Formula(lambda w0, w1, a, xp: w0 + w1 + a, ("a",)).needed == ()  # noqa: ARG005


def test_written_when_first_asked_for() -> None:
    def never(*_: Any, **__: Any) -> Any:
        raise AssertionError

    assert Formula(never, ("x",)).inputs == ("x",)
    with pytest.raises(AssertionError):
        _ = Formula(never, ("x",)).node


@pytest.mark.parametrize("name", LOSSES)
def test_shapes(name: str) -> None:
    """Constants too have the shape of what was asked; extra inputs make no difference."""
    loss = LOSSES[name]
    rng = np.random.default_rng(0)
    w0, w1 = rng.uniform(-1, 1, (2, 4, 1))
    example = rng.uniform(-1, 1, (len(loss.inputs), 3))
    values = loss(w0, w1, example)
    slopes = loss.gradient(w0, w1, example)
    assert [np.shape(each) for each in (values, *slopes)] == [(4, 3)] * 3
    needed = loss.gradient(w0, w1, example[: len(loss.needed)])
    if loss.needed:
        np.testing.assert_array_equal(needed, slopes)
    for i, k in np.ndindex(4, 3):
        point = (float(w0[i, 0]), float(w1[i, 0]))
        one = loss(*point, example[:, k].tolist())
        assert np.ndim(one) == 0
        np.testing.assert_allclose(one, np.asarray(values)[i, k], rtol=1e-14)
        np.testing.assert_allclose(
            loss.gradient(*point, example[:, k].tolist()),
            [np.asarray(each)[i, k] for each in slopes],
            rtol=1e-12,
            atol=1e-15,
        )


def test_a_constant_has_the_shape_of_what_was_asked() -> None:
    loss = Formula(lambda w0, w1, a, xp: w0 * 2 + w1 * a, ("a",))  # noqa: ARG005
    g0, g1 = loss.gradient(np.zeros((2, 1)), 0.0, (np.arange(3.0),))
    np.testing.assert_array_equal(g0, np.full((2, 3), 2.0))
    np.testing.assert_array_equal(g1, np.tile(np.arange(3.0), (2, 1)))
    assert loss.gradient(0.0, 0.0, (5.0,)) == (2.0, 5.0)
