"""The server's picture: the contour's steps and the paths, where the numbers are."""

import re
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest

from app.figures.still.picture import Still, ground_steps, still
from app.figures.still.shapes import SIZE
from app.figures.surface import LINES
from app.figures.theme import THEMES
from app.science.arrays import FloatArray
from app.science.budget import Budget
from app.science.comparison import Comparison
from app.science.lowest import lowest_minima
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.relief import Relief, relief
from tests.comparing import compare

HEADS = r'<circle cx="([-\d.]+)%" cy="([-\d.]+)%" r="5.5"'
STARS = r'<svg x="([-\d.]+)%" y="([-\d.]+)%" overflow="visible"><path d="M0 -'


class Made(NamedTuple):
    comparison: Comparison
    relief: Relief
    steps: list[str]
    still: Still


@cache
def made(surface: str, replicas: int = 1) -> Made:
    problem = build_problem(SURFACES[surface], 16)
    plans = [
        make_plan(
            examples=16,
            batch_size=size,
            budget=Budget(epochs=3),
            learning_rate=problem.surface.learning_rate,
        )
        for size in (1, 4, 16)
    ]
    comparison = compare(problem, plans, sgd(), problem.surface.start, replicas=replicas)
    ground = relief(problem)
    steps = ground_steps(ground)
    return Made(comparison, ground, steps, still(comparison, ground, steps, "main"))


def weights(drawn: str, pattern: str, surface: str) -> FloatArray:
    """The weights at which marks are drawn, of shape (K, 2)."""
    (left, right), (bottom, top) = SURFACES[surface].domain
    shares = np.array(re.findall(pattern, drawn), float).reshape(-1, 2) / 100
    return shares * [right - left, bottom - top] + [left, top]


def rings(path: str) -> list[FloatArray]:
    """Corners of a path's rings, in units of the drawing."""
    found = []
    for ring in re.findall(r"M([^Mz]+)z", path):
        start, _, moves = ring.partition("l")
        steps = [float(n) for n in re.findall(r"-?\d+", moves)]
        points = np.vstack([np.array(start.split(), float), np.reshape(steps, (-1, 2))])
        found.append(np.cumsum(points, axis=0))
    return found


def inside(path: str, points: FloatArray) -> FloatArray:
    """Whether points lie inside a path by the rule of even and odd crossings."""
    crossings = np.zeros(len(points), int)
    x, y = points.T[:, :, np.newaxis]
    for ring in rings(path):
        (ax, ay), (bx, by) = ring.T, np.roll(ring, -1, axis=0).T
        level = ay == by
        across = ax + (bx - ax) * (y - ay) / np.where(level, 1, by - ay)
        crossings += np.sum(((ay > y) != (by > y)) & (x < across), axis=1)
    return np.asarray(crossings % 2 == 1)


@pytest.mark.parametrize("surface", ["least-squares", "rastrigin", "six-hump-camel"])
def test_steps_hold_what_is_as_high(surface: str) -> None:
    _, ground, steps, _ = made(surface)
    assert len(steps) == LINES - 1
    z = ground.levels.height(ground.loss)
    j, i = np.random.default_rng(0).integers(1, 94, (2, 300))
    points = SIZE * np.column_stack([i / 94, 1 - j / 94])
    # A corner is drawn to the nearest unit, of which the grid's points are 10.6 apart.
    slack = np.max([abs(np.diff(z, axis=a)).max() for a in (0, 1)]) * 0.2
    for number in (3, 9, 16):
        height = number * z.max() / LINES
        clear = abs(z[j, i] - height) > slack
        found = inside(steps[number - 1], points[clear])
        np.testing.assert_array_equal(found, (z[j, i] > height)[clear])
        assert clear.mean() > 0.5


@pytest.mark.parametrize("surface", SURFACES)
def test_marks_are_where_the_numbers_are(surface: str) -> None:
    comparison, _, _, drawn = made(surface)
    problem = comparison.problem
    precise = 1e-4 * max(hi - lo for lo, hi in problem.surface.domain)
    ends = [run.end(0).point for run in comparison.runs]
    np.testing.assert_allclose(weights(drawn.drawing, HEADS, surface), ends, atol=precise)
    stars = [minimum.point for minimum in lowest_minima(problem)]
    found = weights(drawn.drawing, STARS, surface)
    np.testing.assert_allclose(found, np.reshape(stars, (-1, 2)), atol=precise)
    start = weights(drawn.drawing, HEADS.replace("5.5", "6.5"), surface)
    np.testing.assert_allclose(start, [problem.surface.start], atol=precise)
    (left, right), (bottom, top) = problem.surface.domain
    ratio = (right - left) / (top - bottom)
    assert drawn.ratio == (ratio if problem.surface.one_unit else None)


def test_a_path_goes_through_its_points() -> None:
    comparison, _, _, drawn = made("least-squares")
    (left, right), (bottom, top) = comparison.problem.surface.domain
    w0, w1, _ = comparison.runs[1].path(0)
    x, y = SIZE * (w0 - left) / (right - left), SIZE * (top - w1) / (top - bottom)
    lines = re.findall(r'<path d="(M[^"z]+l[^"z]+)" style="fill:none;', drawn.drawing)
    # Closed, a line is a ring.
    assert any(
        len(corners) == len({*zip(x.round(), y.round(), strict=True)})
        and np.abs(corners - np.rint(np.column_stack([x, y]))).max() <= 1
        for corners in (rings(f"{line}z")[0] for line in lines)
    )


def test_every_end_of_many_replicas_is_a_dot_and_every_colour_has_its_other() -> None:
    comparison, _, _, drawn = made("six-hump-camel", 20)
    clouds = re.findall(r'<g class="dots">(.+?)</g>', drawn.drawing)
    assert [cloud.count("h0") for cloud in clouds][-3:] == [40, 40, 40]  # each with its rim
    used = set(re.findall(r"var\((--k\d+)\)", drawn.drawing + drawn.axes + drawn.bar + drawn.scale))
    both = dict(re.findall(r"(--k\d+):light-dark\(([^;}]+)\)[;}]", drawn.style))
    assert used <= set(both) == set(re.findall(r"(--k\d+):", drawn.style))
    for run, colour in zip(comparison.runs, drawn.colours, strict=True):
        pair = [THEMES[name].batch_size(run.batch_size, 16) for name in ("light", "dark")]
        assert both[colour.removeprefix("--colour:var(").rstrip(")")] == ",".join(pair)


def test_a_diverged_end_is_a_cross() -> None:
    problem = build_problem(SURFACES["least-squares"], 32)
    plan = make_plan(examples=32, batch_size=8, budget=Budget(epochs=9), learning_rate=9)
    comparison = compare(problem, [plan], sgd(), problem.surface.start)
    ground = relief(problem)
    drawn = still(comparison, ground, ground_steps(ground), "main")
    assert comparison.runs[0].paths.diverged_at[0]
    assert not re.search(HEADS, drawn.drawing)
    assert drawn.drawing.count('overflow="visible"') == 2  # a star and a cross
