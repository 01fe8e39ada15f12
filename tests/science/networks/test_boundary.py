"""On how much of the area runs disagree, beside loops over pairs; intervals beside a known one."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy.special import stdtrit

from app.science.networks.boundary import boundaries_of, disagreement_of
from app.science.networks.frame import answers, classes, frame_of
from app.science.networks.losses import predicted
from app.science.networks.network import with_ones
from app.science.networks.seen import seen_at
from app.science.networks.spec import NetworkSpec
from tests.science.networks.short_runs import SMALL, SPECS, short_runs


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.data)
def test_runs_of_the_full_batch_agree_exactly(spec: NetworkSpec) -> None:
    small, full = boundaries_of(short_runs(spec), frame_of(spec, resolution=31)).sizes
    assert full.disagreement is not None
    assert full.disagreement.share == 0
    assert full.disagreement.interval is None
    assert small.disagreement is not None
    assert small.disagreement.share > 0


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.data)
def test_classes_are_those_the_network_predicts(spec: NetworkSpec) -> None:
    runs = short_runs(spec)
    frame = frame_of(spec, resolution=9)
    weights = runs.sizes[0].trained.weights[-1]
    told = classes(answers(spec, weights, frame))
    for j in (0, 3, 8):
        for i in (2, 5):
            x = frame.origin + frame.x[i] * frame.axes[0] + frame.y[j] * frame.axes[1]
            given = spec.network.outputs(weights, with_ones(x)[None, None])
            assert told[:, j, i] == pytest.approx(predicted(given)[:, 0])


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.data)
def test_a_frame_holds_the_rows_in_the_plane_they_vary_most_in(spec: NetworkSpec) -> None:
    frame, rows = frame_of(spec), spec.split(0).train.x
    at = frame.coordinates(rows)
    for along, (low, high) in zip(at.T, (frame.across, frame.up), strict=True):
        assert low < along.min() < along.max() < high
    if frame.whole:
        assert at == pytest.approx(rows)
        assert frame.share == 1
        return
    values = np.linalg.eigvalsh(np.cov(rows.T))
    assert at.var(axis=0, ddof=1) == pytest.approx(values[:-3:-1])
    assert frame.share == pytest.approx(values[-2:].sum() / values.sum())
    assert frame.coordinates(rows.mean(axis=0)) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize("replicas", [2, 3, 5])
def test_the_share_is_the_mean_over_pairs_and_its_error_the_jackknifes(replicas: int) -> None:
    told = np.random.default_rng().integers(3, size=(replicas, 500))

    def share(which: list[int]) -> float:
        return float(np.mean([np.mean(told[r] != told[s]) for r, s in combinations(which, 2)]))

    found = disagreement_of(told)
    assert found is not None
    every = list(range(replicas))
    assert found.share == pytest.approx(share(every))
    if replicas == 2:
        assert found.interval is None
        return
    without = np.array([share([r for r in every if r != left]) for left in every])
    error = np.sqrt((replicas - 1) * without.var())
    reach = stdtrit(replicas - 1, 0.975) * error
    assert found.interval == pytest.approx((max(0, found.share - reach), found.share + reach))


def test_the_interval_covers_what_is_planted() -> None:
    # Boundaries upright at N(½, .05²): two are 2 · .05/√π apart on average.
    rng = np.random.default_rng()
    cells = (np.arange(1000) + 0.5) / 1000
    truth = 2 * 0.05 / np.sqrt(np.pi)
    for replicas in (4, 10):
        covered = []
        for _ in range(200):
            at = rng.normal(0.5, 0.05, replicas)
            found = disagreement_of((cells > at[:, None]).astype(np.int64))
            assert found is not None
            assert found.interval is not None
            covered.append(found.interval[0] <= truth <= found.interval[1])
        # Four standard errors below .88: the jackknife of few replicas is a little narrow.
        assert np.mean(covered) >= 0.88 - 4 * np.sqrt(0.88 * 0.12 / 200)


def test_diverged_replicas_are_not_compared() -> None:
    runs = short_runs(SMALL)
    size = runs.sizes[0]
    at, weights = size.trained.diverged_at.copy(), size.trained.weights.copy()
    at[1], weights[-1, 1] = 7, np.nan
    lost = replace(size, trained=replace(size.trained, diverged_at=at, weights=weights))
    found = boundaries_of(replace(runs, sizes=(lost,))).sizes[0]
    assert (found.diverged, found.replicas.tolist()) == (1, [0, 2])
    at = np.full_like(at, 7)
    none = replace(size, trained=replace(size.trained, diverged_at=at))
    empty = boundaries_of(replace(runs, sizes=(none,))).sizes[0]
    assert (empty.diverged, empty.disagreement) == (3, None)


def test_what_cannot_be_compared_is_refused() -> None:
    other = short_runs(replace(SMALL, vary="all"))
    with pytest.raises(ValueError, match="vary is 'all'"):
        boundaries_of(other)
    with pytest.raises(ValueError, match="columns is 1"):
        frame_of(NetworkSpec(data="penguins", columns=1))


@pytest.mark.parametrize("spec", SPECS[:4], ids=lambda spec: spec.data)
def test_what_an_update_saw_is_drawn_again(spec: NetworkSpec) -> None:
    runs = short_runs(spec)
    frame = frame_of(spec, resolution=5)
    size = runs.sizes[0]
    seen = seen_at(runs, frame, 4, 23)
    k = size.trained.updates.tolist().index(seen.update)
    orders = size.plan.orders(np.random.default_rng([0, 0]))
    epoch, place = divmod(seen.update - 1, 10)
    order = [next(orders) for _ in range(epoch + 1)][-1]
    assert seen.examples.tolist() == order[4 * place : 4 * place + 4].tolist()
    # Where the update before is recorded, its step is that of these examples.
    before = size.trained.path[k - 1]
    if size.trained.updates[k - 1] == seen.update - 1:
        rows = spec.stacked("train", range(1))
        x, y = rows.x[None, seen.examples], rows.y[None, seen.examples]
        step = -0.2 * spec.network.gradient(before[None], x, y)[0]
        assert seen.theta - before == pytest.approx(step)
    assert seen.train_loss == size.trained.scores.train_loss[k, 0]
    start = seen_at(runs, frame, 4, 0)
    assert (start.update, len(start.examples)) == (0, 0)
    assert seen_at(runs, frame, 40, 60).examples.tolist() == list(range(40))
    with pytest.raises(ValueError, match=r"update is 61, .* from 0 to 60"):
        seen_at(runs, frame, 4, 61)
