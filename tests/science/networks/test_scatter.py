"""Where a random mini-batch leads, beside every mini-batch that there is."""

from itertools import combinations, product

import numpy as np
import pytest

from app.science.networks.gradient_noise import projected
from app.science.networks.plane import plane_of
from app.science.networks.scatter import scatter_of
from app.science.networks.section import rows_of
from app.science.networks.spec import NetworkSpec
from app.science.restraint import Restraint
from tests.science.networks.explicit import one_by_one
from tests.science.networks.short_runs import SPECS, short_runs

SIX = NetworkSpec(examples=6, hidden=(3,))


@pytest.mark.parametrize("spec", SPECS, ids=lambda spec: spec.data)
def test_projected_gradients_are_those_of_single_examples(spec: NetworkSpec) -> None:
    rows = rows_of(short_runs(spec))
    rng = np.random.default_rng()
    axes = rng.normal(size=(3, spec.network.layers.weights))
    theta = spec.weights(0) + 0.1 * rng.normal(size=spec.network.layers.weights)
    found = projected(spec.network, theta, rows, axes)
    for k in range(0, rows.size, 7):
        one = spec.network.gradient(theta[None], rows.x[None, [k]], rows.y[None, [k]])[0]
        assert found[k] == pytest.approx(axes @ one)


@pytest.mark.parametrize(
    ("size", "sampling"),
    [(2, "reshuffle"), (4, "shuffle-once"), (2, "with-replacement"), (6, "reshuffle")],
)
def test_the_covariance_is_that_over_every_mini_batch(size: int, sampling: str) -> None:
    runs = short_runs(SIX, (size,), 9, 1, rate=0.3, sampling=sampling)
    plane = plane_of(runs)
    found = scatter_of(runs, plane, size, 6)
    rows, theta = rows_of(runs), runs.sizes[0].trained.path[6]
    assert found.update == runs.sizes[0].trained.updates[6] == 6
    count = int(runs.sizes[0].plan.sizes[6])
    every = (
        product(range(6), repeat=count)
        if sampling == "with-replacement"
        else combinations(range(6), count)
    )
    led = []
    for batch in map(list, every):
        gradient = SIX.network.gradient(theta[None], rows.x[None, batch], rows.y[None, batch])[0]
        led.append(plane.coordinates(theta - 0.3 * gradient))
    assert found.mean == pytest.approx(np.mean(led, axis=0))
    assert found.covariance == pytest.approx(np.cov(np.array(led).T, ddof=0), abs=1e-15)
    assert found.at == pytest.approx(plane.coordinates(theta))
    if size == 6:
        assert not found.covariance.any()


def test_of_balanced_batches_mean_and_covariance_are_those_of_weighted_draws() -> None:
    spec = NetworkSpec(data="moons", examples=6, hidden=(3,), rare_share=0.34)
    runs = short_runs(spec, (2,), 9, 1, rate=0.3, sampling="balanced")
    plane = plane_of(runs)
    found = scatter_of(runs, plane, 2, 6)
    rows, theta = rows_of(runs), runs.sizes[0].trained.path[6]
    labels = spec.split(0).train.labels.tolist()
    assert sorted(map(labels.count, {*labels})) == [2, 4]
    led, chances = [], []
    for batch in map(list, product(range(6), repeat=2)):
        gradient = spec.network.gradient(theta[None], rows.x[None, batch], rows.y[None, batch])[0]
        led.append(plane.coordinates(theta - 0.3 * gradient))
        chances.append(np.prod([1 / 2 / labels.count(labels[i]) for i in batch]))
    assert found.mean == pytest.approx(np.average(led, axis=0, weights=chances))
    covariance = np.cov(np.array(led).T, ddof=0, aweights=chances)
    assert found.covariance == pytest.approx(covariance, abs=1e-15)


@pytest.mark.parametrize("decay", ["coupled", "decoupled"])
def test_weight_decay_is_part_of_the_step(decay: str) -> None:
    held = Restraint(weight_decay=0.3, decay=decay)
    runs = short_runs(SIX, (2,), 9, 1, rate=0.3, restraint=held)
    plane, theta = plane_of(runs), runs.sizes[0].trained.path[6]
    found = scatter_of(runs, plane, 2, 6)
    gradients = [
        one_by_one(SIX.network, theta, rows_of(runs))[[*b]] for b in combinations(range(6), 2)
    ]
    led = [plane.coordinates(theta - 0.3 * (g.mean(axis=0) + 0.3 * theta)) for g in gradients]
    assert found.mean == pytest.approx(np.mean(led, axis=0))
    assert found.covariance == pytest.approx(np.cov(np.array(led).T, ddof=0), abs=1e-15)
    # The step that was made is one of them.
    (made,) = plane.coordinates(runs.sizes[0].trained.path[7:8])
    assert np.linalg.norm(np.array(led) - made, axis=1).min() < 1e-9


@pytest.mark.parametrize("sampling", ["reshuffle", "poisson"])
def test_a_gradient_is_clipped_where_it_may_be_longer(sampling: str) -> None:
    free = short_runs(SIX, (2,), 9, 1, sampling=sampling)
    norms = np.linalg.norm(
        one_by_one(SIX.network, free.sizes[0].trained.path[0], rows_of(free)), axis=1
    )
    longest = norms.sum() / 2 if sampling == "poisson" else norms.max()
    for clip, clipped in ((None, False), (1.01 * longest, False), (0.99 * longest, True)):
        runs = short_runs(SIX, (2,), 9, 1, sampling=sampling, restraint=Restraint(clip=clip))
        assert scatter_of(runs, plane_of(runs), 2, 0).clipped == clipped


def test_the_latest_recorded_point_is_taken_and_others_are_refused() -> None:
    runs = short_runs(SIX, (2,), 400, 1)
    plane = plane_of(runs)
    updates = runs.sizes[0].trained.updates
    assert scatter_of(runs, plane, 2, 398).update == updates[updates <= 398][-1]
    with pytest.raises(ValueError, match="batch_size is 3, which is not one of 2"):
        scatter_of(runs, plane, 3, 0)
    for update in (-1, 400):
        with pytest.raises(ValueError, match=f"update is {update}, .* from 0 to 399"):
            scatter_of(runs, plane, 2, update)
