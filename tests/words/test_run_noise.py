"""What is said of the map, of an epoch's sum and of turning is counted again from the figures."""

import re

import numpy as np
import pytest
from numpy.typing import NDArray

from app.figures.noise.angles import turning_figure
from app.figures.noise.epoch_sum import epoch_sum_figure
from app.figures.noise.map import map_figure
from app.figures.noise.scale_tracks import along_figure
from app.pages.routes import EPOCH_SHOWS
from app.science.budget import Budget
from app.science.epoch_plan import EpochPlan
from app.science.noise.epoch_sum import epoch_sum, full_steps
from app.science.noise.point import noise_at
from app.science.noise.scale import noise_scales
from app.science.noise.scale_tracks import tracks
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.problems.surface import Surface
from app.science.relief import relief
from app.words.numbers import number, percent
from tests.api.reading import Figure, as_read
from tests.comparing import compare

N = 60
every_surface = pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)


def ends(figure: Figure, role: str, size: int | None = None) -> NDArray[np.float64]:
    (line,) = [
        t for t in figure.data if t.meta["role"] == role and size in (None, t.meta["batch_size"])
    ]
    return np.column_stack([line.x, line.y]).astype(float)


@every_surface
@pytest.mark.parametrize("level", [None, 0.0])
def test_the_map(surface: Surface, level: float | None) -> None:
    problem = build_problem(surface, N, level)
    ground = relief(problem)
    w0, w1 = np.meshgrid(ground.w0, ground.w1)
    figure = as_read(
        map_figure(problem, ground, noise_scales(problem, w0, w1), surface.start, "light")
    )
    caption = figure.layout.meta["caption"]
    (heat,) = [trace for trace in figure.data if trace.meta["role"] == "map"]
    beyond = float(np.mean(np.asarray(heat.customdata, float) > N))
    assert f"above that lies {percent(beyond)} of this picture" in caption
    below = float(np.mean(np.asarray(heat.customdata, float) < 1))
    assert (f"drawn as 1, are {percent(below)}" in caption) == (below > 0)
    median = float(np.nanmedian(np.asarray(heat.customdata, float)))
    claim = figure.layout.meta["claim"]
    assert ("single example" in claim) == (median < 1)
    assert (f"even {N}" in claim) == (median > N)
    assert (f"more than {number(median)} examples" in claim) == (1 <= median <= N)
    # Nearer and nearer to a minimum, from one side: does it grow as the square of the distance?
    growing = []
    for minimum in problem.minima:
        near, far = (
            noise_at(problem, (minimum.point[0] + step, minimum.point[1] + step / 3))
            for step in (1e-6, 1e-4)
        )
        ratio = (near.trace * far.norm**2) / (near.norm**2 * far.trace or 1)
        growing.append(ratio > 100)
    if not any(growing):
        assert "without bound" not in caption
    elif surface.id == "linear-network":  # w1·w0 = the slope: a curve of minima
        assert "without bound towards the valley of minima" in caption
    elif len(growing) == 1:
        assert "without bound towards the minimum" in caption
    else:
        assert f"without bound towards {sum(growing)} of the {len(growing)} minima" in caption


@every_surface
@pytest.mark.parametrize(
    ("seed", "remainder", "sampling"),
    [
        (0, "keep", "reshuffle"),
        (1, "drop", "shuffle-once"),
        (2, "weight", "sequential"),
        (3, "keep", "with-replacement"),
        (4, "drop", "with-replacement"),
    ],
)
def test_an_epoch_s_sum(surface: Surface, seed: int, remainder: str, sampling: str) -> None:
    problem = build_problem(surface, N)
    rate, sizes = surface.learning_rate, (7, 20, N)
    minima = [minimum.point for minimum in problem.minima[:1]]
    for at in [surface.start, *minima]:
        sums = [
            epoch_sum(
                problem, at, batch_size=size, remainder=remainder, sampling=sampling, seed=seed,
                learning_rate=rate / full_steps(EpochPlan(N, size, remainder)),
            )
            for size in sizes
        ]  # fmt: skip
        figure = as_read(epoch_sum_figure(problem, sums, rate, "light"))
        caption = figure.layout.meta["caption"]
        noise = noise_at(problem, at)
        step = -rate * noise.gradient
        assert ("leads nowhere" in caption) == noise.stationary
        assert (f"at a learning rate of {number(rate)}" in caption) != noise.stationary
        assert ("counts as its part of a batch" in caption) == (remainder == "weight")
        independent = sampling == "with-replacement"
        drawn = {"with-replacement": "independent draws", "sequential": "stored order"}
        assert drawn.get(sampling, "random order") in caption
        left_out = "4 draws" if independent else "4 examples"
        assert (f"B = 7 ({left_out} left out)" in caption) == (remainder == "drop")
        for size in sizes:
            if not noise.stationary:
                moved = ends(figure, "moving", size)[-1]
                beside = float(np.hypot(*(moved - at - step)) / np.hypot(*step))
                (said,) = re.findall(rf"B = {size} by .*?([\d,]+) %", figure.layout.meta["claim"])
                share = float(said.replace(",", ""))
                assert share / 100 == pytest.approx(beside, rel=0.03, abs=0.01)
            walked = ends(figure, "frozen", size)
            off = float(np.hypot(*(walked[-1] - at - step)))
            (clause,) = re.findall(rf"of B = {size}(?: \(.*?\))? (.*?)(?:; |\. )", caption)
            if not independent and (N % size == 0 or remainder == "weight"):
                assert clause == ("is just that one" if size == N else "add up to it exactly")
                assert off < 1e-5 * (1 + np.abs(walked).max())
            elif noise.stationary:
                assert clause.endswith("from the point")
                said = float(clause.split()[1].replace(",", ""))
                assert said == pytest.approx(off, rel=0.1)
            else:
                said = float(clause.split()[-2].replace(",", "")) / 100
                assert said == pytest.approx(off / np.hypot(*step), rel=0.03, abs=0.01)


