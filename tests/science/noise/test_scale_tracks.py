"""Noise along whole runs: measured where said, estimated without bias, refused with a reason."""

import numpy as np
import pytest

from app.science.budget import Budget
from app.science.comparison import Run
from app.science.noise.point import noise_at
from app.science.noise.scale_tracks import tracks
from app.science.optimizers import sgd
from app.science.planning import make_plan
from app.science.problems import SURFACES
from app.science.problems.problem import build_problem
from tests.comparing import compare

N = 80


def runs(
    *sizes: int, epochs: int = 6, seed: int = 3, surface: str = "least-squares", rate: float = 0.05,
    sampling: str = "reshuffle",
) -> tuple[Run, ...]:  # fmt: skip
    problem = build_problem(SURFACES[surface], N)
    plans = [
        make_plan(
            examples=N, batch_size=size, budget=Budget(epochs=epochs), learning_rate=rate,
            sampling=sampling,
        )
        for size in sizes
    ]  # fmt: skip
    return compare(problem, plans, sgd(), problem.surface.start, seed=seed).runs


@pytest.mark.parametrize("surface", ["least-squares", "logistic"])
def test_the_noise_is_that_of_the_points(surface: str) -> None:
    (track,) = tracks(runs(8, surface=surface), 3)
    assert track.updates[0] == 0
    assert track.updates[-1] == track.run.plan.updates
    for k in (0, len(track.updates) // 2, -1):
        at = (track.run.paths.w0[track.updates[k], 0], track.run.paths.w1[track.updates[k], 0])
        exact = noise_at(track.run.problem, (float(at[0]), float(at[1])))
        assert track.noise.noise_scale[k] == pytest.approx(exact.noise_scale, rel=1e-9)
        assert track.noise.loss[k] == pytest.approx(exact.loss)
    np.testing.assert_array_equal(track.epoch, track.run.plan.epoch[track.updates])


def test_estimates_are_of_their_targets() -> None:
    """Over many seeds the mean trace is what it is of, at five standard errors."""
    away = []
    for seed in range(200):
        (track,) = tracks(runs(8, epochs=3, seed=seed), seed)
        last, pairs = track.estimates[0], track.pairs
        assert pairs is not None
        away.append(last.trace - pairs.trace[0])
    error = np.std(away, ddof=1) / np.sqrt(len(away))
    assert abs(np.mean(away)) < 5 * error


@pytest.mark.parametrize(
    ("sampling", "size", "reason"),
    [
        ("sequential", 8, "stored order"),
        ("shuffle-once", 8, "one order for all epochs"),
        ("reshuffle", N, "no second batch"),
    ],
)
def test_no_pairs_without_a_reason(sampling: str, size: int, reason: str) -> None:
    (track,) = tracks(runs(size, sampling=sampling), 3)
    assert track.pairs is None
    assert track.refused is not None
    assert reason in track.refused
    assert not track.estimates
    assert not track.targets
    assert not track.noise_scales
    assert len(track.pairs_epoch) == 0


def test_a_run_that_diverges_is_measured_as_far_as_it_came() -> None:
    (track,) = tracks(runs(1, rate=3.0), 3)
    assert track.run.paths.diverged_at[0] > 0
    assert track.updates[-1] == track.run.length(0) - 1
    assert np.all(np.isfinite(track.noise.loss))


def test_a_run_that_diverges_at_once_is_estimated_where_it_started() -> None:
    (track,) = tracks(runs(1, rate=1e9), 3)
    assert track.run.paths.diverged_at[0] == 1
    assert track.refused is None
    assert track.pairs is not None
    assert track.pairs.updates.tolist() == [1]
    order = np.random.default_rng([3, 0]).permutation(N)[:8]
    start = noise_at(track.run.problem, track.run.problem.surface.start)
    g = start.gradients[:, order]
    np.testing.assert_allclose(track.pairs.small, np.mean(np.sum(g**2, axis=0)), rtol=1e-9)
    np.testing.assert_allclose(track.pairs.large, np.sum(g.mean(axis=1) ** 2), rtol=1e-9)


def test_points_are_from_every_place_of_an_epoch_at_any_time() -> None:
    (track,) = tracks(runs(N - 10, epochs=150), 3)
    late = track.updates[track.updates >= 20]
    assert (track.updates[0], track.updates[-1]) == (0, 300)
    for half in np.array_split(late % 2, 2):
        assert abs(half.mean() - 0.5) < 5 * 0.5 / np.sqrt(len(half))
