"""The gain of a step, measured on draws, against every batch and against theory."""

import math

import numpy as np
import pytest

from app.science.noise.cloud import draw_clouds
from app.science.noise.point import noise_at
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.steps.gain import Gain, step_gains
from tests.science.quadratic import QUADRATIC

N = 60


def apart(gain: Gain, expected: float) -> float:
    """In standard errors, or in parts of the largest number where there is none."""
    return abs(gain.mean - expected) / max(gain.error, 1e-9 * max(abs(expected), 1e-9))


@pytest.mark.parametrize("replacement", [True, False])
@pytest.mark.parametrize("name", SURFACES)
def test_what_is_measured_is_the_loss_of_the_draws(name: str, *, replacement: bool) -> None:
    surface = SURFACES[name]
    problem = build_problem(surface, N)
    noise = noise_at(problem, surface.start)
    clouds = draw_clouds(noise, [1, 8, N], draws=400, seed=3, replacement=replacement)
    found = step_gains(problem, noise, clouds, surface.learning_rate, replacement=replacement)
    assert found.exact == (name in QUADRATIC)
    for cloud, gain in zip(clouds, found.fixed, strict=True):
        ends = np.array(surface.start) - surface.learning_rate * cloud.gradients
        falls = [float(problem.loss(*surface.start) - problem.loss(*end)) for end in ends[:25]]
        whole = noise.loss - problem.loss(*ends.T)
        np.testing.assert_allclose(whole[:25], falls, rtol=1e-9, atol=1e-9)
        assert gain.mean == pytest.approx(float(np.mean(whole)), rel=1e-9, abs=1e-12)
        expected = np.std(whole, ddof=1) / math.sqrt(400)
        assert gain.error == pytest.approx(float(expected), rel=1e-6, abs=1e-12)
    if name in QUADRATIC:
        assert found.theory
        assert found.best
        for size, gain, best in zip((1, 8, N), found.fixed, found.best, strict=True):
            assert apart(gain, found.theory.gain(gain.rate, size)) < 5
            assert apart(best, found.theory.best_gain(size)) < 5


def test_at_half_the_gain_s_batch_size_noise_costs_half() -> None:
    problem = build_problem(SURFACES["least-squares"])
    for replacement in (True, False):
        noise = noise_at(problem, (0.9, 1.9))
        clouds = draw_clouds(noise, [1], draws=2, replacement=replacement)
        theory = step_gains(problem, noise, clouds, 0.1, replacement=replacement).theory
        assert theory
        at = theory.half_batch_size
        factor = 1 / at if replacement else (1050 - at) / (at * 1049)
        assert theory.noise_scale * factor == pytest.approx(1)


def test_no_rate_is_best_where_there_is_no_slope() -> None:
    problem = build_problem(SURFACES["bowl"], N)
    noise = noise_at(problem, (0.0, 0.0))
    found = step_gains(problem, noise, draw_clouds(noise, [1, N], draws=50), 0.1)
    assert found.best is None
    assert found.theory is None
    assert found.fixed[0].mean < 0
    assert found.fixed[1].mean == pytest.approx(0, abs=1e-12)
    assert found.fixed[1].error == 0
