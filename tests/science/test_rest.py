"""Where paths come to wander and what their ellipses hold, against every update of plain runs."""

from functools import cache
from typing import Any

import numpy as np
import pytest

from app.science.budget import Budget
from app.science.comparison import Comparison
from app.science.ellipse import share_inside
from app.science.optimizers import OPTIMIZERS, momentum, sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from app.science.rest import AROUND, HOLDS, LEAST, LEVEL, MANY, first_alone, region
from app.science.rule import Optimizer
from tests.comparing import compare

N = 60
SIZES = (1, 8, N)
# Points of a path follow one another: of 120 late ones some 10 may be independent, of which 95 %
# have a standard error of 7 %; a covariance of the same points makes up for most of it.
ONE = 0.85  # share of a run's late updates inside its ellipse, at least; of few all may be
ALL = 0.02  # and how far the mean over all runs with a hundred and more may be from 95 %


def comparison(
    surface: str, seed: int = 0, optimizer: Optimizer | None = None, **more: Any
) -> Comparison:
    problem = build_problem(SURFACES[surface], N)
    plans = [
        make_plan(
            examples=N,
            batch_size=size,
            budget=Budget(epochs=20),
            learning_rate=problem.surface.learning_rate,
        )
        for size in SIZES
    ]
    rule = optimizer or sgd()
    return compare(problem, plans, rule, problem.surface.start, seed=seed, **more)


@cache
def plain(surface: str, seed: int) -> Comparison:
    return comparison(surface, seed)


def test_a_path_is_pale_only_where_its_card_says_that_it_wanders() -> None:
    problem = build_problem(SURFACES["bowl"])
    plans = [
        make_plan(examples=1050, batch_size=size, budget=Budget(updates=300), learning_rate=0.1)
        for size in (8, 32)
    ]
    alone = 0
    for seed in range(6):
        made = compare(problem, plans, sgd(), problem.surface.start, seed=seed, replicas=20)
        for run in made.runs:
            first = first_alone(run.late)
            assert first
            alone += first.wanders > run.late.wanders
            assert (run.settled is None) or run.movement(0) == "wandering"
    assert alone


