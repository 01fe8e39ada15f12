"""A surface's caption: its lowest minima counted again, by looking around them."""

import numpy as np
import pytest

from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.words.surface import surface_caption


@pytest.mark.parametrize("surface", SURFACES)
def test_the_caption_counts_the_lowest_minima(surface: str) -> None:
    problem = build_problem(SURFACES[surface], 60)
    caption = surface_caption(problem)
    losses = np.array([minimum.loss for minimum in problem.minima])
    if not losses.size:
        assert "lowest" not in caption
        return
    (w0, w1), loss = problem.minima[0]
    # Around a point of a valley there are others as low.
    ring = np.exp(1j * np.linspace(0, 2 * np.pi, 2_000))
    around = problem.loss(w0 + 1e-3 * ring.real, w1 + 1e-3 * ring.imag) - loss
    count = np.count_nonzero(losses < losses.min() + 1e-6)
    if around.min() < 1e-4 * around.max():
        assert "whole valley" in caption
    elif count > 1:
        assert f"One of the {count} lowest minima" in caption
    else:
        assert "The lowest minimum drawn" in caption
    assert f"({w0 + 0.0:z.3f}, {w1:z.3f})".replace("-", "−") in caption


@pytest.mark.parametrize("surface", ["ackley", "rosenbrock", "himmelblau", "beale"])
def test_a_loss_of_zero_is_not_a_rounding_error(surface: str) -> None:
    assert "a loss of 0, is at" in surface_caption(build_problem(SURFACES[surface], 30))
