"""The story of a rare class: true over twenty seeds, by numbers made anew."""

from math import comb

import numpy as np
import pytest

from .told import SEEDS, tell, told

N, RARE = 1050, 52


@pytest.mark.parametrize("seed", SEEDS)
def test_most_small_batches_hold_none_of_a_rare_class_that_is_learned(seed: int) -> None:
    story = told("rare-class", seed)
    rare, eight, many, full, *ends = story.read(
        "# of 1,050 examples are of the rare class. Of the batches, # % (B = 8), # % (B = 32), "
        "# % (B = 1,050 (full)) are expected to hold none. In the end # % (B = 8), # % (B = 32), "
        "# % (B = 1,050 (full)) of the rare class are told rightly, of the other one # %, # %, "
        "# %. Here the few are learned as well as the many: the classes lie mirrored about 0, "
        "through which the boundary goes, so either alone teaches much the same weights."
    )
    x0, x1, labels = story.runs[0][0].problem.columns
    assert (rare, full) == (RARE, 0)
    assert int(np.count_nonzero(labels > 0)) == RARE

    def none(size: int) -> float:
        cut = [min(size, N - first) for first in range(0, N, size)]
        return float(np.mean([comb(N - RARE, b) / comb(N, b) for b in cut]))

    assert [eight, many] == [round(100 * none(8)), round(100 * none(32))]
    assert eight > 60
    for run, few, others in zip(story.runs[0], ends[:3], ends[3:], strict=True):
        margins = [
            labels * (w0 * x0 + w1 * x1)
            for w0, w1 in zip(run.paths.w0[-1], run.paths.w1[-1], strict=True)
        ]
        shares = [np.mean([np.mean(m[labels == s] > 0) for m in margins]) for s in (1, -1)]
        assert [few, others] == pytest.approx([100 * share for share in shares], abs=0.5001)
        assert abs(few - others) < 10


def test_it_is_told_where_it_is_not_so() -> None:
    assert tell("rare-class", surface="bowl", rare_share=None) == "There are no two classes here."
    assert "expected" not in tell("rare-class", sampling="sorted")
    assert "1 of 40 examples is of" in tell("rare-class", examples=40, rare_share=0.01)
    assert "nothing to compare" in tell("rare-class", learning_rate=90)
