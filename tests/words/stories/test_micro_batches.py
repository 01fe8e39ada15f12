"""The story of a mean of means: true over twenty seeds, by numbers made anew."""

import pytest

from .told import ROUNDED, SEEDS, late, tell, told


@pytest.mark.parametrize("seed", SEEDS)
def test_a_last_example_that_counts_half(seed: int) -> None:
    story = told("mean-of-means", seed)
    counts, one, other, times = story.read(
        "B = 128: in updates of 33 = 32 + 1, an example of the last micro-batch counts # times as "
        "much as one of the others. B = 128 comes to # above the lowest loss as a mean of means, "
        "to # with micro-batches counted by size: # times lower."
    )
    assert counts == 32 == (1 / 2) / (1 / 2 / 32)
    levels = [late(runs[0]) for runs in story.runs]
    assert [one, other] == pytest.approx(levels, rel=ROUNDED)
    assert times == pytest.approx(levels[0] / levels[1], rel=ROUNDED)
    assert times > 2


def test_it_is_told_where_it_is_not_so() -> None:
    assert "one large batch" in tell("mean-of-means", examples=1056)
    assert "one large batch" in tell("mean-of-means", accumulation=None)
    assert "That does little" in tell("mean-of-means", examples=1050, batch_size=[32])
    assert "nothing to compare" in tell("mean-of-means", learning_rate=9)
