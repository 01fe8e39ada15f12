"""What batches see of a rare class, against every batch there is and a plain count."""

import itertools
from math import comb

import numpy as np
import pytest

from app.science import rare
from app.science.epoch_plan import EpochPlan
from app.science.errors import ParameterError
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.rare import expected_without, none_of, rare_batches
from app.science.sampling import INDEPENDENT, SAMPLINGS

N, FEW = 7, 2
LABELS = np.array([1.0] * FEW + [-1.0] * (N - FEW))


@pytest.mark.parametrize("size", range(1, N + 1))
def test_shares_are_those_of_every_batch_there_is(size: int) -> None:
    def share(batches: list[tuple[int, ...]]) -> float:
        return float(np.mean([all(i >= FEW for i in batch) for batch in batches]))

    without = share([*itertools.combinations(range(N), size)])
    assert none_of(N, FEW, np.array([size]), "reshuffle") == pytest.approx(without, abs=1e-12)
    if size < 5:
        again = share([*itertools.product(range(N), repeat=size)])
        assert none_of(N, FEW, np.array([size]), "with-replacement") == pytest.approx(again)
        sides = [*itertools.product([0, 1], repeat=size)]  # of a draw, as likely
        other = np.mean([not any(side) for side in sides])
        assert none_of(N, FEW, np.array([size]), "balanced") == pytest.approx(other)
    assert none_of(N, N, np.array([size]), "balanced") == 0
    assert none_of(N, 0, np.array([size]), "balanced") == 1
    (joined,) = none_of(N, FEW, np.array([size]), "poisson")
    chances = [
        (size / N) ** sum(members) * (1 - size / N) ** (N - sum(members))
        for members in itertools.product([0, 1], repeat=N)
        if not any(members[:FEW])
    ]
    assert joined == pytest.approx(sum(chances), abs=1e-12)


def test_a_last_smaller_batch_counts_among_the_others() -> None:
    expected = expected_without(EpochPlan(1050, 100), 52, "shuffle-once")
    shares = [comb(998, b) / comb(1050, b) for b in [100] * 10 + [50]]
    assert expected == pytest.approx(np.mean(shares), rel=1e-9)


@pytest.mark.parametrize("sampling", SAMPLINGS)
@pytest.mark.parametrize("size", [1, 8, 32, 200])
def test_counted_are_the_batches_of_a_run(
    sampling: str, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rare, "EPOCHS", 6)
    problem = build_problem(SURFACES["logistic"], 200, rare_share=0.05)
    labels = problem.columns[2]
    found = rare_batches(labels, size, sampling, np.random.default_rng([3, 0]))
    rng, counts = np.random.default_rng([3, 0]), []
    orders = SAMPLINGS[sampling](rng, 200, labels)
    for _ in range(6):
        if sampling == "poisson":
            batches = [np.flatnonzero(rng.random(200) < size / 200) for _ in range(0, 200, size)]
        else:
            order = next(orders) if size < 200 or sampling in INDEPENDENT else range(200)
            batches = [np.array(order[first : first + size]) for first in range(0, 200, size)]
        counts += [int(np.count_nonzero(labels[batch] > 0)) for batch in batches]
    assert found.counts.tolist() == counts
    assert found.without == pytest.approx(np.mean([count == 0 for count in counts]))
    if found.expected is None:
        assert sampling in ("sequential", "sorted")
    elif sampling != "shuffle-once":
        error = (found.expected * (1 - found.expected) / len(counts)) ** 0.5
        assert abs(found.without - found.expected) <= 5 * error + 1e-9


@pytest.mark.parametrize("surface", ["logistic", "logistic-separable"])
@pytest.mark.parametrize(("n", "share", "few"), [(1050, 0.05, 52), (40, 0.01, 1), (41, 0.3, 12)])
def test_so_many_examples_are_of_the_rare_class(
    surface: str, n: int, share: float, few: int
) -> None:
    problem = build_problem(SURFACES[surface], n, rare_share=share)
    assert int(np.count_nonzero(problem.columns[2] > 0)) == few
    balanced = build_problem(SURFACES[surface], n, rare_share=0.5).columns
    for one, other in zip(balanced, build_problem(SURFACES[surface], n).columns, strict=True):
        np.testing.assert_array_equal(one, other)


def test_what_has_no_classes_has_no_rare_one() -> None:
    with pytest.raises(ParameterError, match=r"^rare_share is 0\.1, which is not left out"):
        build_problem(SURFACES["bowl"], 10, rare_share=0.1)
    with pytest.raises(ParameterError, match=r"^rare_share is 0\.6, which is not a number above"):
        build_problem(SURFACES["logistic"], 10, rare_share=0.6)
