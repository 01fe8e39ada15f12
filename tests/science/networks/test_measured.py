"""What is measured at points of runs, and of whom it does not depend."""

import numpy as np
import pytest

from app.science.arrays import FloatArray
from app.science.budget import Budget
from app.science.networks.curvature import sharpness
from app.science.networks.measured import BATCHES, Measured, measure
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import Training, train
from app.science.noise.fieller import ratio
from app.science.noise.parts import part_estimates
from app.science.optimizers import OPTIMIZERS
from app.science.planning import make_plan
from tests.science.networks.explicit import one_by_one

SPEC = NetworkSpec(hidden=(6,), examples=60)
POINTS = 3
SEED = 7


def points(replicas: range) -> FloatArray:
    return np.stack(
        [np.stack([(1 + k) * SPEC.weights(r) for r in replicas]) for k in range(POINTS)]
    )


def test_each_field_is_what_it_says() -> None:
    weights = points(range(2))
    found = measure(SPEC, weights, range(2), 5, SEED)
    assert np.isfinite(found.sharpness).all()
    for r in range(2):
        rng = np.random.default_rng([SEED, r, 3])
        rows = SPEC.rows(SPEC.split(r).train)
        for k in range(POINTS):
            g = one_by_one(SPEC.network, weights[k, r], rows)
            drawn = g[rng.integers(60, size=(BATCHES, 5))]
            halves = np.stack([drawn[:, :2].mean(axis=1), drawn[:, 2:].mean(axis=1)], axis=1)
            whole = (drawn.mean(axis=1) ** 2).sum(axis=-1)
            expected = ratio(part_estimates((halves**2).sum(axis=-1), np.array([2, 3]), whole))
            estimated = [found.estimate[k, r], found.low[k, r], found.high[k, r]]
            np.testing.assert_allclose(estimated, expected, rtol=1e-9)
            own = sharpness(SPEC.network, weights[k, r : r + 1], rows)
            np.testing.assert_allclose(found.sharpness[k, r], own[0], rtol=1e-9)
            trace = g.var(axis=0).sum()
            np.testing.assert_allclose(found.trace[k, r], trace, rtol=1e-9)


@pytest.mark.parametrize("rule", ["adam", "rmsprop"])
def test_what_a_rule_feels_is_of_the_state_it_arrives_with(rule: str) -> None:
    plan = make_plan(examples=60, batch_size=9, budget=Budget(updates=25), learning_rate=0.02)
    trained = train(Training(spec=SPEC, plan=plan, optimizer=rule, replicas=range(2)))
    assert trained.scaling is not None
    found = measure(SPEC, trained.weights, range(2), 9, SEED, trained.scaling)
    assert np.isnan(found.felt[0]).all()
    made = OPTIMIZERS[rule]().hyperparameters
    decay, eps = made["beta2" if rule == "adam" else "alpha"], made["eps"]
    for r in range(2):
        rows, theta = SPEC.rows(SPEC.split(r).train), SPEC.weights(r)
        rng, update, square, first = np.random.default_rng([0, r]), 0, 0.0, 0.0
        marks = dict(zip(trained.updates[trained.marks].tolist(), range(99), strict=False))
        while update < 25:
            order = rng.permutation(60)
            for start in range(0, 60, 9):
                batch = rows.taken(order[start : start + 9])
                g = one_by_one(SPEC.network, theta, batch).mean(axis=0)
                update += 1
                square = decay * square + (1 - decay) * g**2
                first = 0.9 * first + 0.1 * g if rule == "adam" else g
                bias = (1 - 0.9**update, 1 - decay**update) if rule == "adam" else (1, 1)
                p = 1 / (np.sqrt(square / bias[1]) + eps)
                theta = theta - 0.02 * first / bias[0] * p
                if (k := marks.get(update)) is not None:
                    each = one_by_one(SPEC.network, theta, rows) * p
                    felt = each.var(axis=0).sum() / (each.mean(axis=0) ** 2).sum()
                    np.testing.assert_allclose(found.felt[k, r], felt, rtol=1e-6)
                if update == 25:
                    break
    plain = train(Training(spec=SPEC, plan=plan, replicas=range(2)))
    assert plain.scaling is None
    assert np.isnan(measure(SPEC, plain.weights, range(2), 9, SEED).felt).all()


@pytest.mark.parametrize("vary", ["all", "order"])
def test_a_replica_does_not_depend_on_the_others(vary: str) -> None:
    spec = NetworkSpec(hidden=(6,), examples=60, vary=vary)
    weights = points(range(3))
    together = measure(spec, weights, range(3), 8, SEED)
    alone = measure(spec, weights[:, 2:], range(2, 3), 8, SEED)
    for one, other in zip(together, alone, strict=True):
        np.testing.assert_array_equal(one[:, 2:], other)


def test_what_has_diverged_is_not_a_number_and_changes_no_other() -> None:
    weights = points(range(2))
    whole = measure(SPEC, weights, range(2), 8, SEED)
    weights[1:, 0] = np.nan
    found = measure(SPEC, weights, range(2), 8, SEED)
    for name, values, before in zip(Measured._fields, found, whole, strict=True):
        assert np.isnan(values[1:, 0]).all(), name
        np.testing.assert_array_equal(values[0], before[0])
        np.testing.assert_array_equal(values[:, 1], before[:, 1])
    weights[1:] = np.nan
    assert np.isnan(measure(SPEC, weights, range(2), 8, SEED).sharpness[1:]).all()


@pytest.mark.parametrize("batch_size", [1, 60])
def test_single_examples_are_drawn_in_twos_and_full_batches_with_replacement(
    batch_size: int,
) -> None:
    weights = points(range(1))
    found = measure(SPEC, weights, range(1), batch_size, SEED)
    assert (found.low <= found.high).all()
    if batch_size == 1:
        two = measure(SPEC, weights, range(1), 2, SEED)
        np.testing.assert_array_equal(found.low, two.low)
    else:  # N draws leave noise: the estimate is of the exact scale, not of 0
        assert (found.estimate > 0).all()


def test_intervals_hold_the_exact_scale_about_as_often_as_they_say() -> None:
    replicas = range(40)
    found = measure(SPEC, points(replicas), replicas, 16, SEED)
    inside = (found.low <= found.noise_scale) & (found.noise_scale <= found.high)
    # 120 points: 95 % less five standard errors is 85 %.
    assert inside.mean() >= 0.85
