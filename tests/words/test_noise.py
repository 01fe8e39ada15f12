"""Every sentence about one point's noise, recomputed from the draws and the gradients alone."""

import math
import re

import numpy as np
import pytest
from numpy.typing import NDArray

from app.figures.noise.angles import angles_figure
from app.figures.noise.cloud import cloud_figure
from app.science.noise.cloud import Cloud, draw_clouds
from app.science.noise.point import PointNoise, noise_at
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem
from app.science.problems.surface import Surface
from app.words.noise import noise_summary
from app.words.numbers import number, percent

N, SIZES = 60, (1, 8, 60)
Gradients = NDArray[np.float64]


def spread(problem: Problem, noise: PointNoise) -> tuple[float, float, float]:
    """‖G‖², tr Σ and what is nothing beside them, from the examples' gradients."""
    g = noise.gradients
    mean = g.mean(axis=1)
    start = noise_at(problem, problem.surface.start).gradients
    nothing = 1e-20 * max(np.mean(np.sum(g**2, axis=0)), np.mean(np.sum(start**2, axis=0)))
    return float(mean @ mean), float(np.var(g, axis=1).sum()), float(nothing)


def check_scale(said: str, problem: Problem, noise: PointNoise) -> None:
    """The words on the noise scale, at which tr Σ/B = ‖G‖²."""
    square, trace, nothing = spread(problem, noise)
    if trace <= nothing:
        assert ("0/0" in said) == (square <= nothing)
        assert ("noise scale is 0:" in said) == (square > nothing)
        return
    if square <= nothing:
        assert "noise scale is infinite: there is noise, and no slope" in said
        return
    ratio = trace / square
    scale = f"more than {1000 * N:,}" if ratio > 1000 * N else number(ratio)
    assert f"noise scale is {scale} examples" in said
    assert ("even a single example's gradient has less noise" in said) == (trace < square)
    assert ("as much noise as slope" in said) == (square <= trace <= N * square)
    assert ("more noise than slope" in said) == (trace > N * square)


def check_straying(said: str, noise: PointNoise, cloud: Cloud) -> None:
    """How often draws point uphill, and how often nowhere: shares of all draws."""
    g, full = cloud.gradients, noise.gradients.mean(axis=1)
    size = "the full batch" if cloud.batch_size == N else f"batch size {cloud.batch_size}"
    zero, uphill = np.mean(~np.any(g, axis=1)), np.mean(g @ full < 0)
    (clause,) = re.findall(rf"{size} (.*?)(?:, (?:batch|the full)|\. )", said)
    if zero == 1:
        assert "in no draw, as its gradient is 0" in clause
        return
    found = re.search(r"points uphill in (.*?) of draws", clause)
    if np.any(g != g[0]):
        assert (found.group(1) if found else "0 %") == percent(float(uphill))
    else:
        assert "not at all" in clause
    nowhere = re.search(r"in ((?:less|more)? ?(?:than )?\d+ %) of draws it is 0", clause)
    assert (nowhere.group(1) if nowhere else "0 %") == percent(float(zero))


@pytest.mark.parametrize("level", [None, 0.0])
@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_what_is_said_of_a_point_is_so(surface: Surface, seed: int, level: float | None) -> None:
    problem = build_problem(surface, N, level)
    (lo, hi), _ = surface.domain
    minima = [minimum.point for minimum in problem.minima[:2]]
    for at in [surface.start, *minima, (hi, lo)]:
        noise = noise_at(problem, at)
        clouds = draw_clouds(noise, SIZES, draws=60, seed=seed)
        said = noise_summary(noise, clouds)
        assert "-0" not in said.replace("-0.", "")
        assert "e-" not in said.split("From")[0].replace("mini-batches", "").replace("size", "")
        check_scale(said, problem, noise)
        square, trace, nothing = spread(problem, noise)
        if square <= nothing:
            assert ("so is every mini-batch's" in said) == (trace <= nothing)
            assert ("whatever a mini-batch does here is noise" in said) == (trace > nothing)
        else:
            for cloud in clouds:
                check_straying(said, noise, cloud)
        if trace <= nothing:
            assert "standard errors" not in said
        away = [abs(c.agreement) for c in clouds if c.agreement is not None]
        errors = re.search(r"within (\d+\.\d) standard errors", said)
        assert bool(errors) == bool(away)
        if errors:
            assert max(away) <= float(errors.group(1)) < max(away) + 0.1


