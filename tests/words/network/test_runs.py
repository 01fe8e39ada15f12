"""What is said of runs is what was scored, and nothing of what diverged."""

from dataclasses import replace

import numpy as np
import pytest

from app.language.speech import LANGUAGES, speaking
from app.science.arrays import FloatArray
from app.science.networks.curves import levels
from app.science.networks.result import SizeRuns
from app.words.network.runs import curves_claim, curves_note, diverged_note, network_summary
from tests.science.networks.planted import beside, planted

STILL = np.ones(3)


def scored(size: SizeRuns, **courses: FloatArray) -> SizeRuns:
    """The same with other scores, each from its first value to its last, all replicas alike."""
    trained = size.trained
    scores = trained.scores._asdict()
    count = len(trained.updates)
    for name, values in courses.items():
        course = np.interp(np.linspace(0, 1, count), np.linspace(0, 1, len(values)), values)
        scores[name] = np.where(np.isfinite(scores[name]), course[:, None], np.nan)
    return replace(size, trained=replace(trained, scores=type(trained.scores)(**scores)))


def falling(size: SizeRuns, end: float, test: list[float]) -> SizeRuns:
    return scored(size, train_loss=np.array([1.0, end]), test_loss=np.array(test))


def test_a_test_loss_that_rises_again_is_told_with_its_lowest() -> None:
    runs = beside(
        falling(planted(8, STILL), 0.1, [1.0, 0.2, 0.5]),
        falling(planted(200, STILL), 0.1, [1, 0.3]),
    )
    first = runs.sizes[0].trained
    lowest = int(first.updates[np.argmin(first.scores.test_loss[:, 0])])
    assert curves_claim(runs, equal=False) == (
        f"Test loss in the end: 0.5 at B = 8, the lowest {first.scores.test_loss.min():.3g} at "
        f"update {lowest:,}; 0.3 at B = 200 (full), its lowest."
    )


def test_at_equal_training_loss_the_lowest_that_all_reach_counts() -> None:
    far, near = (
        falling(planted(8, STILL), 0.01, [1.0, 0.2]),
        falling(planted(32, STILL), 0.5, [1, 0.4]),
    )
    runs = beside(far, near)
    said = curves_claim(runs, equal=True)
    level = min(level for level in levels(runs.sizes) if level >= 0.5)
    begun = f"At a training loss of {level:.3g}, the lowest to which all come, the test loss is "
    assert said.startswith(begun)
    # The one that comes farther is not told by its own end.
    assert "0.2 at" not in said
    alone = curves_claim(beside(far), equal=True)
    assert alone == "Test loss in the end: 0.2 at B = 8, its lowest."
    apart = planted(32, STILL)
    apart.trained.scores.train_loss[:, 0] = np.nan
    assert curves_claim(beside(far, apart), equal=True) == (
        "There is no training loss to which every replica comes."
    )


def test_what_diverged_is_told_and_leaves_the_claim() -> None:
    some, all_ = planted(8, STILL, diverged=1), planted(32, STILL, diverged=3)
    assert diverged_note(beside(some, all_)) == (
        "Diverged, so that their lines end: 1 of 3 at B = 8, 3 of 3 at B = 32."
    )
    assert diverged_note(beside(planted(8, STILL))) == ""
    said = curves_claim(beside(planted(8, STILL), all_), equal=False)
    assert "B = 8" in said
    assert "B = 32" not in said
    assert curves_claim(beside(all_), equal=False) == "Every replica diverged."
    summary = network_summary(beside(some, all_))
    assert ", 1 of 3 diverged" in summary
    assert "B = 32: all 3 replicas diverged, the first at update 400" in summary


def test_runs_that_have_not_learned_equally_much_are_named() -> None:
    low, high = planted(8, STILL, loss=0.01), planted(200, STILL, loss=0.2)
    said = network_summary(beside(low, high))
    assert (
        "They have not learned equally much: the training loss of B = 200 (full) is 20 times"
        in said
    )
    assert "equally" not in network_summary(beside(low, planted(200, STILL, loss=0.03)))
    assert network_summary(beside()) == ""


def test_bands_are_what_they_are_said_to_be() -> None:
    assert "medians" not in curves_note(1)
    assert "from the least to the most" in curves_note(4)
    assert "5–95 %" in curves_note(32)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks(language: str) -> None:
    runs = beside(planted(8, STILL), planted(200, STILL))
    with speaking(language):
        said = [
            curves_claim(runs, equal=False),
            curves_claim(runs, equal=True),
            network_summary(runs),
        ]
    assert all(("損失" in each) == (language == "ja") for each in said)
