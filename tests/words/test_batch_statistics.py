"""Every sentence about batch statistics where it holds, with the numbers that it is of."""

import re

import numpy as np
import pytest

from app.figures.normalising.mates import mates_figure
from app.figures.normalising.running import running_figure
from app.language.speech import LANGUAGES, speaking
from app.science.epoch_plan import EpochPlan
from app.science.normalising.best_scale import best_scales
from app.science.normalising.mates import mate_losses
from app.science.normalising.neuron import Neuron, neuron_of
from app.science.normalising.running import running
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.words.batch_statistics import mates_caption, running_caption
from app.words.caption import Caption
from app.words.numbers import number
from tests.api.reading import as_read, traces

N, SIZES, DRAWS = 30, [2, 4, 8, 30], 40
XY = [name for name, surface in SURFACES.items() if surface.columns == ("x", "y")]


def neuron(surface: str = "least-squares-raw", seed: int = 0, examples: int = N) -> Neuron:
    return neuron_of(build_problem(SURFACES[surface], examples, data_seed=seed))


def said(of: Neuron, example: int, asked: list[int], seed: int = 0) -> Caption:
    found = mate_losses(of, example, SIZES, draws=DRAWS, seed=seed)
    return mates_caption(
        of, example, found, best_scales(of, SIZES, draws=DRAWS, seed=seed), asked, DRAWS
    )


@pytest.mark.parametrize("surface", XY)
def test_the_numbers_are_those_that_are_found(surface: str) -> None:
    for seed in range(20):
        of = neuron(surface, seed)
        found = mate_losses(of, seed, [2, 8], draws=DRAWS, seed=seed)
        scales = best_scales(of, [2, 8], draws=DRAWS, seed=seed)
        told = mates_caption(of, seed, found, scales, [2, 8], DRAWS)
        assert f"example {seed} is {number(float(of.predicted_losses[seed]), 3)};" in told.claim
        for each in found:
            low, high = (number(float(q), 3) for q in np.quantile(each.losses, (0.05, 0.95)))
            assert f"{low} to {high} at B = {each.batch_size}" in told.claim
            mean, spread = (number(v, 3) for v in (float(each.losses.mean()), each.spread))
            assert f"{mean} and {spread} at B = {each.batch_size}" in told
        least, more = scales
        assert f"{number(least.scale, 3)} at m = 2, {number(more.scale, 3)} at m = 8" in told
        words = re.search(
            r"training loss of (\S+) is then (\S+) in prediction, where (\S+) co", told
        )
        assert words
        values = (least.training, least.prediction, float(of.predicted_losses.mean()))
        assert words.groups() == tuple(number(value, 3) for value in values)
        assert least.prediction >= of.predicted_losses.mean()
        assert "is +1 and −1" in told
        assert "PyTorch" not in told


def test_what_is_not_asked_is_not_said() -> None:
    of = neuron()
    whole = said(of, 0, [N])
    assert "Ghost" not in whole
    assert "+1" not in whole
    assert "standard deviation" not in whole
    one = said(of, 0, [1])
    assert one.claim.endswith(f"is {number(float(of.predicted_losses[0]), 3)}.")
    assert "Expected more than 1 value per channel when training" in one
    assert "Every batch there is was made." in said(of, 0, [2, N])
    assert "Every batch there is was made at B = 2; elsewhere 40 are drawn." in said(of, 0, [2, 8])
    with_none = said(Neuron(np.ones(N), np.arange(float(N))), 0, [2])
    assert "normal inputs" not in with_none


def test_a_last_batch_of_1_stops_and_is_said_once() -> None:
    of = neuron(examples=31)
    runs = [running(of, EpochPlan(31, size), epochs=2, seed=0) for size in (2, 8, 10)]
    told = running_caption(runs, 2, refused=False)
    end = number(runs[1].loss(8), 3)
    assert told.claim == (
        f"After 2 epochs the running statistics predict with a loss of {end} at B = 8; the "
        f"statistics of all examples with {number(float(of.predicted_losses.mean()), 3)}."
    )
    assert "Training stops: B = 2 at update 16, B = 10 at update 4." in told
    assert told.count("A last batch of 1: in layers that use the batch's statistics PyTorch") == 1
    assert told.count("Expected more than 1 value") == 1
    assert "they lag 9 updates behind" in told
    whole = running_caption(runs[1:2], 2, refused=False)
    assert "stops" not in whole
    assert "Expected more than 1" in running_caption(runs[1:2], 2, refused=True)
    assert running_caption([], 2, refused=True).claim == "No batch size comes through an epoch."
    assert not running_figure([], 2, True, "light").data


@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_drawn_and_speak(language: str) -> None:
    of = neuron()
    found = mate_losses(of, 3, SIZES, draws=DRAWS, seed=0)
    scales = best_scales(of, SIZES, draws=DRAWS, seed=0)
    with speaking(language):
        figure = as_read(mates_figure(of, 3, found, scales, [2, 8], DRAWS, "light"))
        runs = [running(of, EpochPlan(N, size), epochs=2, seed=0) for size in (4, N)]
        kept = as_read(running_figure(runs, 2, False, "dark"))
    (dots,) = traces(figure, "loss of the example")
    assert [*dots.x] == [2, 8]
    assert [*dots.y] == [each.losses.mean() for each in found if each.batch_size in (2, 8)]
    assert [*traces(figure, "best scale")[0].y] == [each.scale for each in scales]
    assert [len(trace.x) for trace in traces(kept, "kept mean")] == [17, 3]
    assert [*traces(kept, "kept variance")[1].y] == [*runs[1].variance]
    for caption in (figure.layout.meta.caption, kept.layout.meta.caption):
        assert ("バッチ" in caption) == (language == "ja")
