"""Intervals and verdicts on planted differences: how often they are right."""

import math

import numpy as np
import pytest
from scipy import stats

from app.science.networks.paired import differences, mean
from tests.science.networks.planted_gaps import SIZES, planted

SEEDS = 200
LEAST = 0.95 - 3 * math.sqrt(0.95 * 0.05 / SEEDS)  # three standard errors: 0.904


def test_a_mean_is_that_of_student() -> None:
    values = np.random.default_rng(0).normal(size=9)
    low, high = stats.t.interval(0.95, 8, values.mean(), values.std(ddof=1) / 3)
    assert mean(values).low == pytest.approx(low)
    assert mean(values).high == pytest.approx(high)


def test_differences_are_paired_and_share_the_level() -> None:
    rng = np.random.default_rng(0)
    shared = 100 * rng.normal(size=8)
    columns = [shared + rng.normal(size=8) for _ in range(3)]
    first, _second = differences(columns[:2], columns[2], 2)
    low, high = stats.t.interval(
        0.975, 7, (columns[0] - columns[2]).mean(), stats.sem(columns[0] - columns[2])
    )
    assert (first.low, first.high) == pytest.approx((low, high))


def test_what_is_told_in_units_is_never_certain_to_more_than_them() -> None:
    assert mean(np.zeros(4), unit=0.1).half > 0
    assert not mean(np.zeros(4), unit=0.1).certain


@pytest.mark.parametrize(("gap", "found"), [(0.0, (0.0, 0.05)), (1.0, (0.8, 1)), (3.0, (1, 1))])
def test_verdicts_on_a_planted_gap(gap: float, found: tuple[float, float]) -> None:
    """Of 200 sweeps: how often all intervals cover, and how often a difference is told.

    Standard errors are those of shares of 200: 1.5 points at 5 %, 2.8 at 80 %.
    """
    covered = told = bounded = 0
    for seed in range(SEEDS):
        compared = planted({"updates": {8: gap}}, seed).compared["updates"]
        truth = {8: gap, 32: 0.0}
        hits = [d.accuracy.low <= truth[d.batch_size] <= d.accuracy.high
                for d in compared.differences]  # fmt: skip
        covered += all(hits)
        told += bool(compared.certain)
        bounded += compared.bound >= gap
    errors = [3 * math.sqrt(share * (1 - share) / SEEDS) for share in found]
    assert covered / SEEDS >= LEAST
    assert bounded / SEEDS >= LEAST
    assert found[0] - errors[0] <= told / SEEDS <= found[1] + errors[1]


def test_the_reference_is_the_largest() -> None:
    compared = planted({"updates": {8: 3.0}}, 0).compared["updates"]
    assert compared.reference.batch_size == SIZES[-1]
    assert [d.batch_size for d in compared.certain] == [8]
    assert compared.differences[0].accuracy.value == pytest.approx(3.0, abs=1.0)
