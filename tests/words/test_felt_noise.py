"""The captions of the noise scale that is felt, and of AdaScale's gain, recounted."""

import re

import numpy as np
import pytest

from app.figures.noise.adascale import adascale_figure
from app.figures.noise.felt_scale import felt_figure
from app.science.noise.adascale import adascale_gain, size_gains
from app.science.noise.cloud import draw_clouds
from app.science.noise.law import law_batch_sizes
from app.science.noise.point import PointNoise, noise_at
from app.science.noise.preconditioned import FeltScales, felt_scales
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.words.felt_noise import felt_caption, gain_caption
from app.words.noise import scale_said
from app.words.numbers import number
from tests.api.reading import as_read, traces

N = 40


def there(name: str, seed: int = 0, noise: float | None = None) -> PointNoise:
    return noise_at(build_problem(SURFACES[name], N, noise, seed), SURFACES[name].start)


def felt(noise: PointNoise, sizes: tuple[int, ...] = (1, 8, N)) -> FeltScales:
    clouds = draw_clouds(noise, sizes, draws=30)
    return felt_scales(noise, law_batch_sizes(N, sizes), clouds, replacement=False, eps=1e-8)


@pytest.mark.parametrize("name", SURFACES)
def test_the_numbers_said_are_those_computed(name: str) -> None:
    for seed in range(20):
        noise = there(name, seed)
        found = felt(noise)
        said = felt_caption(found, (1, 8))
        assert found.scales is not None
        assert noise.noise_scale is not None
        for size in (1, 8):
            scale = scale_said(float(found.scales[found.batch_sizes == size][0]), N)
            assert f"{scale} with batch size {size}" in said.claim
        assert said.claim.endswith(f"SGD feels {scale_said(noise.noise_scale, N)}.")
        assert "the full batch" not in said.claim
        gains = size_gains(noise, (1, 8), draws=30, seed=seed)
        told = gain_caption(noise, gains, 30)
        for size in (1, 8):
            gain = number(float(adascale_gain(noise, size, [32])[0]), 3)
            assert re.search(rf"{re.escape(gain)} with batch size {size}\b", told.claim)


def test_where_there_is_no_slope_or_no_noise() -> None:
    still = noise_at(build_problem(SURFACES["bowl"], N), (0.0, 0.0))
    assert "no noise scale has a bound" in felt_caption(felt(still), (8,))
    assert not felt_figure(felt(still), (8,), "light").data
    nothing = noise_at(build_problem(SURFACES["bowl"], N, 0.0), (0.0, 0.0))
    assert felt_caption(felt(nothing), (8,)).endswith("The noise scale, 0/0, is undefined here.")
    gains = size_gains(still, (8,), draws=30, seed=0)
    assert "There is no slope here: every gain is S." in gain_caption(still, gains, 30)
    quiet = there("bowl", noise=0.0)
    assert not felt_figure(felt(quiet), (8,), "dark").data
    said = gain_caption(quiet, size_gains(quiet, (8,), draws=30, seed=0), 30)
    assert "There is no noise here: every gain is 1." in said
    assert "without replacement" not in said


def test_poisson_batches_are_told_of_as_such() -> None:
    noise = there("ravine")
    found = felt_scales(
        noise, law_batch_sizes(N, [8]), draw_clouds(noise, [8], draws=30, poisson=True),
        replacement=False, eps=1e-8,
    )  # fmt: skip
    gains = size_gains(noise, (8,), draws=30, seed=0, poisson=True)
    square, spread = noise.gradient**2, np.diag(noise.covariance)
    left = 1 / 8 - 1 / N
    p = 1 / (np.sqrt(square + left * (spread + square)) + 1e-8)
    scale = float(p**2 @ spread) / float(p**2 @ square)
    said = felt_caption(found, (8,))
    assert f"{number(scale)} with batch size 8" in said.claim
    variance = left * float(np.sum(spread + square))
    gain = (variance + square.sum()) / (variance / 32 + square.sum())
    told = gain_caption(noise, gains, 30)
    assert f"{number(gain, 3)} with batch size 8" in told.claim
    assert "with σ² = (1/B − 1/N)(tr Σ + ‖G‖²)" in told
    assert "without replacement" not in told
    for caption in (said, told):
        assert "Poisson batches vary in size" in caption
    quiet = there("ravine", noise=0.0)
    told = gain_caption(quiet, size_gains(quiet, (8,), draws=30, seed=0, poisson=True), 30)
    assert "every gain is 1" not in told


def test_what_is_drawn_is_what_was_found() -> None:
    noise = there("ravine")
    found = felt(noise)
    figure = as_read(felt_figure(found, (8,), "light"))
    (line,) = traces(figure, "felt noise scale")
    assert [*line.y] == [*(found.scales if found.scales is not None else ())]
    (dots,) = traces(figure, "measured felt noise scale")
    assert dict(zip(dots.x, dots.y, strict=True)) == found.measured
    gains = size_gains(noise, (1, N), draws=30, seed=0)
    picture = as_read(adascale_figure(noise, gains, 30, "dark"))
    assert len(traces(picture, "adascale")) == 2
    assert len(traces(picture, "measured gain")) == 1
