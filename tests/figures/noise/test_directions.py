"""Arrows are the steps themselves, on one scale for a whole surface, and that scale is said."""

from itertools import cycle

import numpy as np
import pytest
from numpy.typing import NDArray

from app.figures.noise.directions import ARROWS, arrow_scale, directions_figure
from app.science.arrays import Point
from app.science.noise.cloud import draw_clouds
from app.science.noise.point import noise_at, typical_size
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem
from app.science.problems.surface import Surface
from app.words.numbers import number
from tests.api.reading import Figure, as_read

N = 60
DRAWS = cycle((40, 70))  # fewer than there may be arrows, and more


def shown(figure: Figure, role: str) -> list[Figure]:
    return [trace for trace in figure.data if trace.meta["role"] == role]


def ends(trace: Figure) -> NDArray[np.float64]:
    return np.column_stack([trace.x[1::3], trace.y[1::3]]).astype(float)


def drawn(problem: Problem, at: Point, draws: int, rate: float) -> Figure:
    noise = noise_at(problem, at)
    clouds = draw_clouds(noise, [1, 8, N], draws=draws)
    return as_read(
        directions_figure(problem.surface, noise, clouds, rate, typical_size(problem), "light")
    )


@pytest.mark.parametrize(("surface", "draws"), [*zip(SURFACES.values(), DRAWS, strict=False)])
def test_an_arrow_is_its_step_times_the_stated_scale(surface: Surface, draws: int) -> None:
    problem = build_problem(surface, N)
    (lo0, hi0), (lo1, hi1) = problem.surface.domain
    corners = [(lo0, lo1), (hi0, hi1)]
    minima = [minimum.point for minimum in problem.minima[:2]]
    scale, rate = arrow_scale(surface, typical_size(problem)), surface.learning_rate
    assert float(f"{scale:.0e}"[0]) in (1, 2, 5)
    assert scale == float(f"{scale:.0e}")
    for at in [problem.surface.start, *minima, *corners]:
        figure = drawn(problem, at, draws, rate)
        noise = noise_at(problem, at)
        outside = 0
        for trace, cloud in zip(
            shown(figure, "arrows"), draw_clouds(noise, [1, 8, N], draws=draws), strict=True
        ):
            steps = -rate * scale * cloud.gradients[:ARROWS]
            np.testing.assert_allclose(ends(trace), at + steps, rtol=1e-5, atol=1e-5)
            assert (trace.meta["scale"], trace.meta["learning_rate"]) == (scale, rate)
            x, y = ends(trace).T
            outside += int(np.sum((x < lo0) | (x > hi0) | (y < lo1) | (y > hi1)))
        caption = figure.layout.meta["caption"]
        many = "all 40" if draws == 40 else "60 of 70"
        long = "as long as they are" if scale == 1 else f"{number(scale)} times as long"
        assert f"at ε = {number(rate)}, drawn {long}: {many} of each batch size" in caption
        assert (f"{outside} arrow" in caption) == (outside > 0)
        (bar,) = shown(figure, "scale bar")
        assert bar.x[1] - bar.x[0] == pytest.approx(scale * bar.meta["step"])
        assert bar.text[1] == f"a step of {number(bar.meta['step'])}"
        assert lo0 < bar.x[0] < bar.x[1] < hi0


def test_the_learning_rate_lengthens_arrows_and_not_their_scale() -> None:
    problem = build_problem(SURFACES["bowl"], N)
    at = (1.0, 1.0)
    one, two = (shown(drawn(problem, at, 40, rate), "arrows")[0] for rate in (0.1, 0.2))
    np.testing.assert_allclose(ends(two) - at, 2 * (ends(one) - at), rtol=1e-5, atol=1e-6)
