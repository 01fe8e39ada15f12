"""The story of a rare class: true over twenty seeds, by numbers made anew."""

import re
from math import comb

import numpy as np
import pytest

from .told import SEEDS, tell, told

N, RARE = 1050, 52


@pytest.mark.parametrize("seed", SEEDS)
def test_most_small_batches_hold_none_of_a_rare_class_that_is_learned(seed: int) -> None:
    story = told("rare-class", seed)
    share = r"(\d+) %(?: to (\d+) %)?"
    found = re.fullmatch(
        r"(\d+) of 1,050 examples are of the rare class\. Of the batches, (\d+) % \(B = 8\), "
        r"(\d+) % \(B = 32\), (\d+) % \(B = 1,050 \(full\)\) are expected to hold none\. In the "
        rf"end {share} of the rare class are told rightly, of the other one {share}\. The "
        r"classes lie mirrored about 0, through which the boundary goes: either alone "
        r"teaches much the same\.",
        story.sentence,
    )
    assert found, story.sentence
    rare, eight, many, full, *ends = (None if n is None else int(n) for n in found.groups())
    x0, x1, labels = story.runs[0][0].problem.columns
    assert (rare, full) == (RARE, 0)
    assert int(np.count_nonzero(labels > 0)) == RARE

    def none(size: int) -> float:
        cut = [min(size, N - first) for first in range(0, N, size)]
        return float(np.mean([comb(N - RARE, b) / comb(N, b) for b in cut]))

    assert [eight, many] == [round(100 * none(8)), round(100 * none(32))]
    assert eight is not None
    assert eight > 60
    right: dict[int, list[float]] = {1: [], -1: []}  # in percent, a run each
    for run in story.runs[0]:
        margins = [
            labels * (w0 * x0 + w1 * x1)
            for w0, w1 in zip(run.paths.w0[-1], run.paths.w1[-1], strict=True)
        ]
        for sign, shares in right.items():
            shares.append(100 * float(np.mean([np.mean(m[labels == sign] > 0) for m in margins])))
    for sign, (low, high) in ((1, ends[:2]), (-1, ends[2:])):
        assert low == pytest.approx(min(right[sign]), abs=0.5001)
        assert (low if high is None else high) == pytest.approx(max(right[sign]), abs=0.5001)
    assert max(abs(few - many) for few, many in zip(*right.values(), strict=True)) < 10


def test_it_is_told_where_it_is_not_so() -> None:
    assert tell("rare-class", surface="bowl", rare_share=None) == "There are no two classes here."
    assert "expected" not in tell("rare-class", sampling="sorted")
    assert "1 of 40 examples is of" in tell("rare-class", examples=40, rare_share=0.01)
    assert "nothing to compare" in tell("rare-class", learning_rate=90)
