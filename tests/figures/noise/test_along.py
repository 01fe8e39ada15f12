"""What is said of the noise scale along a run is what is drawn, under its own name."""

import numpy as np
import plotly.graph_objects as go
import pytest

from app.figures.noise.along import along_figure
from app.figures.words import number
from app.science.comparison import compare
from app.science.noise.point import noise_at
from app.science.noise.tracks import Track, tracks
from app.science.optimizers import sgd
from app.science.plan import Budget, make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem

N, EPOCHS = 60, 6


def tracked(surface: str, seed: int, sampling: str, *sizes: int) -> tuple[Track, ...]:
    problem = build_problem(SURFACES[surface], N)
    plans = [
        make_plan(
            examples=N, batch_size=size, budget=Budget(epochs=EPOCHS), sampling=sampling,
            learning_rate=problem.surface.learning_rate,
        )
        for size in sizes
    ]  # fmt: skip
    return tracks(compare(problem, plans, sgd(), problem.surface.start, seed=seed).runs, seed)


def last(figure: go.Figure, role: str, size: int) -> float | None:
    (trace,) = [t for t in figure.data if (t.meta["role"], t.meta["batch_size"]) == (role, size)]
    return None if trace.y[-1] is None else float(trace.y[-1])


def said(value: float | None) -> str:
    return "not finite" if value is None else number(value)


@pytest.mark.parametrize("sampling", ["reshuffle", "with-replacement"])
@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("surface", SURFACES)
def test_the_caption_names_what_is_drawn(surface: str, seed: int, sampling: str) -> None:
    found = tracked(surface, seed, sampling, 2, 20, N)
    figure = along_figure(found, "light")
    caption = figure.layout.meta["caption"]
    assert ("Without replacement that is" in caption) == (sampling == "reshuffle")
    assert "in truth" not in caption
    assert "negative variance" not in caption
    for track in found[:2]:
        size = track.run.batch_size
        assert track.pairs is not None
        # The exact noise where the last estimate's pairs were drawn, one point at a time.
        before = track.pairs.updates[-(len(track.pairs.updates) // 3) :] - 1
        noises = [
            noise_at(track.run.problem, (float(track.run.paths.w0[k, 0]), float(w1)))
            for k, w1 in zip(before, track.run.paths.w1[before, 0], strict=True)
        ]
        trace = np.mean([noise.trace for noise in noises])
        square = np.mean([noise.norm**2 for noise in noises])
        target = square - trace / (N - 1)
        exact = float(trace / square)
        expected = float(trace * N / (N - 1) / target) if target > 0 else None
        if sampling == "with-replacement":
            expected = exact
        drawn = last(figure, "target", size)
        assert drawn == (None if expected is None else pytest.approx(expected, rel=1e-9))
        estimate = last(figure, "estimate", size)
        if estimate is None:
            assert "no estimate at last" in caption
        elif sampling == "reshuffle":
            words = f"(last estimate {number(estimate)}, its target {said(drawn)}, noise scale there {number(exact)})"  # noqa: E501
            assert words in caption
        else:
            assert (
                f"(last estimate {number(estimate)}, noise scale there {number(exact)})" in caption
            )
