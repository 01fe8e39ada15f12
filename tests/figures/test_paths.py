"""The paths' figure: whose trace is whose, and what each shows."""

from typing import Any

import numpy as np
import pytest

from app.figures.figure import Figure
from app.figures.legend import mark_legend
from app.figures.path_traces import DOTTED_UP_TO
from app.figures.paths import over_lines, paths_figure
from app.figures.theme import THEMES
from app.language.speech import speaking
from app.science.budget import Budget
from app.science.comparison import Comparison
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.relief import relief
from app.words.runs import label
from tests.api.reading import as_read
from tests.comparing import compare

SIZES = (1, 16, 60)


def comparison(replicas: int = 1, rate: float = 0.1, surface: str = "least-squares") -> Comparison:
    problem = build_problem(SURFACES[surface], 60)
    plans = [
        make_plan(examples=60, batch_size=size, budget=Budget(epochs=3), learning_rate=rate)
        for size in SIZES
    ]
    return compare(problem, plans, sgd(), problem.surface.start, replicas=replicas)


def drawn(made: Comparison, theme: str = "light", view: str = "contour") -> Figure:
    return paths_figure(made, relief(made.problem).levels, theme, view)


def figure(made: Comparison, theme: str = "light", view: str = "contour") -> Any:
    return as_read(drawn(made, theme, view))


def roles(drawn: Any) -> list[tuple[str, int | None]]:
    return [(trace.meta["role"], trace.meta.get("run")) for trace in drawn.data]


def test_one_replica() -> None:
    runs = range(len(SIZES))
    drawn = figure(comparison())
    expected = [*(("path", i) for i in runs), *(("head", i) for i in runs), ("start", None)]
    assert roles(drawn) == expected


def test_many_replicas_have_clouds_beside_their_paths() -> None:
    made = comparison(replicas=5)
    drawn = figure(made)
    lines = [("path", i) for i in range(3)]
    assert roles(drawn)[:3] == lines
    clouds = [trace for trace in drawn.data if trace.meta["role"] == "cloud"]
    assert [cloud.meta["run"] for cloud in clouds] == [0, 1, 2]
    for run, cloud in zip(made.runs, clouds, strict=True):
        np.testing.assert_allclose(cloud.x, run.ends[0], rtol=1e-6)
        assert "5 replicas" in cloud.name


@pytest.mark.parametrize("theme", THEMES)
def test_traces(theme: str) -> None:
    made = comparison()
    drawn = figure(made, theme)
    for i, run in enumerate(made.runs):
        trace, head = drawn.data[i], drawn.data[3 + i]
        w0, w1, loss = run.path(0)
        np.testing.assert_allclose(trace.x, w0, rtol=1e-6)
        np.testing.assert_allclose(trace.y, w1, rtol=1e-6)
        np.testing.assert_allclose(trace.customdata[:, 0], run.paths.updates)
        np.testing.assert_allclose(trace.customdata[:, 1], run.epoch, rtol=1e-6)
        np.testing.assert_allclose(trace.customdata[:, 2], loss, rtol=1e-6)
        above = loss - made.problem.minima[0].loss
        np.testing.assert_allclose(trace.customdata[:, 3], above, rtol=1e-6)
        assert trace.line.color == THEMES[theme].batch_size(SIZES[i], 60)
        assert head.marker.color == trace.line.color
        dotted = len(w0) <= DOTTED_UP_TO
        assert trace.mode == ("lines+markers" if dotted else "lines")


def test_three_dimensions() -> None:
    made = comparison(replicas=2)
    levels = relief(made.problem).levels
    drawn = figure(made, view="3d")
    assert {trace.type for trace in drawn.data} == {"scatter3d"}
    loss = made.runs[0].path(0)[2]
    above = drawn.data[0].z - levels.height(loss)
    assert np.all((above > 0) & (above < 0.05))  # just above the ground


@pytest.mark.parametrize("view", ["contour", "3d"])
def test_a_diverged_run_ends_in_a_cross(view: str) -> None:
    made = comparison(rate=6.0)
    drawn = figure(made, view=view)
    for i, run in enumerate(made.runs):
        trace, head = drawn.data[i], [t for t in drawn.data if t.meta["role"] == "head"][i]
        assert run.paths.diverged_at[0] > 0
        assert len(trace.x) == run.length(0) == run.paths.diverged_at[0]
        assert head.marker.symbol == "x"
        assert np.all(np.isfinite(trace.x))


def test_replicas_that_diverged_are_crosses_too() -> None:
    for rate in np.linspace(0.4, 2.0, 17):
        made = comparison(replicas=12, rate=float(rate))
        lost = made.runs[0].paths.diverged_at > 0
        if lost.any() and not lost.all():
            break
    (cloud,) = [t for t in figure(made).data if t.meta["role"] == "cloud" and not t.meta["run"]]
    assert list(cloud.marker.symbol) == ["x" if gone else "circle" for gone in lost]
    assert set(cloud.marker.symbol) == {"x", "circle"}


def test_labels() -> None:
    one, middle, full = comparison().runs
    assert [label(run) for run in (one, middle, full)] == ["B = 1", "B = 16", "B = 60 (full)"]


