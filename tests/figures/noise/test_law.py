"""What is said of the measured variances is so, on every surface and for several seeds."""

import re

import numpy as np
import pytest

from app.figures.noise.law import law_figure
from app.science.noise.cloud import draw_clouds
from app.science.noise.law import law_batch_sizes, noise_law
from app.science.noise.point import noise_at
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.problems.surface import Surface
from app.words.numbers import number
from tests.api.reading import as_read

N = 60
SIZES = law_batch_sizes(N, (), 6)
WAYS = (False, True)


@pytest.mark.parametrize(("seed", "noise"), [(0, None), (1, 0.0)])
@pytest.mark.parametrize("surface", SURFACES.values(), ids=SURFACES)
def test_the_caption_counts_what_is_drawn(surface: Surface, seed: int, noise: float | None) -> None:
    problem = build_problem(surface, N, noise)
    minima = [minimum.point for minimum in problem.minima[:1]]
    for at, draws in [(surface.start, 40), *((point, 200) for point in minima)]:
        point = noise_at(problem, at)
        laws = [noise_law(point, SIZES, replacement=way) for way in WAYS]
        clouds = [
            draw_clouds(point, SIZES.tolist(), draws=draws, seed=seed, replacement=way)
            for way in WAYS
        ]
        figure = as_read(law_figure(point, (laws[0], laws[1]), (clouds[0], clouds[1]), "light"))
        caption = figure.layout.meta["caption"]
        held = total = 0
        for trace in figure.data:
            if trace.meta["role"] == "trace":
                for predicted, low, high in trace.customdata:
                    # Where all draws lie equally far from G there is no interval to hold it.
                    wide = high - low > 1e-8 * predicted
                    total += wide
                    held += wide and low <= predicted <= high
        (again,) = [t for t in figure.data if t.meta["role"] == "trace" and t.meta["replacement"]]
        if len(again.x):
            slope = np.polyfit(np.log10(again.x), np.log10(again.y), 1)[0]
            expected = f"divide the variance by {number(10**-slope)}; the law says by 10."
            assert expected in figure.layout.meta["claim"]
        else:
            assert "no variance to fall" in figure.layout.meta["claim"]
        said = re.search(r"(\d+) of (\d+) measured", caption)
        assert (said and tuple(map(int, said.groups()))) == ((held, total) if total else None)
        assert (f"not {total} independent trials" in caption) == (total > 1)
        assert ("too narrow" in caption) == (total > 0 and draws < 200)
        drawn = [t for t in figure.data if t.meta["role"] == "cosine"]
        nothing = np.var(point.gradients, axis=1).sum() <= 1e-20 * point.size_at_start**2
        said_instead = [note.text for note in figure.layout.annotations]
        assert any(text.startswith("No variance") for text in said_instead) == nothing
        assert (figure.layout.yaxis.showticklabels is False) == nothing
        assert ("Gaussian" in caption) == any(len(trace.y) for trace in drawn)


@pytest.mark.parametrize("replacement", WAYS)
def test_small_batches_are_parts_of_large_ones(replacement: bool) -> None:
    point = noise_at(build_problem(SURFACES["bowl"], N), (1.0, 1.0))
    one, two = (
        cloud.gradients for cloud in draw_clouds(point, [1, 2], draws=400, replacement=replacement)
    )
    together = np.corrcoef(one[:, 0], two[:, 0])[0, 1]
    assert together > 0.5  # √½ with replacement
