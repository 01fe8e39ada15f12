"""Regimes: their bounds by definition, their intervals over replicas."""

import numpy as np
import pytest

from app.science.tradeoff.regimes import Regimes, regimes
from app.science.tradeoff.resampling import Bootstrapped
from app.science.tradeoff.tuned import Tuned

SIZES = [1 << k for k in range(11)]


def tuned(size: int, updates: list[int], seen: list[int] | None = None) -> Tuned:
    """A batch size whose replicas arrive after so many updates, 0 of one that is late."""
    passages = np.array(updates)
    examples = np.array(seen) if seen else size * passages
    median = sorted(updates)[(len(updates) - 1) // 2]
    return Tuned(size, (), 0, passages, examples, (None, median, None),
                 (None, size * median, None), None)  # fmt: skip


def late(size: int) -> Tuned:
    none, nobody = (None, None, None), np.array([], dtype=int)
    return Tuned(size, (), None, nobody, nobody, none, none, "too noisy")


def found(*points: tuple[int, int] | Tuned) -> Regimes:
    marks = regimes([p if isinstance(p, Tuned) else tuned(p[0], [p[1]] * 4) for p in points])
    assert marks
    return marks


def test_those_of_a_hyperbola() -> None:
    marks = found(*[(b, round(1e6 * (1 + 32 / b))) for b in SIZES])
    # E grows by a quarter at B_crit/4, S is a quarter above S_min at 4·B_crit.
    assert marks.perfect_until == Bootstrapped(8, 8, 8)
    assert marks.plateau_from == Bootstrapped(128, 128, 128)
    assert list(marks.labels.values()) == ["perfect"] * 4 + ["diminishing"] * 3 + ["plateau"] * 4


def test_level_examples_are_perfect_scaling_until_the_plateau() -> None:
    """The bowl of seed 1: a size that belongs to both regimes ends one and begins the other."""
    updates = [1130, 566, 256, 128, 63, 32, 17, 8, 4, 5, 4]
    examples = [1130, 1132, 1024, 1024, 1008, 1024, 1050, 1024, 1024, 2074, 4200]
    sizes = [*SIZES[:10], 1050]
    marks = found(
        *[tuned(b, [s] * 4, [e] * 4) for b, s, e in zip(sizes, updates, examples, strict=True)]
    )
    assert marks.perfect_until.value == marks.plateau_from.value == 256
    assert list(marks.labels.values()) == ["perfect"] * 9 + ["plateau"] * 2


def test_one_regime_throughout() -> None:
    marks = found(*[(b, 4096 // b) for b in (1, 4, 16, 64)])
    assert (marks.perfect_until.value, marks.plateau_from.value) == (64, 64)
    assert set(marks.labels.values()) == {"perfect"}
    marks = found(*[(b, 40) for b in (1, 4, 16, 64)])
    assert (marks.perfect_until.value, marks.plateau_from.value) == (1, 1)
    assert set(marks.labels.values()) == {"plateau"}
    marks = found((1, 10_000), (4, 5_000), (16, 2_500), (64, 1_250))
    assert (marks.perfect_until.value, marks.plateau_from.value) == (1, 64)
    assert set(marks.labels.values()) == {"diminishing"}


def test_a_plateau_saves_no_updates_between_any_two() -> None:
    # 16 saves three fifths of the updates of 4, though not the largest of them.
    marks = found((1, 400), (4, 100), (16, 40), (64, 90))
    assert marks.plateau_from.value == 16


def test_a_batch_size_that_does_not_arrive_ends_a_regime() -> None:
    marks = found((1, 100), (2, 50), late(4), (8, 12), (16, 12))
    assert marks.perfect_until.value == 2
    assert marks.labels == {1: "perfect", 2: "perfect", 8: "plateau", 16: "plateau"}
    marks = found(late(1), (2, 40), (4, 41), late(8), (16, 40), (32, 38))
    assert (marks.perfect_until.value, marks.plateau_from.value) == (2, 16)
    # One that is larger still might save updates, had it the time.
    marks = found(late(1), (2, 40), (4, 41), late(8), (16, 40), (32, 38), late(64))
    assert (marks.perfect_until.value, marks.plateau_from.value) == (2, 32)
    assert "plateau" not in marks.labels.values()


@pytest.mark.parametrize(
    "points",
    [[], [late(1)], [tuned(1, [40])], [tuned(100, [100]), tuned(110, [95])]],
    ids=["none", "late", "one", "too close"],
)
def test_regimes_that_cannot_be_told(points: list[Tuned]) -> None:
    assert regimes(points) is None


def test_the_intervals_cover_in_most_repeats() -> None:
    """95 % of them do: of 15, fewer than 12 once in 180 times."""
    rng = np.random.default_rng(0)
    median = 5000 * (1 + 50 / np.array(SIZES))  # perfect until 50/4, a plateau from 50·4
    covered = np.zeros(2, int)
    for _ in range(15):
        passages = np.ceil(median[:, None] * np.exp(0.5 * rng.standard_normal((len(SIZES), 32))))
        marks = found(
            *[tuned(b, p.astype(int).tolist()) for b, p in zip(SIZES, passages, strict=True)]
        )
        for k, (bound, true) in enumerate(zip(marks[:2], (8, 256), strict=True)):
            assert isinstance(bound, Bootstrapped)
            assert bound.low < bound.high
            assert bound.low <= bound.value <= bound.high
            covered[k] += bound.low <= true <= bound.high
    assert covered.min() >= 12


def test_replicas_that_agree_leave_no_doubt_and_late_ones_do() -> None:
    seldom = tuned(4, [250] * 9 + [0] * 7)
    marks = found(tuned(1, [1000] * 16), seldom, tuned(16, [62] * 16), tuned(64, [60] * 16))
    assert marks.perfect_until.value == 16
    assert marks.perfect_until.low == 1  # half of the replicas drawn may be late
    assert regimes([tuned(b, [4096 // b] * 4) for b in (1, 4)], 1) == found((1, 4096), (4, 1024))
