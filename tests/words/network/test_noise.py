"""Every sentence on gradient noise where it holds, with the numbers that it is of."""

from dataclasses import replace

import numpy as np
import pytest

from app.language.speech import LANGUAGES, speaking
from app.words.network.noise import noise_caption
from tests.science.networks.planted import MARKS, beside, planted

SHARPNESS = np.array([1.0, 1.0, 1.0, 1.0])


def course(first: float, last: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return np.geomspace(first, last, MARKS)[:, None]


def test_from_where_to_where_and_who_holds_it() -> None:
    small = planted(8, SHARPNESS, noise_scale=course(3, 870), share=course(0.1, 0.55))
    said = noise_caption(beside(small, planted(200, SHARPNESS, noise_scale=course(3, 1e9))))
    assert said.claim == (
        "The noise scale goes, in examples: B = 8 from 3 to 870; B = 200 (full) from 3 to more "
        "than 200,000."
    )
    assert (
        "2 of the 200 examples, those with the largest gradients, hold of all Σ‖gᵢ‖²: 55 % at "
        "B = 8, 25 % at B = 200 (full)."
    ) in said
    assert "values above it leave the picture" in said


def test_a_single_holder_is_one_example(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.words.network.noise.most_held", lambda _: 1)  # as of 60 examples
    said = noise_caption(beside(planted(8, SHARPNESS)))
    assert "the example with the largest gradient, 1 of 200, holds of all Σ‖gᵢ‖²: 25 %" in said


def test_infinite_scales_and_none() -> None:
    endless = planted(8, SHARPNESS, noise_scale=np.array([np.inf]))
    none = planted(32, SHARPNESS, noise_scale=np.array([np.nan]), share=np.array([np.nan]))
    said = noise_caption(beside(endless, none))
    assert "B = 8 from more than 200,000 to more than 200,000" in said.claim
    assert "B = 32 has none, as no example has a gradient" in said.claim
    assert "25 % at B = 8." in said


def test_how_many_intervals_hold_it_and_how_many_are_open() -> None:
    low = np.full((MARKS, 4), 40.0)
    high = np.full((MARKS, 4), 80.0)
    low[:, 0] = 60.0  # misses the 50 that is exact
    high[0, :3] = np.inf
    low[1, 1], high[1, 1] = 0.0, np.inf
    said = noise_caption(beside(planted(8, SHARPNESS, low=low, high=high)))
    assert f"of all {4 * MARKS:,} intervals of 95 % (Fieller's) 75 % hold the exact one." in said
    assert "In 3 of them the gradient is lost in noise" in said
    assert "1 says nothing at all." in said
    plain = noise_caption(beside(planted(8, SHARPNESS)))
    assert "lost in noise" not in plain
    assert "at all" not in plain


def test_it_guides_within_a_factor_and_not_at_all_under_adam() -> None:
    size = planted(8, SHARPNESS)
    assert "an order of magnitude: within a factor of about 4" in noise_caption(beside(size))
    adam = noise_caption(beside(size, optimizer="adam"))
    assert "Under Adam the noise scale says nothing of which batch size pays." in adam
    assert "factor" not in adam


def test_what_an_adaptive_rule_feels_is_told_of_it_alone() -> None:
    said = noise_caption(beside(planted(8, SHARPNESS, felt=True), optimizer="adam"))
    assert "exact, none at the start; where last measured 70 at B = 8." in said
    assert "feels" not in noise_caption(beside(planted(8, SHARPNESS)))


def test_what_has_no_place_on_the_axis_is_counted() -> None:
    estimate = np.full((MARKS, 4), 55.0)
    estimate[:3, 0], estimate[:, 1] = -1.0, -1.0  # only the first replica's are drawn
    said = noise_caption(beside(planted(8, SHARPNESS, estimate=estimate)))
    assert "3 values of 0 or less have no place on the axis." in said
    assert "no place" not in noise_caption(beside(planted(8, SHARPNESS)))


def test_one_is_told_as_one() -> None:
    scale = np.full((MARKS, 4), 50.0)
    scale[1:] = np.nan
    said = noise_caption(beside(planted(8, SHARPNESS, noise_scale=scale)))
    assert said.claim == "The noise scale goes, in examples: B = 8 50, measured once."
    scale = np.full((MARKS, 4), 50.0)
    scale[3, 1] = 1e9
    said = noise_caption(beside(planted(8, SHARPNESS, noise_scale=scale)))
    assert "1 value above it leaves the picture." in said


def test_what_diverged_and_what_is_not_measured_yet() -> None:
    waiting = replace(planted(32, SHARPNESS), measured=None)
    said = noise_caption(beside(planted(8, SHARPNESS, diverged=2), waiting))
    assert "Not measured yet: B = 32." in said
    assert "2 of 4 at B = 8" in said
    assert noise_caption(beside(waiting)).claim == "Not measured yet."


def test_a_course_is_of_the_replicas_that_end_it() -> None:
    scale = course(10, 40) * [100.0, 1.0, 1.0, 3.0]
    said = noise_caption(beside(planted(8, SHARPNESS, diverged=1, noise_scale=scale)))
    assert said.claim == "The noise scale goes, in examples: B = 8 from 10 to 40."
    scale = course(10, 40) * [1.0, 1.0, 1.0, 1.0]
    lost = noise_caption(beside(planted(8, SHARPNESS, diverged=4, noise_scale=scale)))
    assert lost.claim.startswith("The noise scale goes, in examples: B = 8 from 10 to ")


def test_a_single_example_is_estimated_from_two() -> None:
    two = "One example has no halves: at B = 1 these batches are of two."
    assert two in noise_caption(beside(planted(1, SHARPNESS), planted(8, SHARPNESS)))
    assert two not in noise_caption(beside(planted(2, SHARPNESS), planted(8, SHARPNESS)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks(language: str) -> None:
    with speaking(language):
        said = noise_caption(beside(planted(8, SHARPNESS), planted(200, SHARPNESS)))
    assert ("ノイズスケール" in said) == (language == "ja")
