"""Heights that show the bottom of a valley as well as its walls."""

import numpy as np
import pytest

from app.figures.levels import TICKS, ticks
from app.figures.plane import view_layout
from app.figures.theme import THEMES
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.relief import RESOLUTION, Levels, relief


def test_height() -> None:
    levels = Levels(lowest=-2.0, highest=98.0, scale=0.5)
    assert levels.height(-2.0) == 0
    assert levels.height(-3.0) == 0  # nothing is below the lowest
    assert levels.height(-1.5) == pytest.approx(np.log(2))
    losses = np.linspace(-2, 98, 200)
    assert np.all(np.diff(levels.height(losses)) > 0)
    # Linear near the bottom, logarithmic far above it.
    assert levels.height(-2 + 1e-6) == pytest.approx(1e-6 / 0.5, rel=1e-4)
    assert levels.height(98.0) == pytest.approx(np.log(100 / 0.5), rel=1e-2)


def test_ticks_are_the_losses_at_their_heights() -> None:
    levels = Levels(lowest=1.0, highest=51.0, scale=2.0)
    heights, labels = ticks(levels)
    assert len(heights) == len(labels) == TICKS
    np.testing.assert_allclose(np.diff(heights), heights[1])
    shown = np.array([float(label.replace(",", "").replace("−", "-")) for label in labels])
    np.testing.assert_allclose(levels.height(shown), heights, atol=0.06)
    assert heights[-1] == pytest.approx(float(levels.height(51.0)))


def test_labels_are_plain() -> None:
    for levels in (Levels(0.0, 3e6, 1.0), Levels(-1e-9, 40.0, 0.5), Levels(-80.0, 200.0, 3.0)):
        for label in ticks(levels)[1]:
            assert "e" not in label
    assert ticks(Levels(-1e-9, 40.0, 0.5))[1][0] == "0"


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("noise", [None, 1000.0])
def test_labels_tell_heights_apart_and_have_room(surface: str, noise: float | None) -> None:
    problem = build_problem(SURFACES[surface], 50, noise)
    levels = relief(problem).levels
    heights, labels = ticks(levels)
    assert len(set(labels)) == TICKS
    losses = np.array([float(label.replace(",", "").replace("−", "-")) for label in labels])
    assert np.all(np.diff(losses) > 0)
    np.testing.assert_allclose(levels.height(losses), heights, atol=0.06)
    layout = view_layout(problem.surface, levels, THEMES["light"], "contour")
    # A bar of 20 pixels, and at most 6.5 for a digit of 11 pixels.
    assert layout["margin"]["r"] >= 20 + 6.5 * max(map(len, labels))


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("noise", [None, 0.0, 1000.0])
def test_relief(surface: str, noise: float | None) -> None:
    problem = build_problem(SURFACES[surface], 20, noise)
    ground = relief(problem)
    assert ground.loss.shape == (RESOLUTION, RESOLUTION)
    levels = ground.levels
    assert levels.scale > 0
    assert levels.lowest <= ground.loss.min()
    assert all(levels.lowest <= minimum.loss for minimum in problem.minima)
    assert levels.highest == ground.loss.max()
    heights = levels.height(ground.loss)
    assert np.all(np.isfinite(heights))
    if levels.highest > levels.lowest:
        assert heights.max() > 0
    j, i = 3, RESOLUTION - 2
    assert ground.loss[j, i] == pytest.approx(float(problem.loss(ground.w0[i], ground.w1[j])))


def test_half_of_the_picture_is_not_one_colour() -> None:
    for surface in SURFACES.values():
        ground = relief(build_problem(surface, 200))
        share = ground.levels.height(ground.loss) / ground.levels.height(ground.levels.highest)
        assert 0.15 < float(np.median(share)) < 0.95, surface.id


def test_of_a_part_the_levels_are_of_what_is_there() -> None:
    problem = build_problem(SURFACES["himmelblau"], 30)
    part = ((2.5, 3.5), (1.5, 2.5))
    near, whole = relief(problem, part), relief(problem)
    assert (near.w0[0], near.w0[-1], near.w1[0], near.w1[-1]) == (2.5, 3.5, 1.5, 2.5)
    assert near.loss.shape == whole.loss.shape
    np.testing.assert_allclose(near.loss[3, 5], problem.loss(near.w0[5], near.w1[3]), atol=1e-12)
    assert near.levels.highest == near.loss.max() < whole.levels.highest
    assert near.levels.lowest == pytest.approx(problem.minima[0].loss, abs=1e-9)
    beside = relief(problem, ((-0.5, 0.5), (-1.0, 0.0)))  # about a hill: no minimum is there
    assert beside.levels.lowest == beside.loss.min() > problem.minima[-1].loss
