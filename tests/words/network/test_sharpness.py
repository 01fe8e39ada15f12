"""Every sentence on sharpness where it holds, and nowhere else."""

from dataclasses import replace

import numpy as np
import pytest

from app.language.speech import LANGUAGES, speaking
from app.words.network.sharpness import sharpness_caption
from tests.science.networks.planted import beside, planted, rated

AT, BELOW, ABOVE = np.array([3.98, 4.0, 4.02]), np.array([1.5, 1.6, 1.7]), np.array([6.0, 6.1, 6.2])
FLATTER = "flatter is better does not follow"


def test_the_claim_says_where_each_size_is() -> None:
    said = sharpness_caption(beside(planted(8, BELOW), planted(32, ABOVE), planted(200, AT)))
    assert said.claim == (
        "Late in the runs the sharpness λ₁ is: 1.6 [1.35 to 1.85] at B = 8, below the line; "
        "6.1 [5.85 to 6.35] at B = 32, above the line; 4 [3.95 to 4.05] at B = 200 (full), at the "
        "line."
    )
    assert "Dashed: 2/ε" in said
    assert "the mean of 3 replicas" in said


def test_without_certainty_nothing_is_said_of_the_line() -> None:
    said = sharpness_caption(beside(planted(8, np.array([2.0, 4.0, 6.0]))))
    assert said.claim.endswith("at B = 8.")
    assert "within 5 % of it, above or below if all is further away; in between nothing is" in said
    near = sharpness_caption(beside(planted(8, np.array([4.9, 5.0, 5.1]) * 0.87)))
    assert near.claim.endswith("at B = 8.")  # all of it above the line, not all by 5 %
    one = sharpness_caption(beside(planted(8, np.array([4.0]))))
    assert one.claim.endswith("is: 4 at B = 8.")
    assert "One replica has no interval" in one


def test_a_size_of_which_one_replica_is_left_has_no_interval_beside_others_that_have() -> None:
    said = sharpness_caption(beside(planted(8, BELOW, diverged=2), planted(200, AT)))
    assert "1.7 at B = 8; 4 [3.95 to 4.05] at B = 200 (full), at the line." in said.claim
    assert "the mean of 1–3 replicas" in said
    assert "Where one replica is left there is no interval." in said
    assert "One replica has no interval" not in said


def test_flatter_is_not_better_is_said_of_sizes_that_differ() -> None:
    flat, sharp = planted(8, BELOW, accuracy=0.93), planted(200, AT, accuracy=0.95)
    said = sharpness_caption(beside(flat, sharp))
    assert (
        "test accuracy ends at 93.0 % with the flattest, B = 8, and at 95.0 % with the sharpest, "
        "B = 200 (full)."
    ) in said
    assert FLATTER not in sharpness_caption(beside(flat))
    assert FLATTER not in sharpness_caption(beside(planted(8, AT), sharp))
    assert FLATTER not in sharpness_caption(beside(flat, sharp, loss="cross-entropy"))


def test_with_cross_entropy_sizes_compare_at_equal_loss() -> None:
    flat, sharp = planted(8, BELOW, loss=0.01), planted(200, AT, loss=0.2)
    said = sharpness_caption(beside(flat, sharp, loss="cross-entropy"))
    assert "in the end that is: 0.01 at B = 8, 0.2 at B = 200 (full)." in said
    assert "cross-entropy" not in sharpness_caption(beside(flat, sharp))


def test_a_full_batch_that_never_came_there_is_told() -> None:
    never = "Even the full batch is below the line"
    assert never in sharpness_caption(beside(planted(200, BELOW)))
    assert never not in sharpness_caption(beside(planted(8, BELOW)))
    course = np.tile(BELOW, (len(planted(8, BELOW).trained.marks), 1))
    course[3] = 4.0
    assert never not in sharpness_caption(beside(planted(200, course)))
    noisy = rated(planted(200, BELOW), sampling="with-replacement")
    assert never not in sharpness_caption(beside(noisy))


def test_rules_and_rates() -> None:
    size = planted(8, BELOW)
    adam = sharpness_caption(beside(size, planted(200, AT), optimizer="adam"))
    assert "No line for Adam: it divides" in adam
    assert "below" not in adam.claim
    assert "Dashed" not in adam
    assert "Dashed: 3.8/ε" in sharpness_caption(beside(size, optimizer="momentum"))
    assert "Dashed: 1.36/ε" in sharpness_caption(beside(size, optimizer="nesterov"))
    moving = sharpness_caption(beside(rated(size, lr_schedule="cosine")))
    assert "It moves as the learning rate does." in moving
    scaled = [rated(planted(b, BELOW), lr_scaling="linear") for b in (8, 32)]
    assert "its own line" in sharpness_caption(beside(*scaled))
    assert "its own line" not in sharpness_caption(beside(size, planted(32, AT)))


def test_what_diverged_and_what_is_not_measured_yet() -> None:
    waiting = replace(planted(32, AT), measured=None)
    said = sharpness_caption(beside(planted(8, BELOW, diverged=1), waiting))
    assert "Not measured yet: B = 32." in said
    assert "Diverged, so that their lines end: 1 of 3 at B = 8." in said
    assert sharpness_caption(beside(waiting)).claim == "Not measured yet."
    gone = sharpness_caption(beside(planted(8, BELOW, diverged=3)))
    assert gone.claim == "No run has a sharpness late in it."


def test_nothing_is_claimed_of_the_sharpness_of_batches() -> None:
    assert "batch sharpness" not in sharpness_caption(beside(planted(8, AT), planted(200, AT)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks(language: str) -> None:
    with speaking(language):
        said = sharpness_caption(beside(planted(8, BELOW), planted(200, AT)))
    assert ("鋭さ" in said) == (language == "ja")
