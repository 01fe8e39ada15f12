"""Runs of a network: against a loop of our own, apart and together, and where they diverge."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from app.science.budget import Budget
from app.science.networks.recorded import recorded
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import LOCK_STEP, TOGETHER, Training, joined, parts, train
from app.science.optimizers import OPTIMIZERS
from app.science.planning import make_plan


def asked(
    batch_size: int,
    updates: int = 40,
    replicas: int = 3,
    optimizer: str = "sgd",
    learning_rate: float = 0.1,
    remainder: str = "keep",
    **spec: object,
) -> Training:
    """Short runs of a small network."""
    network = NetworkSpec(**{"examples": 50, "hidden": (5, 4), **spec})  # type: ignore[arg-type]
    plan = make_plan(
        examples=network.examples,
        batch_size=batch_size,
        budget=Budget(updates=updates),
        learning_rate=learning_rate,
        remainder=remainder,
    )
    return Training(spec=network, plan=plan, optimizer=optimizer, replicas=range(replicas))


@pytest.mark.parametrize(
    ("optimizer", "batch_size", "remainder", "vary"),
    [
        *product(OPTIMIZERS, (16,), ("keep",), ("all",)),
        ("sgd", 1, "keep", "order"),
        ("sgd", 16, "weight", "all"),
        ("momentum", 16, "drop", "all"),
        ("adam", 50, "keep", "all"),
    ],
)
def test_a_run_is_that_of_a_loop(
    optimizer: str, batch_size: int, remainder: str, vary: str
) -> None:
    """Permutations, batches, gradients and the rule, written out once more."""
    training = asked(batch_size, optimizer=optimizer, remainder=remainder, vary=vary)
    trained = train(training)
    spec, network = training.spec, training.spec.network
    rule = OPTIMIZERS[optimizer]()
    for r in training.replicas:
        rng = np.random.default_rng([0, r])
        rows = spec.rows(spec.split(r).train)
        theta, state, update = spec.weights(r), rule.init, 0
        path = [theta]
        while update < 40:
            order = np.arange(50) if batch_size == 50 else rng.permutation(50)
            for start in range(0, 50, batch_size):
                batch = order[start : start + batch_size]
                if (remainder == "drop" and len(batch) < batch_size) or update == 40:
                    continue
                gradient = network.gradient(theta[None], rows.x[None, batch], rows.y[None, batch])
                share = len(batch) / batch_size if remainder == "weight" else 1.0
                step, state = rule.update(state, share * gradient[0], 0.1)
                theta = theta + step
                path.append(theta)
                update += 1
        kept = trained.updates[trained.marks]
        np.testing.assert_allclose(
            trained.weights[:, r], np.array(path)[kept], rtol=1e-9, atol=1e-12
        )
        if r == 0:
            np.testing.assert_allclose(trained.path, np.array(path)[trained.updates], rtol=1e-9)


@pytest.mark.parametrize("batch_size", [1, 8, 50, LOCK_STEP + 6])
def test_a_replica_depends_on_no_other(batch_size: int) -> None:
    """To the last bit, in lock-step and in any parts."""
    training = asked(batch_size, updates=20, replicas=TOGETHER + 3, examples=100)
    whole = train(training)
    apart = joined([train(part) for part in parts(training)])
    alone = train(replace(training, replicas=range(2, 3)))
    np.testing.assert_array_equal(whole.weights, apart.weights)
    np.testing.assert_array_equal(whole.weights[:, 2:3], alone.weights)
    for one, other, single in zip(whole.scores, apart.scores, alone.scores, strict=True):
        np.testing.assert_array_equal(one, other)
        np.testing.assert_array_equal(one[:, 2:3], single)


def test_replicas_differ_in_the_order_alone_where_that_is_asked() -> None:
    order, everything = (train(asked(8, vary=vary)) for vary in ("order", "all"))
    assert np.ptp(order.weights[0], axis=0).max() == 0
    assert np.ptp(order.weights[-1], axis=0).max() > 0
    assert np.ptp(everything.weights[0], axis=0).max() > 0
    np.testing.assert_array_equal(order.weights[:, 0], everything.weights[:, 0])
    full = train(asked(50, vary="order"))
    assert np.ptp(full.weights, axis=1).max() == 0


def test_scores_are_those_of_the_kept_weights() -> None:
    training = asked(8)
    trained = train(training)
    for r, (m, k) in product(training.replicas, enumerate(trained.marks)):
        for name in ("train", "validation", "test"):
            rows = training.spec.rows(getattr(training.spec.split(r), name))
            loss, right = training.spec.network.scores(trained.weights[m, [r]], rows)
            assert getattr(trained.scores, f"{name}_loss")[k, r] == pytest.approx(loss[0])
            assert getattr(trained.scores, f"{name}_accuracy")[k, r] == right[0]


def test_what_diverges_ends_and_the_others_go_on() -> None:
    """At such a rate some of the replicas of a relu network leave, by their own data."""
    training = asked(10, replicas=8, learning_rate=1.5, activation="relu", hidden=(16, 16))
    trained = train(training)
    gone = trained.diverged_at > 0
    assert gone.any()
    assert not gone.all()
    for r in training.replicas:
        after = (trained.updates >= trained.diverged_at[r]) & gone[r]
        assert np.isnan(trained.scores.train_loss[after, r]).all()
        assert np.isfinite(trained.scores.train_loss[~after, r]).all()
        alone = train(replace(training, replicas=range(r, r + 1)))
        assert alone.diverged_at[0] == trained.diverged_at[r]
        np.testing.assert_array_equal(alone.weights[:, 0], trained.weights[:, r])


@pytest.mark.parametrize("updates", [1, 2, 7, 100, 8000, 100_000])
def test_what_is_recorded_has_both_ends(updates: int) -> None:
    record, marks = recorded(updates)
    assert record[0] == 0
    assert record[-1] == updates
    assert (np.diff(record) > 0).all()
    assert record[marks][[0, -1]].tolist() == [0, updates]
    assert (np.diff(marks) > 0).all()
    assert len(marks) <= 21
