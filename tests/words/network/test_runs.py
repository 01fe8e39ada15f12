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
    # All come to 0.5 itself, which is on no grid of equal factors from 1 to 0.01.
    level = 0.5
    assert level in levels(runs.sizes)
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


def with_one_that_diverged() -> SizeRuns:
    """Of three replicas the first diverges, after it was better than the others ever are."""
    size = planted(8, STILL, diverged=1)
    scores, count = size.trained.scores, len(size.trained.updates)
    falling_again = np.abs(np.linspace(-0.8, 0.2, count))[:, None] + [0.0, 0.1, 0.3]
    for each in (scores.validation_loss, scores.test_loss):
        each[:, 1:] = falling_again[:, 1:]
    scores.test_accuracy[:, 1:] = 1 - falling_again[:, 1:]
    for each in (scores.validation_loss, scores.test_loss):
        each[0, 0], each[1:, 0] = 0.01, np.nan
    scores.test_accuracy[0, 0], scores.test_accuracy[1:, 0] = 0.2, np.nan
    return size


def test_medians_of_a_run_are_of_the_same_replicas() -> None:
    size = with_one_that_diverged()
    trained = size.trained
    lowest = [trained.scores.validation_loss[:, r].argmin() for r in (1, 2)]
    accuracy = np.mean(
        [trained.scores.test_accuracy[k, r] for k, r in zip(lowest, (1, 2), strict=True)]
    )
    update = int(np.mean(trained.updates[lowest]))
    summary = network_summary(beside(size))
    assert f"(at its best validation loss {100 * accuracy:.1f} %, at update {update:,})" in summary
    low = np.mean(trained.scores.test_loss[:, 1:], axis=1)
    assert curves_claim(beside(size), equal=False) == (
        f"Test loss in the end: {low[-1]:.3g} at B = 8, the lowest {low.min():.3g} at update "
        f"{trained.updates[low.argmin()]:,}."
    )


@pytest.mark.parametrize(("updates", "epochs"), [((1, 1), ""), ((2, 2), ""), ((25, 1), "1")])
def test_one_of_a_budget_is_one(updates: tuple[int, int], epochs: str) -> None:
    runs = beside(*(planted(s, STILL, updates=n) for s, n in zip((8, 200), updates, strict=True)))
    one = f"After {epochs} epoch each" if epochs else "After 1 update each"
    assert network_summary(runs).startswith(one if 1 in updates else "After 2 updates each")


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
