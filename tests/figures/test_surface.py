"""The surface's figure: its contour or relief, and its minima on top."""

import numpy as np
import pytest

from app.figures.levels import ticks
from app.figures.surface import surface_figure
from app.figures.theme import THEMES, between
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.relief import RESOLUTION, relief
from tests.api.reading import as_read


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("surface", ["himmelblau", "tanh-neuron", "logistic-separable"])
def test_contour(surface: str, theme: str) -> None:
    problem = build_problem(SURFACES[surface], 30)
    ground = relief(problem)
    figure = as_read(surface_figure(problem, ground, theme, "contour"))
    contour, *minima = figure.data
    assert contour.type == "contour"
    np.testing.assert_allclose(contour.z, ground.levels.height(ground.loss), rtol=1e-6)
    np.testing.assert_allclose(contour.customdata, ground.loss, rtol=1e-6)
    assert contour.z.shape == (RESOLUTION, RESOLUTION)
    low, high = THEMES[theme].low, THEMES[theme].high
    colours = [colour for _, colour in contour.colorscale]
    assert (colours[0], colours[-1]) == (between(low, high, 0), between(low, high, 1))
    lightness = [sum(map(int, colour[4:-1].split(","))) for colour in colours]
    assert lightness == sorted(lightness, reverse=theme == "dark")
    assert contour.colorbar.ticktext == ticks(ground.levels)[1]
    assert list(figure.layout.xaxis.range) == list(problem.surface.domain[0])
    assert list(figure.layout.yaxis.range) == list(problem.surface.domain[1])
    assert figure.layout.xaxis.title.text == problem.surface.parameters[0]
    assert len(minima) == (1 if problem.minima else 0)


@pytest.mark.parametrize("view", ["contour", "3d"])
def test_minima(view: str) -> None:
    problem = build_problem(SURFACES["six-hump-camel"])
    marks = as_read(surface_figure(problem, relief(problem), "light", view)).data[1]
    np.testing.assert_array_equal(
        np.column_stack([marks.x, marks.y]), [minimum.point for minimum in problem.minima]
    )
    np.testing.assert_array_equal(marks.customdata, [minimum.loss for minimum in problem.minima])


def test_a_loss_of_zero_is_not_a_rounding_error() -> None:
    for surface in ("ackley", "rosenbrock", "himmelblau", "beale"):
        problem = build_problem(SURFACES[surface], 30)
        marks = as_read(surface_figure(problem, relief(problem), "light", "contour")).data[1]
        assert marks.customdata[0] == 0


def test_the_lowest_minima_are_stars_and_the_others_dots() -> None:
    problem = build_problem(SURFACES["six-hump-camel"])
    marks = as_read(surface_figure(problem, relief(problem), "light", "contour")).data[1]
    lowest = problem.minima[0].loss
    stars = [symbol == "star" for symbol in marks.marker.symbol]
    assert stars == [minimum.loss < lowest + 0.01 for minimum in problem.minima]
    assert (sum(stars), len(stars)) == (2, 6)


@pytest.mark.parametrize("surface", ["ackley", "rastrigin"])
@pytest.mark.parametrize("theme", THEMES)
def test_a_funnel_is_seen_under_its_ripples(surface: str, theme: str) -> None:
    """On circles about the minimum the mean colour changes outwards by much of the scale."""
    problem = build_problem(SURFACES[surface])
    ground = relief(problem)
    contour = as_read(surface_figure(problem, ground, theme, "contour")).data[0]
    stops = np.array([stop for stop, _ in contour.colorscale])
    light = np.array([int(colour[4:-1].split(",")[0]) for _, colour in contour.colorscale])
    shown = np.interp(contour.z / contour.z.max(), stops, light)
    away = np.hypot(*np.meshgrid(ground.w0, ground.w1))
    rings = [shown[(away >= r) & (away < r + 1)].mean() for r in range(4)]
    outwards = np.diff(rings) / (light[-1] - light[0])
    assert np.all(outwards > 0)
    assert outwards.sum() > 0.4


@pytest.mark.parametrize("surface", SURFACES)
def test_one_unit_is_one_scale(surface: str) -> None:
    problem = build_problem(SURFACES[surface], 30)
    ground = relief(problem)
    flat = as_read(surface_figure(problem, ground, "light", "contour")).layout
    tied = (flat.xaxis.constrain, flat.yaxis.constrain, flat.yaxis.scaleanchor)
    aspect = as_read(surface_figure(problem, ground, "light", "3d")).layout.scene.aspectratio
    (w0, w1) = (hi - lo for lo, hi in problem.surface.domain)
    if problem.surface.one_unit:
        assert tied == ("domain", "domain", "x")
        assert aspect.x / aspect.y == pytest.approx(w0 / w1)
    else:
        assert not any(tied)
        assert aspect.x == aspect.y
    # Intercept and slope, or frequency and phase, have not one unit; x and y have.
    assert problem.surface.one_unit or problem.surface.family == "data"
    assert max(aspect.x, aspect.y) == 1


def test_relief_in_three_dimensions() -> None:
    problem = build_problem(SURFACES["bowl"], 30)
    ground = relief(problem)
    figure = as_read(surface_figure(problem, ground, "dark", "3d"))
    assert [trace.type for trace in figure.data] == ["surface", "scatter3d"]
    np.testing.assert_allclose(figure.data[0].z, ground.levels.height(ground.loss), rtol=1e-6)
    scene = figure.layout.scene
    assert list(scene.xaxis.range) == list(problem.surface.domain[0])
    assert scene.zaxis.range[1] == pytest.approx(ground.levels.height(ground.loss).max())
    assert min(scene.zaxis.tickvals) > 0  # at the foot of the box is the last tick of another axis


def test_nothing_from_a_default_template() -> None:
    problem = build_problem(SURFACES["bowl"], 30)
    for view in ("contour", "3d"):
        figure = as_read(surface_figure(problem, relief(problem), "light", view))
        assert figure.layout["template"] == {}
