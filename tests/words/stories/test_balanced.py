"""The story of a weighted sampler: true over twenty seeds, by numbers made anew."""

import re

import numpy as np
import pytest

from .told import ROUNDED, SEEDS, tell, told

SAYS = (
    "balanced, an example of the rarer class costs #, of the other #, of all #; "
    "shuffled #, # and #."
)


@pytest.mark.parametrize("seed", SEEDS)
def test_balanced_batches_end_where_another_loss_is_low(seed: int) -> None:
    story = told("weighted-sampler", seed)
    *losses, times = story.read(
        f"B = 8: {SAYS} B = 200 (full): {SAYS} Balanced batches descend another loss, in "
        "which one of the rarer class counts # times as much."
    )
    x, _other, label = story.runs[0][0].problem.columns
    assert [int(np.count_nonzero(label == side)) for side in (1, -1)] == [20, 180]
    assert times == 200 / (2 * 20)
    made = []
    for drawn, shuffled in zip(*story.runs, strict=True):
        for run in (drawn, shuffled):
            ends = zip(run.paths.w0[-1], run.paths.w1[-1], strict=True)
            each = np.mean([np.log1p(np.exp(-label * (a + b * x))) for a, b in ends], axis=0)
            made += [each[label > 0].mean(), each[label < 0].mean(), each.mean()]
    assert losses == pytest.approx(made, rel=ROUNDED)
    for balanced, shuffled in ((made[:3], made[3:6]), (made[6:9], made[9:])):
        assert balanced[2] > 1.5 * shuffled[2]  # the loss in which every example counts the same
        assert balanced[0] + balanced[1] < 0.7 * (shuffled[0] + shuffled[1])
    # The noise of small batches is not what parts them: the full batch is as far away.
    assert made[8] / made[11] > 1.5


def test_it_is_told_where_it_is_not_so() -> None:
    assert "drawn as often here as they come" in tell(
        "weighted-sampler", sampling="with-replacement"
    )
    others = {"model": None, "points": None}
    even = tell("weighted-sampler", 0, surface="logistic", batch_size=[8], epochs=2, **others)
    assert re.search("as many examples each: that is drawing with replacement", even)
    assert "nothing to compare" in tell("weighted-sampler", learning_rate=100, loss="squared")