def test_ellipses_hold_about_95_percent_of_the_last_updates() -> None:
    """Of every one of the last tenth of the updates, which the ellipse saw a part of."""
    shares = []
    for surface in SURFACES:
        for seed in range(4):
            for run in plain(surface, seed).runs:
                count = max(10, run.plan.updates // 10)
                late = np.column_stack([run.paths.w0[-count:, 0], run.paths.w1[-count:, 0]])
                for found in run.regions:
                    share = share_inside(late, found.centre, found.covariance, LEVEL)
                    assert share >= ONE, (surface, seed, run.batch_size)
                    assert found.share == pytest.approx(share, abs=0.05)
                    np.testing.assert_allclose(
                        found.centre, late.mean(axis=0), atol=0.3 * late.std(axis=0).max()
                    )
                    if count >= 100:
                        shares.append(share)
    assert len(shares) > 40
    assert np.mean(shares) == pytest.approx(LEVEL, abs=ALL)


@pytest.mark.parametrize("surface", SURFACES)
def test_a_way_ends_where_the_loss_first_is_as_low_as_late(surface: str) -> None:
    for seed, max_points in ((0, None), (1, 250)):
        made = comparison(surface, seed, max_points=max_points)
        for run, whole in zip(made.runs, plain(surface, seed).runs, strict=True):
            if not run.late.wanders:
                assert run.settled is None
                assert run.regions == []
                continue
            loss = whole.problem.loss(whole.paths.w0[:, 0], whole.paths.w1[:, 0])
            level = np.median(loss[-max(10, run.plan.updates // 10) :])
            assert run.settled is not None
            before = run.paths.updates[run.paths.updates < run.settled]
            # The median is of a sample of the late updates: within its own uncertainty.
            late = loss[-max(10, run.plan.updates // 10) :]
            low, high = np.quantile(late, [0.4, 0.6])
            assert loss[run.settled] <= high
            assert np.all(loss[before] > low) or level == pytest.approx(loss[before].min())


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_every_optimizer(name: str) -> None:
    for replicas in (1, 12):
        made = comparison("himmelblau", optimizer=OPTIMIZERS[name](), replicas=replicas)
        for run in made.runs:
            assert run.settled is None or run.settled in run.paths.updates
            if run.batch_size == N:
                assert run.settled is None
                assert run.regions == []
            for found in run.regions:
                assert HOLDS[0] <= found.share <= 1
                assert found.count >= LEAST
                assert found.curve.shape[1] == 2


def test_what_diverges_swings_or_descends_is_all_way() -> None:
    problem = build_problem(SURFACES["bowl"], N)

    def settled(rate: float, size: int, rule: Optimizer, epochs: int = 10) -> list[int | None]:
        plan = make_plan(
            examples=N, batch_size=size, budget=Budget(epochs=epochs), learning_rate=rate
        )
        runs = compare(problem, [plan], rule, (3.0, 3.0), replicas=1).runs
        assert all(not run.regions for run in runs if run.settled is None)
        return [run.settled for run in runs]

    assert settled(50.0, 1, sgd()) == [None]
    assert settled(0.1, N, momentum(0.99), 100) == [None]
    assert settled(1e-4, 1, sgd()) == [None]


def test_a_window_keeps_where_its_path_settled() -> None:
    run = comparison("least-squares").runs[0]
    window = run.window(500, 20)
    assert run.settled
    assert window.settled == run.settled
    assert len(window.regions) == len(run.regions) == 1
    np.testing.assert_array_equal(window.regions[0].curve, run.regions[0].curve)


def test_ends_near_each_minimum_have_a_region_of_their_own() -> None:
    (run, *_) = comparison("himmelblau", replicas=150, max_points=50).runs
    ends = np.column_stack(run.ends[:2])[run.paths.diverged_at == 0]
    nearest = [run.end(r).nearest for r in np.flatnonzero(run.paths.diverged_at == 0).tolist()]
    for found in run.regions:
        minima = np.array([minimum.point for minimum in run.problem.minima])
        well = int(np.hypot(*(minima - found.centre).T).argmin())
        mine = ends[np.array(nearest) == well]
        assert found.count == len(mine)
        np.testing.assert_allclose(found.centre, mine.mean(axis=0))
        np.testing.assert_allclose(found.covariance, np.cov(mine.T))
    assert run.regions


def test_where_a_gaussian_does_not_hold_there_is_no_region() -> None:
    rng = np.random.default_rng(0)
    turn = rng.uniform(0, 2 * np.pi, 500)
    ring = np.column_stack([np.cos(turn), np.sin(turn)]) + rng.normal(0, 0.05, (500, 2))
    heaps = rng.normal(0, 0.1, (500, 2)) + np.where(rng.random(500) < 0.5, 3, -3)[:, None]
    line = np.outer(rng.normal(size=500), [1, 2])
    square = rng.uniform(-1, 1, (500, 2))
    outliers = rng.standard_t(1, (500, 2))
    for points in (
        ring,
        heaps,
        line,
        square,
        outliers,
        np.zeros((500, 2)),
        rng.normal(size=(9, 2)),
    ):
        assert region(points) is None


@pytest.mark.parametrize("count", [LEAST, 30, MANY, 2000])
def test_a_gaussian_has_a_region(count: int) -> None:
    """With few points chance may refuse it, but seldom."""
    rng = np.random.default_rng(count)
    found = [region(rng.multivariate_normal([1, 2], [[4, 1], [1, 1]], count)) for _ in range(200)]
    held = [each for each in found if each]
    assert len(held) >= 0.85 * len(found)
    if count > LEAST:  # of so few points their own covariance holds nearly all
        assert np.mean([each.share for each in held]) == pytest.approx(LEVEL, abs=0.03)
    assert AROUND[0] < 0.5 < AROUND[1]
