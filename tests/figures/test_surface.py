"""The surface's figure: its contour or relief, and its minima on top."""

import numpy as np
import pytest

from app.figures.levels import ticks
from app.figures.surface import surface_figure
from app.figures.theme import THEMES
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.relief import RESOLUTION, relief


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("surface", ["himmelblau", "tanh-neuron", "logistic-separable"])
def test_contour(surface: str, theme: str) -> None:
    problem = build_problem(SURFACES[surface], 30)
    ground = relief(problem)
    figure = surface_figure(problem, ground, theme, "contour")
    contour, *minima = figure.data
    assert contour.type == "contour"
    np.testing.assert_allclose(contour.z, ground.levels.height(ground.loss), rtol=1e-6)
    np.testing.assert_allclose(contour.customdata, ground.loss, rtol=1e-6)
    assert contour.z.shape == (RESOLUTION, RESOLUTION)
    assert [contour.colorscale[0][1], contour.colorscale[-1][1]] == [
        THEMES[theme].low,
        THEMES[theme].high,
    ]
    assert contour.colorbar.ticktext == tuple(ticks(ground.levels)[1])
    assert list(figure.layout.xaxis.range) == list(problem.surface.domain[0])
    assert list(figure.layout.yaxis.range) == list(problem.surface.domain[1])
    assert figure.layout.xaxis.title.text == problem.surface.parameters[0]
    assert len(minima) == (1 if problem.minima else 0)


@pytest.mark.parametrize("view", ["contour", "3d"])
def test_minima(view: str) -> None:
    problem = build_problem(SURFACES["six-hump-camel"])
    marks = surface_figure(problem, relief(problem), "light", view).data[1]
    np.testing.assert_array_equal(
        np.column_stack([marks.x, marks.y]), [minimum.point for minimum in problem.minima]
    )
    np.testing.assert_array_equal(marks.customdata, [minimum.loss for minimum in problem.minima])


def test_a_loss_of_zero_is_not_a_rounding_error() -> None:
    for surface in ("ackley", "rosenbrock", "himmelblau", "beale"):
        problem = build_problem(SURFACES[surface], 30)
        marks = surface_figure(problem, relief(problem), "light", "contour").data[1]
        assert marks.customdata[0] == 0


def test_the_lowest_minima_are_stars_and_the_others_dots() -> None:
    problem = build_problem(SURFACES["six-hump-camel"])
    marks = surface_figure(problem, relief(problem), "light", "contour").data[1]
    lowest = problem.minima[0].loss
    stars = [symbol == "star" for symbol in marks.marker.symbol]
    assert stars == [minimum.loss < lowest + 0.01 for minimum in problem.minima]
    assert (sum(stars), len(stars)) == (2, 6)


def test_relief_in_three_dimensions() -> None:
    problem = build_problem(SURFACES["bowl"], 30)
    ground = relief(problem)
    figure = surface_figure(problem, ground, "dark", "3d")
    assert [trace.type for trace in figure.data] == ["surface", "scatter3d"]
    np.testing.assert_allclose(figure.data[0].z, ground.levels.height(ground.loss), rtol=1e-6)
    scene = figure.layout.scene
    assert list(scene.xaxis.range) == list(problem.surface.domain[0])
    assert scene.zaxis.range[1] == pytest.approx(ground.levels.height(ground.loss).max())


def test_nothing_from_a_default_template() -> None:
    problem = build_problem(SURFACES["bowl"], 30)
    for view in ("contour", "3d"):
        figure = surface_figure(problem, relief(problem), "light", view)
        assert not figure.layout.template.layout.to_plotly_json()
