"""The losses' figure: each axis, its scale, and bands of replicas."""

from typing import Any

import numpy as np
import pytest

from app.figures.loss import AXES, DECADES, WIDE, loss_figure
from app.science.budget import Budget
from app.science.comparison import Comparison
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.problems.surface import Surface
from app.science.problems.typed import typed
from app.words.runs import label
from tests.api.reading import as_read
from tests.comparing import compare

N = 60


def comparison(
    sizes: tuple[int, ...] = (1, 16, N),
    replicas: int = 1,
    rate: float = 0.1,
    surface: str | Surface = "least-squares",
    **budget: int,
) -> Comparison:
    recipe = SURFACES[surface] if isinstance(surface, str) else surface
    problem = build_problem(recipe, N)
    length = Budget(**budget or {"epochs": 3})
    plans = [
        make_plan(examples=N, batch_size=size, budget=length, learning_rate=rate) for size in sizes
    ]
    return compare(problem, plans, sgd(), problem.surface.start, replicas=replicas)


def drawn(figure: Any, role: str) -> list[Any]:
    return [trace for trace in figure.data if trace.meta["role"] == role]


@pytest.mark.parametrize("horizontal", AXES)
def test_lines(horizontal: str) -> None:
    made = comparison()
    figure = as_read(loss_figure(made, "light", horizontal))
    floor = made.problem.minima[0].loss
    pale, strong = drawn(figure, "loss"), drawn(figure, "running median")
    assert [*figure.data] == [*pale, *strong]  # which are over all that is pale
    for i, (raw, trace, run) in enumerate(zip(pale, strong, made.runs, strict=True)):
        assert raw.meta["run"] == trace.meta["run"] == i
        positions = {
            "updates": np.arange(run.plan.updates + 1),
            "epochs": run.plan.epoch,
            "examples_seen": run.plan.examples_seen,
        }
        np.testing.assert_allclose(trace.x, positions[horizontal], rtol=1e-6)
        np.testing.assert_array_equal(raw.x, trace.x)
        losses = run.path(0)[2] - floor
        np.testing.assert_allclose(raw.y, losses, rtol=1e-5)
        for t in range(len(losses)):
            h = int(min(0.05 * run.plan.updates / 2, t))
            if t - h > 0 and t + h < len(losses) - 1:
                assert trace.y[t] == pytest.approx(np.median(losses[t - h : t + h + 1]), rel=1e-5)
        assert raw.line.color == trace.line.color.replace("rgb(", "rgba(")[:-1] + ",0.22)"
        assert trace.name == label(run)
        assert trace.hovertemplate.startswith(f"{label(run)}, running median<br>{AXES[horizontal]}")
        assert "loss above the lowest minimum: %{y" in trace.hovertemplate
    assert figure.layout.xaxis.title.text.startswith(AXES[horizontal])
    assert "running median over 5 % of the run's updates" in figure.layout.meta["note"]
    assert figure.layout.yaxis.type == "log"
    assert figure.layout.yaxis.title.text == "loss above the lowest minimum"


def test_where_there_is_no_minimum_the_loss_itself() -> None:
    made = comparison(surface="logistic-separable")
    figure = as_read(loss_figure(made, "dark", "epochs"))
    assert figure.layout.yaxis.title.text == "loss"
    np.testing.assert_allclose(figure.data[0].y, made.runs[0].path(0)[2], rtol=1e-6)


@pytest.mark.parametrize("horizontal", AXES)
@pytest.mark.parametrize(("sizes", "wide"), [((1, N), True), ((1, 2), False), ((1,), False)])
def test_a_wide_axis_is_logarithmic(horizontal: str, sizes: tuple[int, ...], *, wide: bool) -> None:
    figure = as_read(loss_figure(comparison(sizes), "light", horizontal))
    logarithmic = wide and horizontal == "updates"  # 180 updates against 3
    assert figure.layout.xaxis.type == ("log" if logarithmic else "linear")
    assert ("(log scale)" in figure.layout.xaxis.title.text) == logarithmic
    assert N > WIDE


