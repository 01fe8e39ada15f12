"""Every sentence about one point's noise, recomputed from the draws and the gradients alone."""

import math
import re
from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from app.figures.noise.angles import angles_figure
from app.figures.noise.cloud import cloud_figure
from app.language.speech import speaking
from app.science.noise.cloud import Cloud, draw_clouds
from app.science.noise.point import PointNoise, noise_at
from app.science.problems import SURFACES
from app.science.problems.problem import Problem, build_problem
from app.science.problems.surface import Surface
from app.words.noise import noise_summary
from app.words.numbers import number, percent
from tests.api.reading import Figure, as_read

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
    assert f"noise scale is {scale} example{'s' * (scale != '1')}" in said
    assert "1 examples" not in re.findall(r"[\d.,]+ examples", said)
    assert ("even a single example's gradient has less noise" in said) == (trace < square)
    assert ("as much noise as slope" in said) == (square <= trace <= N * square)
    assert ("more noise than slope" in said) == (trace > N * square)


def check_straying(said: str, noise: PointNoise, clouds: Sequence[Cloud]) -> None:
    """How far each size strays, how often draws point uphill, and how often nowhere."""
    full = noise.gradients.mean(axis=1)
    uphill, nowhere = [], []
    for cloud in clouds:
        g = cloud.gradients
        size = "the full batch" if cloud.batch_size == N else f"batch size {cloud.batch_size}"
        moving = g[np.any(g != 0, axis=1)]
        if not len(moving):
            assert f"{size} has no direction, as its gradient is 0 in every draw" in said
            nowhere.append(f"100 % of B = {cloud.batch_size}")
            continue
        cosines = moving @ full / np.linalg.norm(moving, axis=1) / np.linalg.norm(full)
        angle = float(np.degrees(np.arccos(np.clip(cosines, -1, 1))).mean())
        found = re.search(rf"{size} strays ([\d.,]+|less than 0\.0001)°", said)
        if found and "less" not in found[1]:
            assert float(found[1]) == pytest.approx(angle, rel=0.06, abs=1e-3)
        else:
            assert angle < 1e-3
            assert found or f"{size} does not stray" in said
        if share := float(np.mean(g @ full < 0)) if np.any(g != g[0]) else 0.0:
            uphill.append(f"{percent(share)} of the draws of {size}")
        if zero := 1 - len(moving) / len(g):
            nowhere.append(f"{percent(zero)} of B = {cloud.batch_size}")
    listed = ", ".join(uphill)
    listed = listed[:1].upper() + listed[1:]
    others = ", and none of the others" if len(uphill) < len(clouds) else ""
    assert (f"{listed} point uphill{others}." if uphill else "No draw points uphill.") in said
    assert ("Left out" in said) == bool(nowhere)
    assert ", ".join(nowhere) in said


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
        assert not re.search(r"\de-", said)
        check_scale(said, problem, noise)
        square, trace, nothing = spread(problem, noise)
        if square <= nothing:
            assert ("so is every mini-batch's" in said) == (trace <= nothing)
            assert ("whatever a mini-batch does here is noise" in said) == (trace > nothing)
            assert "angle" not in said
            with speaking("ja"):
                assert "角度" not in noise_summary(noise, clouds)
        else:
            check_straying(said, noise, clouds)
            assert "as angles to the full gradient" in said
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
    assert f"{100 * uphill:.0f} % of the draws of batch size 1 point uphill." in said
    assert f"no direction: {100 * zero:.0f} % of B = 1" in said
    caption = as_read(angles_figure(noise, [cloud], "light")).layout.meta["caption"]
    assert f"no direction: {100 * zero:.0f} % of B = 1" in caption


@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_the_cloud_s_caption_counts_its_draws(surface: Surface) -> None:
    problem = build_problem(surface, N)
    noise = noise_at(problem, surface.start)
    clouds = draw_clouds(noise, SIZES, draws=60)
    figure = as_read(cloud_figure(surface, noise, clouds, "light"))
    caption = figure.layout.meta["caption"]
    (x0, x1), (y0, y1) = figure.layout.xaxis.range, figure.layout.yaxis.range
    outside = 0
    for trace in figure.data:
        if trace.meta["role"] == "draws":
            x, y = (np.asarray(values, float) for values in (trace.x, trace.y))
            outside += int(np.sum((x < x0) | (x > x1) | (y < y0) | (y > y1)))
    assert (f"{outside} draw" in caption) == (outside > 0)
    sigma = np.cov(noise.gradients, bias=True)
    one, eight = (cloud.gradients - noise.gradients.mean(axis=1) for cloud in clouds[:2])
    if np.trace(sigma) > 0:
        times = math.sqrt(np.cov(one.T).trace() / np.cov(eight.T).trace())
        law = math.sqrt(8 * (N - 1) / (N - 8))
        assert figure.layout.meta["claim"] == (
            f"Batch size 1 scatters {number(times)} times as widely as batch size 8; "
            f"theory says {number(law)}."
        )
    check_corner(figure, caption)
    for cloud in clouds[:2]:
        predicted = sigma / cloud.batch_size * (N - cloud.batch_size) / (N - 1)
        if np.linalg.cond(predicted) > 1e10:
            continue
        d = cloud.gradients - noise.gradients.mean(axis=1)
        distance = np.sum(d @ np.linalg.inv(predicted) * d, axis=1)
        share = np.mean(distance <= -2 * math.log(0.05))
        assert f"{percent(float(share))} of B = {cloud.batch_size}" in caption


def check_corner(figure: Figure, caption: str) -> None:
    """What is enlarged lies within its frame, and nothing of the picture lies under it."""
    view = figure.layout
    again = [trace for trace in figure.data if trace.meta["role"] == "enlarged draws"]
    assert (f"the draws of B = {8} alone" in caption) == bool(again)
    (x0, x1), (y0, y1) = view.xaxis.range, view.yaxis.range
    assert x1 - x0 == pytest.approx(y1 - y0)
    if not again:
        return
    (a0, a1), (b0, b1) = view.xaxis2.range, view.yaxis2.range
    share = view.xaxis2.domain[1] - view.xaxis2.domain[0]
    assert f"In the corner, {number(share * (x1 - x0) / (a1 - a0))} times as large" in caption
    for trace in figure.data:
        if trace.meta["role"] in ("predicted, enlarged", "measured, enlarged"):
            x, y = np.asarray(trace.x, float), np.asarray(trace.y, float)
            assert np.all((x > a0) & (x < a1) & (y > b0) & (y < b1))
    under = 0
    for trace in figure.data:
        if trace.meta["role"] in ("draws", "predicted", "measured"):
            x, y = np.asarray(trace.x, float), np.asarray(trace.y, float)
            x, y = (x - x0) / (x1 - x0), (y - y0) / (y1 - y0)
            inside = [(w > lo) & (w < hi) for w, (lo, hi) in
                      ((x, view.xaxis2.domain), (y, view.yaxis2.domain))]  # fmt: skip
            under += int(np.sum(inside[0] & inside[1]))
    assert under == 0


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
        expected = f"{size} strays {number(180 * uphill)}°" if uphill else f"{size} does not stray"
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