def test_gradients_of_zero_are_counted() -> None:
    """As at (20, −20) on `logistic`: what points uphill is a share of all draws."""
    problem = build_problem(SURFACES["logistic"])
    noise = noise_at(problem, (20, -20))
    (cloud,) = draw_clouds(noise, [1])
    zero = np.mean(~np.any(cloud.gradients, axis=1))
    uphill = np.mean(cloud.gradients @ noise.gradient < 0)
    assert zero > 0.3
    said = noise_summary(noise, [cloud])
    assert f"points uphill in {100 * uphill:.0f} % of draws (in {100 * zero:.0f} % of" in said
    caption = angles_figure(noise, [cloud], "light").layout.meta["caption"]
    assert f"no direction: {100 * zero:.0f} % of B = 1" in caption


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_the_cloud_s_caption_counts_its_draws(surface: Surface) -> None:
    problem = build_problem(surface, N)
    noise = noise_at(problem, surface.start)
    clouds = draw_clouds(noise, SIZES, draws=60)
    figure = cloud_figure(surface, noise, clouds, "light")
    caption = figure.layout.meta["caption"]
    (x0, x1), (y0, y1) = figure.layout.xaxis.range, figure.layout.yaxis.range
    outside = 0
    for trace in figure.data:
        if trace.meta["role"] == "draws":
            x, y = (np.asarray(values, float) for values in (trace.x, trace.y))
            outside += int(np.sum((x < x0) | (x > x1) | (y < y0) | (y > y1)))
    assert (f"{outside} draw" in caption) == (outside > 0)
    sigma = np.cov(noise.gradients, bias=True)
    for cloud in clouds[:2]:
        predicted = sigma / cloud.batch_size * (N - cloud.batch_size) / (N - 1)
        if np.linalg.cond(predicted) > 1e10:
            continue
        d = cloud.gradients - noise.gradients.mean(axis=1)
        distance = np.sum(d @ np.linalg.inv(predicted) * d, axis=1)
        share = np.mean(distance <= -2 * math.log(0.05))
        assert f"{percent(float(share))} of B = {cloud.batch_size}" in caption


def test_gradients_along_one_line_do_not_stray() -> None:
    """All gradients of 'linear-network' are along (w1, w0): a batch errs in length alone."""
    noise = noise_at(build_problem(SURFACES["linear-network"]), SURFACES["linear-network"].start)
    clouds = draw_clouds(noise, [1, 32, 1050])
    said = noise_summary(noise, clouds)
    assert "less than 0.0001" not in said
    for cloud, size in zip(
        clouds, ("batch size 1", "batch size 32", "the full batch"), strict=True
    ):
        uphill = float(np.mean(cloud.gradients @ noise.gradient < 0))
        expected = f"{size} by {number(180 * uphill)}°" if uphill else f"{size} not at all"
        assert expected in said


def test_a_noise_scale_without_bound_is_capped() -> None:
    """Where 'ackley' has almost no slope the summary said 9,800,000,000,000,000,000."""
    problem = build_problem(SURFACES["two-wells"])
    w0, w1 = problem.minima[-1].point
    noise = noise_at(problem, (w0 + 1e-7, w1))
    assert noise.noise_scale is not None
    assert noise.noise_scale > 1000 * noise.examples
    said = noise_summary(noise, draw_clouds(noise, [1]))
    assert "noise scale is more than 1,050,000 examples, and there are 1,050:" in said
