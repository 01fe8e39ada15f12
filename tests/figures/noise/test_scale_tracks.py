"""What is said of the noise scale along a run is what is drawn, under its own name."""

import re

import numpy as np
import pytest

from app.figures.noise.scale_tracks import along_figure
from app.science.budget import Budget
from app.science.noise.point import noise_at
from app.science.noise.scale_tracks import Track, tracks
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.words.numbers import number
from tests.api.reading import Figure, as_read
from tests.comparing import compare

N, EPOCHS = 60, 6


def tracked(
    surface: str,
    seed: int,
    sampling: str,
    *sizes: int,
    level: float | None = None,
    epochs: int = EPOCHS,
) -> tuple[Track, ...]:
    problem = build_problem(SURFACES[surface], N, level)
    plans = [
        make_plan(
            examples=N, batch_size=size, budget=Budget(epochs=epochs), sampling=sampling,
            learning_rate=problem.surface.learning_rate,
        )
        for size in sizes
    ]  # fmt: skip
    return tracks(compare(problem, plans, sgd(), problem.surface.start, seed=seed).runs, seed)


def last(figure: Figure, role: str, size: int) -> float | None:
    (trace,) = [t for t in figure.data if (t.meta["role"], t.meta["batch_size"]) == (role, size)]
    return None if trace.y[-1] is None else float(trace.y[-1])


def said(value: float | None) -> str:
    if value is None:
        return "not finite"
    return f"more than {1000 * N:,}" if value > 1000 * N else number(value)


@pytest.mark.parametrize(("seed", "sampling"), [(0, "reshuffle"), (1, "with-replacement")])
@pytest.mark.parametrize("surface", SURFACES)
def test_the_caption_names_what_is_drawn(surface: str, seed: int, sampling: str) -> None:
    found = tracked(surface, seed, sampling, 2, 20, N)
    figure = as_read(along_figure(found, "light"))
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
            words = f"(last estimate {said(estimate)}, its target {said(drawn)}, noise scale there {said(exact)})"  # noqa: E501
            assert words in caption
        else:
            assert f"(last estimate {said(estimate)}, noise scale there {said(exact)})" in caption


@pytest.mark.parametrize("surface", SURFACES)
def test_without_bound_is_capped_in_picture_and_words(surface: str) -> None:
    """That of the full batch of 'two-wells' went to 1e16."""
    found = tracked(surface, 0, "reshuffle", 1, N, epochs=600)
    figure = as_read(along_figure(found, "light"))
    caption = figure.layout.meta["caption"]
    most = 1000 * N
    assert figure.layout.yaxis.autorangeoptions.clipmax == most
    assert max(int(n.replace(",", "")) for n in re.findall(r"[\d,]*\d", caption)) <= most
    drawn = [y for trace in figure.data for y in trace.y if y is not None and y > most]
    assert ("The axis ends at 1,000 N" in caption) == bool(drawn)
    for track in found:
        size, scale = track.run.batch_size, track.noise.noise_scale
        scale = scale[~np.isnan(scale)]
        assert f"B = {size} from {said(scale[0])} to {said(scale[-1])}" in caption


@pytest.mark.parametrize("sampling", ["reshuffle", "with-replacement"])
@pytest.mark.parametrize("surface", ["bowl", "least-squares", "rosenbrock", "tanh-neuron"])
def test_no_gradient_is_lost_in_noise_where_there_is_none(surface: str, sampling: str) -> None:
    found = tracked(surface, 0, sampling, 1, 8, level=0.0, epochs=400)
    caption = as_read(along_figure(found, "light")).layout.meta["caption"]
    assert "too few pairs" not in caption
    for track in found:
        # Without noise the gradients say so themselves: how large is the last of any example's?
        end = noise_at(track.run.problem, (track.run.paths.w0[-1, 0], track.run.paths.w1[-1, 0]))
        rms = float(np.sqrt(end.norm**2 + end.trace))
        if rms < 1e-14 * end.size_at_start:
            assert "lost in noise" not in caption
        clause = re.search(rf"B = {track.run.batch_size} \(.*?(?:;|\. )", caption)
        assert clause
        if track.estimates[-1].squared_norm == 0:
            assert "all gradients drawn are zero to rounding" in clause[0]


def test_a_bowl_without_noise_ends_in_rounding() -> None:
    found = tracked("bowl", 0, "reshuffle", 1, level=0.0, epochs=200)
    caption = as_read(along_figure(found, "light")).layout.meta["caption"]
    assert "0 has no place on the axis" in caption
    assert "B = 1 from 0 to 0." in caption
    assert "B = 1 (no estimate at last: all gradients drawn are zero to" in caption
