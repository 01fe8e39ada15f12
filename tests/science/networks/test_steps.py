"""Updates to a training loss against runs of each rate alone."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from app.science.errors import ParameterError
from app.science.networks.gradient_noise import gradient_noise
from app.science.networks.spec import NetworkSpec
from app.science.networks.steps import WAIT, Race, StepsSweep, race, steps_tasks
from app.science.networks.steps_result import StepsResult, gather_steps
from app.science.networks.training import train
from app.science.tradeoff.fit import fit
from app.science.tradeoff.passage import checks, soonest

SWEEP = StepsSweep(
    spec=NetworkSpec(examples=40, hidden=(4,), weight_seed=7, data_seed=7),  # all start above .25
    batch_sizes=(1, 4, 16, 40),
    learning_rates=(0.02, 0.1, 0.4, 1e5),
    replicas=3,
    target=0.25,
    updates=400,
)


@pytest.fixture(scope="module")
def races() -> list[Race]:
    return [race(pickle.loads(pickle.dumps(task))) for task in steps_tasks(SWEEP)]  # noqa: S301


@pytest.fixture(scope="module")
def result(races: list[Race]) -> StepsResult:
    return gather_steps(SWEEP, races[::-1])


def test_passages_are_those_of_runs_alone(races: list[Race]) -> None:
    for raced in races[1::2]:
        best = min(row[row > 0].max() for row in raced.updates if (row > 0).all())
        chosen = soonest(raced.learning_rates, raced.updates)
        for k, (rate, found) in enumerate(
            zip(raced.learning_rates[:3], raced.updates, strict=False)
        ):
            # At the best rate every update counts.
            judged = np.arange(1, SWEEP.updates + 1) if k == chosen else checks(SWEEP.updates)
            whole = train(
                SWEEP.training(
                    raced.batch_size, rate, SWEEP.updates,
                    record=tuple(judged.tolist()), scored=("train",),
                )
            )  # fmt: skip
            below = whole.scores.train_loss <= 0.25
            first = np.where(below.any(axis=0), judged[below.argmax(axis=0)], 0)
            # A rate may be given up, never before the best one's median.
            assert np.all((found == first) | ((found == 0) & (first * WAIT > best)))


def test_no_low_loss_of_a_small_batch_is_overlooked() -> None:
    spec = NetworkSpec(examples=40, hidden=(4,))
    sweep = replace(
        SWEEP, spec=spec, batch_sizes=(2,), learning_rates=(0.3,), replicas=8, target=0.2
    )
    (raced,) = [race(task) for task in steps_tasks(sweep)]
    whole = sweep.training(2, 0.3, 400, record=tuple(range(1, 401)), scored=("train",))
    below = train(whole).scores.train_loss <= 0.2
    first = 1 + below.argmax(axis=0)
    looks = checks(400)
    seen = looks[below[looks - 1].argmax(axis=0)]
    assert seen[0] > 1.15 * first[0]  # so much its updates would have been overstated
    assert raced.updates[0, 0] == first[0]
    arrived = raced.updates[0] > 0
    np.testing.assert_array_equal(raced.updates[0, arrived], first[arrived])
    assert np.count_nonzero(arrived) > 6


@pytest.mark.parametrize("target", [0.4, 2.0])
def test_replicas_that_start_below_the_loss_are_left_out(target: float) -> None:
    spec = NetworkSpec(examples=40, hidden=(4,))
    sweep = replace(SWEEP, spec=spec, batch_sizes=(4, 40), replicas=6, target=target)
    starts = [
        float(
            sweep.spec.network.scores(w[None], sweep.spec.stacked("train", range(r, r + 1)))[0][0]
        )
        for r in range(6)
        for w in [sweep.spec.weights(r)]
    ]
    above = [r for r in range(6) if starts[r] > target]
    races = [race(task) for task in steps_tasks(sweep)]
    found = gather_steps(sweep, races)
    assert found.replicas == len(above) < 6
    if not above:
        assert [each.best for each in found.tuned] == [None, None]
        assert "All 6 replicas start at a training loss of 2" in (found.tuned[0].reason or "")
        return
    for raced in races:
        k = soonest(raced.learning_rates, raced.updates)
        assert k is not None
        for r, passage in zip(above, raced.updates[k], strict=True):
            alone = train(
                replace(
                    sweep.training(raced.batch_size, raced.learning_rates[k], 60),
                    replicas=range(r, r + 1), record=tuple(range(61)), scored=("train",),
                )
            ).scores.train_loss[:, 0]  # fmt: skip
            assert passage == (alone <= target).argmax()


def test_the_best_rate_is_the_soonest(result: StepsResult, races: list[Race]) -> None:
    assert [each.batch_size for each in result.tuned] == [1, 4, 16, 40]
    for tuned, raced in zip(result.tuned, races, strict=True):
        arrivals = np.sort(np.where(raced.updates > 0, raced.updates, 10**9), axis=1)
        assert tuned.updates[1] == arrivals[:, 1].min()  # of three the second is the median
        assert tuned.tried[-1].diverged == 3


def test_noise_on_the_way_is_averaged_over_updates(races: list[Race]) -> None:
    raced = races[2]
    k = int(np.argmin([np.median(r) if np.all(r > 0) else np.inf for r in raced.updates]))
    updates = int(np.median(raced.updates[k]))
    alone = train(SWEEP.training(16, raced.learning_rates[k], updates))
    rows = SWEEP.spec.stacked("train", range(3))
    at = alone.updates[alone.marks]
    norms = [gradient_noise(SWEEP.spec.network, w, rows).squared_norm for w in alone.weights]
    mean = (
        sum(
            (b - a) * (p + q) / 2
            for a, b, p, q in zip(at[:-1], at[1:], norms[:-1], norms[1:], strict=True)
        )
        / updates
    )
    np.testing.assert_allclose(raced.squared_norm, mean, rtol=1e-9)


def test_the_fit_is_that_of_the_tradeoff(result: StepsResult) -> None:
    scales = [each.value for each in result.noise.values()]
    if result.fit is None:
        assert result.refused
        assert result.factor is None
        return
    assert result.fit == fit(result.tuned)
    critical = result.fit.batch_size.value
    assert result.factor == max(max(s / critical, critical / s) for s in scales)


def test_adaptive_rules_have_no_critical_batch_size(races: list[Race]) -> None:
    found = gather_steps(replace(SWEEP, optimizer="adam"), races)
    assert found.fit is None
    assert "adaptive" in (found.refused or "")


def test_a_target_that_is_not_reached_has_a_reason() -> None:
    sweep = replace(SWEEP, target=1e-9, batch_sizes=(40,), updates=20)
    (tuned,) = gather_steps(sweep, [race(task) for task in steps_tasks(sweep)]).tuned
    assert tuned.best is None
    assert "No learning rate tried (0.02 to 1e+05)" in (tuned.reason or "")


def test_work_is_weighed() -> None:
    SWEEP.check_work(60)
    with pytest.raises(ParameterError, match="updates is 400"):
        SWEEP.check_work(1e-4)
