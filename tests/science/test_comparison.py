"""Runs compared: thinning, ends, tails and bands, each measured again in a plain way."""

import numpy as np
import pytest

from app.science.band import BAND
from app.science.budget import Budget
from app.science.comparison import Comparison
from app.science.errors import ParameterError
from app.science.optimizers import adam, sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.thinned import thin
from tests.comparing import compare

N = 80


def comparison(
    sizes: tuple[int, ...] = (1, 32, N),
    replicas: int = 1,
    rate: float = 0.1,
    surface: str = "least-squares",
    max_points: int | None = None,
    seed: int = 0,
    **budget: int,
) -> Comparison:
    problem = build_problem(SURFACES[surface], N)
    length = Budget(**budget or {"epochs": 6})
    plans = [
        make_plan(examples=N, batch_size=size, budget=length, learning_rate=rate) for size in sizes
    ]
    start = problem.surface.start
    return compare(
        problem, plans, sgd(), start, seed=seed, replicas=replicas, max_points=max_points
    )


@pytest.mark.parametrize("max_points", [2, 3, 10, 100, 481, 1000])
@pytest.mark.parametrize("size", [1, 7, N])
def test_thin(max_points: int, size: int) -> None:
    plan = make_plan(examples=N, batch_size=size, budget=Budget(epochs=6), learning_rate=0.1)
    kept = thin(plan, max_points)
    assert kept.tolist() == sorted(set(kept.tolist()))
    assert {0, plan.updates, *plan.epoch_ends.tolist()} <= set(kept.tolist())
    assert kept[-1] == plan.updates
    assert len(kept) <= min(plan.updates + 1, max_points + len(plan.epoch_ends) + 1)
    if plan.updates < max_points:
        assert len(kept) == plan.updates + 1
    first = int(max_points * 0.1)
    assert set(range(min(first, plan.updates))) <= set(kept.tolist())


def test_thinned_points_are_those_of_the_whole() -> None:
    whole, thinned = comparison(replicas=3), comparison(replicas=3, max_points=20)
    for all_, some in zip(whole.runs, thinned.runs, strict=True):
        kept = some.paths.updates
        np.testing.assert_array_equal(some.paths.w0, all_.paths.w0[kept])
        np.testing.assert_array_equal(some.epoch, all_.epoch[kept])
        np.testing.assert_array_equal(some.examples_seen, all_.examples_seen[kept])


def test_compared_runs_see_the_same_permutations() -> None:
    together, alone = comparison((1, 32), replicas=2), comparison((32,), replicas=2)
    np.testing.assert_array_equal(together.runs[1].paths.w0, alone.runs[0].paths.w0)


def test_the_seed_matters_and_not_for_the_full_batch() -> None:
    first, other = comparison(seed=0), comparison(seed=1)
    assert not np.array_equal(first.runs[0].paths.w0, other.runs[0].paths.w0)
    np.testing.assert_array_equal(first.runs[2].paths.w0, other.runs[2].paths.w0)


def test_path_and_end() -> None:
    made = comparison(replicas=3, surface="himmelblau", rate=0.005)
    for run in made.runs:
        for r in range(3):
            w0, w1, loss = run.path(r)
            assert len(w0) == len(w1) == len(loss) == run.length(r) == run.plan.updates + 1
            np.testing.assert_allclose(loss, made.problem.loss(w0, w1), rtol=1e-12)
            end = run.end(r)
            assert end.point == (w0[-1], w1[-1])
            assert end.loss == pytest.approx(loss[-1], rel=1e-12)
            away = [np.hypot(w0[-1] - p[0], w1[-1] - p[1]) for p, _ in made.problem.minima]
            assert end.nearest == np.argmin(away)
            assert end.excess == pytest.approx(end.loss, abs=1e-20)  # its minima are zeros
            assert end.distance == pytest.approx(min(away))


def test_without_minima_there_is_no_nearest() -> None:
    end = comparison(surface="logistic-separable").runs[0].end(0)
    assert (end.excess, end.nearest, end.distance) == (None, None, None)


def test_a_diverged_path_ends_before_it_diverged() -> None:
    for max_points in (None, 4):
        made = comparison(rate=2.5, replicas=2, max_points=max_points)
        for run in made.runs:
            for r in range(2):
                at = run.paths.diverged_at[r]
                assert at > 0
                length = run.length(r)
                assert np.all(run.paths.updates[:length] < at)
                assert np.all(run.paths.updates[length:] >= at)
                assert np.all(np.isfinite(run.path(r)))
                assert run.end(r).point == (run.path(r)[0][-1], run.path(r)[1][-1])
            assert np.isnan(run.late.level)


@pytest.mark.parametrize("max_points", [None, 2])
@pytest.mark.parametrize("replicas", [1, 4, 100])
def test_the_late_level_is_the_median_of_the_last_tenth(
    replicas: int, max_points: int | None
) -> None:
    run = comparison((8,), replicas=replicas, epochs=40, max_points=max_points).runs[0]
    whole = comparison((8,), replicas=replicas, epochs=40).runs[0].paths
    losses = run.problem.loss(whole.w0[-40:], whole.w1[-40:])
    levels = np.median(losses, axis=0)
    # Of a large ensemble some points stand for all.
    spread = np.quantile(levels, 0.56) - np.quantile(levels, 0.44)
    tolerance = spread if replicas == 100 else 1e-12
    assert abs(run.late.level - np.median(levels)) <= tolerance


def test_band() -> None:
    run = comparison((4,), replicas=20).runs[0]
    at = run.band_index
    assert (at[0], at[-1]) == (0, run.plan.updates)
    assert np.all(np.diff(at) > 0)
    losses = np.sort(run.problem.loss(run.paths.w0[at], run.paths.w1[at]), axis=1)
    assert run.loss_band.shape == (len(BAND), len(at))
    # The smallest order statistic with at least the share q·(R − 1) below it.
    for quantile, q in zip(run.loss_band, BAND, strict=True):
        np.testing.assert_allclose(quantile, losses[:, int(np.ceil(q * 19))], rtol=1e-12)


def test_a_diverged_replica_counts_as_infinite_in_the_band() -> None:
    run = comparison((4,), replicas=5, rate=5.0).runs[0]
    assert np.all(run.paths.diverged_at > 0)
    assert np.all(np.isfinite(run.loss_band[:, 0]))
    assert np.all(np.isinf(run.loss_band[:, -1]))


def test_a_band_of_the_full_batch_has_no_width() -> None:
    band = comparison((N,), replicas=4).runs[0].loss_band
    np.testing.assert_array_equal(band[0], band[2])


def test_start_far_outside_is_refused() -> None:
    problem = build_problem(SURFACES["bowl"], 10)
    plan = make_plan(examples=10, batch_size=2, budget=Budget(epochs=1), learning_rate=0.1)
    with pytest.raises(ParameterError, match="start"):
        compare(problem, [plan], adam(), (1e6, 0.0))