def test_bands() -> None:
    made = comparison((1, 16), replicas=9)
    figure = as_read(loss_figure(made, "light", "epochs"))
    floor = made.problem.minima[0].loss
    bands, medians = drawn(figure, "band"), drawn(figure, "median")
    assert len(figure.data) == 4
    assert figure.layout.meta["note"] == "Lines are medians of 9 replicas, bands their 5–95 %."
    assert figure.layout.meta["caption"].endswith(figure.layout.meta["note"])
    for band, median, run in zip(bands, medians, made.runs, strict=True):
        assert band.meta["run"] == median.meta["run"]
        at = run.band_index
        losses = made.problem.loss(run.paths.w0[at], run.paths.w1[at])
        ordered = np.sort(losses, axis=1) - floor
        np.testing.assert_allclose(median.y, ordered[:, 4], rtol=1e-5)  # of nine, the fifth
        k = len(at)
        assert len(band.x) == len(band.y) == 2 * k
        np.testing.assert_allclose(band.y[:k], ordered[:, -1], rtol=1e-5)
        np.testing.assert_allclose(band.y[k:][::-1], ordered[:, 1], rtol=1e-5)  # 5 % of 8, up
        np.testing.assert_array_equal(band.x[:k], band.x[k:][::-1])
        assert median.hovertemplate.endswith(f"<extra>{median.name}, median of 9 replicas</extra>")
        assert band.fill == "toself"
        assert band.fillcolor.startswith("rgba")
        assert median.line.color.replace("rgb(", "rgba(")[:-1] in band.fillcolor


def test_diverged_runs_end_and_do_not_stretch_the_axis() -> None:
    for replicas in (1, 4):
        figure = as_read(loss_figure(comparison(rate=2.5, replicas=replicas), "light", "updates"))
        y = np.concatenate([np.asarray(trace.y, float) for trace in figure.data])
        assert np.all(np.isfinite(y) | np.isnan(y))
        low, high = figure.layout.yaxis.range
        assert low < high <= np.log10(np.nanmax(y)) + 0.2


@pytest.mark.parametrize("replicas", [1, 5])
def test_lines_are_told_of_where_there_are_any(replicas: int) -> None:
    said = {}
    for rate in (0.1, 1.0):
        found = comparison((4, N), replicas, rate, "beale")
        figure = as_read(loss_figure(found, "light", "epochs"))
        lines = [
            trace
            for trace in figure.data
            if trace.fill != "toself" and np.isfinite(np.asarray(trace.y, float)).sum() > 1
        ]
        assert bool(lines) == ("No line is drawn" not in figure.layout.meta["caption"])
        said[rate] = bool(lines)
    assert said == {0.1: True, 1.0: False}


def test_at_most_six_decades() -> None:
    figure = as_read(loss_figure(comparison((N,), rate=0.9, updates=200), "light", "updates"))
    low, high = figure.layout.yaxis.range
    assert high - low == pytest.approx(DECADES + 0.3)


@pytest.mark.parametrize("replicas", [1, 3])
def test_losses_below_the_lowest_minimum_are_drawn_on_a_linear_scale(replicas: int) -> None:
    falling, held = (
        comparison((1, N), replicas, 0.01, typed(text), updates=200)
        for text in ("x^3 - 3*x - 10*y", "x^2 + y^2")
    )
    figure = as_read(loss_figure(falling, "light", "updates"))
    assert figure.layout.yaxis.type == "linear"
    assert figure.layout.yaxis.title.text == "loss"
    strong = drawn(figure, "median" if replicas > 1 else "running median")
    assert min(strong[0].y) < -100
    assert np.all(np.isfinite(strong[0].y))
    assert loss_figure(held, "light", "updates").layout["yaxis"]["type"] == "log"
