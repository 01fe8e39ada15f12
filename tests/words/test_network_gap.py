"""The verdict says what a planted table shows, and no more."""

from dataclasses import replace

import pytest

from app.science.networks.gap_result import GapResult
from app.words.network.gap import gap_caption, gap_summary, plus_minus
from tests.science.networks.planted_gaps import planted


def line(result: GapResult, budget: str) -> str:
    """The sentence of a budget."""
    begin = f"At {budget}"
    return next(part for part in gap_summary(result).split(". ") if part.startswith(begin))


def test_without_a_difference_only_a_bound_is_told() -> None:
    result = planted({}, 1)
    for budget, compared in result.compared.items():
        assert not compared.certain, budget
    assert "worse" not in gap_summary(result)
    assert "differ at" not in gap_summary(result)
    told = line(result, "equal updates").removesuffix(" points").rpartition(" ")[2]
    assert float(told) >= result.compared["updates"].bound


def test_a_worse_full_batch_is_under_trained_where_its_loss_says_so() -> None:
    gaps = {"epochs": {200: -2.0}}
    result = planted(gaps, 1, {"epochs": {200: 0.166, 8: 0.003, 32: 0.003}})
    said = line(result, "equal epochs (50)")
    assert said.startswith("At equal epochs (50): B = 200 (full) is worse, by ")
    assert "points than B = 8, by " in said
    assert "and it is under-trained: training loss 0.1" in said
    assert "against 0.003" in said
    assert "under-trained" not in line(planted(gaps, 1), "equal epochs")


def test_a_worse_small_batch_is_named() -> None:
    result = planted({"updates": {8: -3.0}}, 1, {"updates": {8: 0.3}})
    said = line(result, "equal updates")
    assert "B = 8 is worse, by " in said
    assert "than B = 200 (full), and it is under-trained: training loss 0.3 against 0.1" in said
    assert "B = 32" not in said
    assert "So batch sizes differ at equal updates, but not beyond chance at best" in gap_summary(
        result
    )


def test_one_rate_is_not_said_to_be_chosen() -> None:
    result = planted({}, 1)
    assert "of those tried" in gap_caption(result)
    one = replace(result, sweep=replace(result.sweep, learning_rates=(0.5,)))
    said = gap_caption(one)
    assert "every batch size at the same learning rate, 0.5." in said
    assert "tried" not in said


@pytest.mark.parametrize(
    ("gaps", "noisy", "holds"),
    [({}, 0.2, True), ({}, 0.1, False), ({"validation": {8: -2.0}}, 0.2, False)],
)
def test_the_sentence_that_holds_where_it_holds(
    gaps: dict[str, dict[int, float]], noisy: float, holds: bool
) -> None:
    result = planted(gaps, 0, {"updates": {8: noisy}})
    assert ("Noise slows memorising; stop in time" in gap_summary(result)) == holds


def test_of_wide_intervals_no_sameness_is_told() -> None:
    result = planted({}, 1, {"updates": {8: 0.2}})
    few = replace(result.sweep, replicas=2)
    trials = tuple(
        trial._replace(
            scores=type(trial.scores)(*(each[:, :2] for each in trial.scores)),
            diverged=trial.diverged[:2],
        )
        for trial in result.trials
    )
    assert "Noise slows" not in gap_summary(GapResult(few, trials))


def test_a_sweep_under_way_says_so() -> None:
    result = planted({}, 1)
    for count, said in (
        (2, "So far, with 2 of 3 batch sizes measured, and of these alone: At"),
        (1, "alone"),
    ):
        known = GapResult(
            result.sweep, tuple(t for t in result.trials if t.batch_size in (200, 32)[:count])
        )
        assert said in gap_summary(known)
        assert "from the largest batch size compared" in gap_caption(known)
        assert "So batch sizes" not in gap_summary(known)
    assert gap_summary(GapResult(result.sweep, ())) == "Not measured yet."


def test_the_caption_says_how_it_was_measured() -> None:
    caption = gap_caption(planted({}, 1))
    assert caption.claim == gap_summary(planted({}, 1))
    assert "2 comparisons hold together with 95 % (Bonferroni)" in caption
    assert "Open circles" not in caption


@pytest.mark.parametrize(
    ("vary", "sampling", "said"),
    [
        ("all", "sorted", "Replica r has the same rows and first weights at every batch size."),
        ("order", "reshuffle", "Replicas differ in the order of examples alone"),
        ("order", "sorted", "Replicas are all alike, as none has another order of examples."),
        ("order", "sequential", "Replicas are all alike"),
    ],
)
def test_what_replicas_differ_in_is_said(vary: str, sampling: str, said: str) -> None:
    result = planted({}, 1)
    spec = replace(result.sweep.spec, vary=vary)
    other = replace(result, sweep=replace(result.sweep, spec=spec, sampling=sampling))
    assert said in gap_caption(other)


@pytest.mark.parametrize("low", [0, 3, 14, 15, 16])
def test_replicas_that_start_below_the_loss_are_said(low: int) -> None:
    result = planted({}, 1)
    trials = []
    for trial in result.trials:
        scores = type(trial.scores)(*(each.copy() for each in trial.scores))
        scores.train_loss[0, :low] = 0.01
        trials.append(trial._replace(scores=scores))
    sweep = replace(result.sweep, target=0.12)
    result = replace(result, sweep=sweep, trials=tuple(trials))
    said = line(result, "equal training loss (0.12)")
    gaps = "Missing where at every rate"
    if low < 15:
        assert "no difference from B = 200 (full) larger than" in said
        rest = f", of the {16 - low} of 16 replicas that start above it"
        assert said.endswith(rest if low else " points")
    else:
        assert said == (
            f"At equal training loss (0.12): {low} of 16 replicas start at that loss or below it, "
            "so that nothing is compared"
        )
    assert gaps not in gap_caption(result)


def test_points_have_no_sign() -> None:
    result = planted({"updates": {8: -3.0}}, 1)
    assert plus_minus(result.compared["updates"].differences[0].accuracy)[0] != "-"