@every_surface
@pytest.mark.parametrize("seed", range(2))
def test_turning(surface: Surface, seed: int) -> None:
    problem = build_problem(surface, N)
    plans = [
        make_plan(
            examples=N, batch_size=size, budget=Budget(epochs=4),
            learning_rate=surface.learning_rate,
        )
        for size in (1, 8, N)
    ]  # fmt: skip
    runs = compare(problem, plans, sgd(), surface.start, seed=seed).runs
    caption = as_read(turning_figure(runs, "light")).layout.meta["caption"]
    for run in runs:
        steps = np.diff(np.hstack([run.paths.w0, run.paths.w1]), axis=0)
        back = float(np.mean(np.sum(steps[1:] * steps[:-1], axis=1) < 0))
        assert f"B = {run.batch_size} in {percent(back)} of {len(steps) - 1}" in caption
    assert "left out" not in caption


def test_a_run_that_diverges_is_told() -> None:
    problem = build_problem(SURFACES["least-squares"], N)
    plans = [
        make_plan(examples=N, batch_size=size, budget=Budget(epochs=9), learning_rate=3.0)
        for size in (1, 20)
    ]
    runs = compare(problem, plans, sgd(), problem.surface.start).runs
    turned = as_read(turning_figure(runs, "light")).layout.meta["claim"]
    along = as_read(along_figure(tracks(runs, 0), "light")).layout.meta
    for run, made in zip(runs, (540, 27), strict=True):
        update = int(np.argmax(~np.isfinite(run.paths.w0[:, 0]))) or len(run.paths.w0)
        assert run.paths.diverged_at[0] == update
        said = rf"(diverged at update {update} of {made})"
        clause = re.escape(said)
        assert re.search(
            rf"B = {run.batch_size} (?:in \d+ % of \d+|makes no two steps) {clause}", turned
        )
        assert re.search(rf"B = {run.batch_size} from [\d.,]+ to [\d.,]+ {clause}", along["claim"])
    assert "too short" not in along["caption"]


def test_steps_of_no_length_are_counted() -> None:
    problem = build_problem(SURFACES["bowl"], N, 0.0)
    plan = make_plan(examples=N, batch_size=N, budget=Budget(epochs=600), learning_rate=1.0)
    runs = compare(problem, [plan], sgd(), problem.surface.start).runs
    caption = as_read(turning_figure(runs, "light")).layout.meta["caption"]
    steps = np.diff(np.hstack([runs[0].paths.w0, runs[0].paths.w1]), axis=0)
    still = int(np.sum(np.hypot(*steps.T) <= 1e-12 * 3))
    assert still > 100
    assert f"{still} steps of no length are left out" in caption


@pytest.mark.parametrize("seed", range(10))
def test_where_an_epoch_is_sent_to_see_it_leaves_the_full_step(seed: int) -> None:
    """The noise page's link: one step leaps across the valley, small ones follow it."""
    surface = SURFACES[EPOCH_SHOWS["surface"]]
    problem = build_problem(surface)
    w0, w1 = (float(w) for w in EPOCH_SHOWS["at"].split(","))
    rate = float(EPOCH_SHOWS["learning_rate"])
    for size in (1, 32):
        each = epoch_sum(
            problem, (w0, w1), batch_size=size, seed=seed,
            learning_rate=rate / full_steps(EpochPlan(problem.size, size)),
        )  # fmt: skip
        leap, walk = each.frozen[0] + each.expected, each.moving[-1]
        assert leap[0] < 0 < walk[0] < w0
        assert problem.loss(*walk) < problem.loss(*leap)
        assert np.hypot(*(walk - leap)) > 0.7 * np.hypot(*each.expected)