@pytest.mark.parametrize("view", ["contour", "3d"])
@pytest.mark.parametrize("surface", ["least-squares", "logistic-separable"])
def test_every_point_is_told_in_words(view: str, surface: str) -> None:
    made = comparison(surface=surface, replicas=2)
    for language, loss in (("en", "loss"), ("ja", "損失")):
        with speaking(language):
            drawn = figure(made, view=view)
        for trace in drawn.data:
            silent = trace.meta["role"] == "shadow"  # the path above it tells
            assert silent or trace.hovertemplate or trace.hoverinfo == "name"
            if trace.meta["role"] == "path":
                assert loss in trace.hovertemplate
                assert ("[3]" in trace.hovertemplate) == bool(made.problem.minima)


@pytest.mark.parametrize(("max_points", "view"), [(None, "contour"), (300, "3d")])
@pytest.mark.parametrize("surface", SURFACES)
def test_a_way_is_the_beginning_of_its_path(
    surface: str, max_points: int | None, view: str
) -> None:
    """The way and what is left of the path are exactly the path; only a path that has one is pale.

    In three dimensions each has its shadow; each ellipse's height is the surface's.
    """
    problem = build_problem(SURFACES[surface], 60)
    plans = [
        make_plan(
            examples=60,
            batch_size=size,
            budget=Budget(epochs=20),
            learning_rate=problem.surface.learning_rate,
        )
        for size in SIZES
    ]
    made = compare(problem, plans, sgd(), problem.surface.start, max_points=max_points)
    drawn = figure(made, view=view)
    by = {(trace.meta["role"], trace.meta.get("run")): trace for trace in drawn.data}
    for i, run in enumerate(made.runs):
        path, way, shadow = by["path", i], by.get(("way", i)), by.get(("shadow", i))
        np.testing.assert_array_equal(path.x, run.path(0)[0].astype(np.float32))
        assert (way is None) == (run.settled is None)
        assert (shadow is None) == (view != "3d")
        if shadow is not None:  # straight below the way, or the path, on the floor of the heights
            floor = drawn.layout.scene.zaxis.range[0]
            np.testing.assert_array_equal(shadow.z, np.full(len(shadow.x), floor))
            np.testing.assert_array_equal([shadow.x, shadow.y], [(way or path).x, (way or path).y])
            assert shadow.opacity < 0.7
            assert shadow.line.color == path.line.color
        if way is None:
            assert path.opacity >= 0.7
            continue
        on_way = path.customdata[:, 0] <= way.meta["until"]
        for axis in "xyz" if view == "3d" else "xy":
            np.testing.assert_array_equal(way[axis], path[axis][on_way])
            rest = path[axis][~on_way]
            np.testing.assert_array_equal(np.append(way[axis], rest), path[axis])
        assert path.opacity <= 0.5 < way.opacity
        assert path.line.color == way.line.color
    levels = relief(problem).levels
    for trace in drawn.data:
        if trace.meta["role"] == "ellipse" and view == "3d":
            ground = levels.height(problem.loss(trace.x.astype(float), trace.y.astype(float)))
            np.testing.assert_allclose(trace.z - ground, trace.z[0] - ground[0], atol=1e-3)


def test_ends_lie_over_the_minima_and_these_over_lines() -> None:
    drawn = figure(comparison(replicas=12))
    order = [
        trace if trace == "star" else trace.meta["role"]
        for trace in over_lines(drawn.data, ["star"])
    ]
    star = order.index("star")
    assert {*order[:star]} <= {"path", "way"}
    assert not {*order[star:]} & {"path", "way"}
    assert {"cloud", "head", "start"} <= {*order[star:]}


def test_ends_in_several_wells_have_an_ellipse_each() -> None:
    problem = build_problem(SURFACES["himmelblau"], 60)
    plan = make_plan(examples=60, batch_size=1, budget=Budget(epochs=30), learning_rate=0.005)
    made = compare(problem, [plan], sgd(), (0.0, 0.0), replicas=120, max_points=50)
    ellipses = [trace for trace in figure(made).data if trace.meta["role"] == "ellipse"]
    assert len(ellipses) >= 2
    wells = np.array([minimum.point for minimum in problem.minima])
    nearest = set()
    for trace in ellipses:
        curve = np.column_stack([trace.x, trace.y])
        inside = np.linalg.norm(wells - curve[:-1].mean(axis=0), axis=1)
        nearest.add(int(inside.argmin()))
        others = np.delete(wells, inside.argmin(), axis=0)
        reach = np.linalg.norm(curve - curve[:-1].mean(axis=0), axis=1).max()
        assert np.linalg.norm(others - curve[:-1].mean(axis=0), axis=1).min() > reach
    assert len(nearest) == len(ellipses)


def test_a_legend_tells_a_way_rather_than_its_pale_path() -> None:
    marked = as_read(mark_legend(drawn(comparison(surface="himmelblau", rate=0.005))))
    told = [trace for trace in marked.data if trace.showlegend]
    assert sorted(trace.name for trace in told) == sorted(label(run) for run in comparison().runs)
    assert all((trace.opacity or 1) >= 0.7 for trace in told)
    ranks = {trace.name: trace.legendrank for trace in told}
    assert sorted(ranks, key=ranks.__getitem__) == [label(run) for run in comparison().runs]
