"""Training beside a loop that takes an example, a unit and a weight at a time."""

import math
from dataclasses import replace

import numpy as np
import pytest

from app.science.budget import Budget
from app.science.networks.activations import ACTIVATIONS
from app.science.networks.losses import LOSSES
from app.science.networks.spec import NetworkSpec
from app.science.networks.training import Training, joined, parts, train
from app.science.optimizers import OPTIMIZERS
from app.science.planning import make_plan

UPDATES = 9
TRAINING = Training(
    spec=NetworkSpec(examples=11, hidden=(3, 2)),
    plan=make_plan(examples=11, batch_size=4, budget=Budget(updates=UPDATES), learning_rate=0.1),
    seed=5,
    replicas=range(3),
)


def example_gradient(
    spec: NetworkSpec, w: list[float], x: list[float], label: int
) -> tuple[float, list[float]]:
    """Loss and gradient of one example, weights in the order of answers, by plain loops."""
    shapes, first, layers = spec.network.layers.shapes, 0, []
    for outputs, inputs in shapes:
        rows = [w[first + o * inputs : first + (o + 1) * inputs] for o in range(outputs)]
        layers.append((rows, w[first + outputs * inputs : first + outputs * (inputs + 1)]))
        first += outputs * (inputs + 1)
    values = [x]
    for k, (rows, b) in enumerate(layers):
        z = [
            sum(a * c for a, c in zip(row, values[-1], strict=True)) + bias
            for row, bias in zip(rows, b, strict=True)
        ]
        if k < len(layers) - 1:
            z = [math.tanh(v) if spec.activation == "tanh" else max(v, 0.0) for v in z]
        values.append(z)
    f = values[-1]
    if spec.loss == "squared":
        y = [2.0 * label - 1] if len(f) == 1 else [float(label == c) for c in range(len(f))]
        loss = sum((a - b) ** 2 for a, b in zip(f, y, strict=True)) / 2
        delta = [a - b for a, b in zip(f, y, strict=True)]
    else:
        total = sum(math.exp(v) for v in f)
        loss = math.log(total) - f[label]
        delta = [math.exp(v) / total - (label == c) for c, v in enumerate(f)]
    gradient: list[float] = []
    for k in reversed(range(len(layers))):
        rows, _ = layers[k]
        gradient = [d * a for d in delta for a in values[k]] + delta + gradient
        back = [
            sum(d * row[i] for d, row in zip(delta, rows, strict=True)) for i in range(len(rows[0]))
        ]
        slopes = [1 - a * a if spec.activation == "tanh" else float(a > 0) for a in values[k]]
        delta = [d * s for d, s in zip(back, slopes, strict=True)]
    return loss, gradient


@pytest.mark.parametrize("data", ["moons", "penguins"])
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_training_is_its_own_examples_gradients(data: str, loss: str, activation: str) -> None:
    spec = replace(TRAINING.spec, data=data, loss=loss, activation=activation)
    training = replace(TRAINING, spec=spec)
    trained = train(training)
    layers = spec.network.layers
    for r in training.replicas:
        rows, rng = spec.split(r).train, np.random.default_rng([5, r])
        w = layers.told(spec.weights(r))
        path, order = [w], rng.permutation(11)
        for update in range(UPDATES):
            if update % 3 == 0 and update:
                order = rng.permutation(11)
            batch = order[update % 3 * 4 : update % 3 * 4 + 4]
            each = [
                example_gradient(spec, w.tolist(), rows.x[i].tolist(), int(rows.labels[i]))
                for i in batch
            ]
            w = w - 0.1 * np.mean([gradient for _, gradient in each], axis=0)
            path.append(w)
        kept = trained.updates[trained.marks]
        np.testing.assert_allclose(layers.told(trained.weights[:, r]), np.array(path)[kept], 1e-9)
        losses = [
            example_gradient(spec, w.tolist(), x.tolist(), int(label))[0]
            for x, label in zip(*rows, strict=True)
        ]
        np.testing.assert_allclose(trained.scores.train_loss[-1, r], np.mean(losses), 1e-9)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batch_size", [4, 11])
def test_a_replica_does_not_depend_on_the_others(optimizer: str, batch_size: int) -> None:
    plan = make_plan(
        examples=11, batch_size=batch_size, budget=Budget(updates=UPDATES), learning_rate=0.01
    )
    training = replace(
        TRAINING,
        plan=plan,
        optimizer=optimizer,
        hyperparameters=OPTIMIZERS[optimizer].hyperparameters,
    )
    together = train(training)
    for r in training.replicas:
        alone = train(replace(training, replicas=range(r, r + 1)))
        np.testing.assert_array_equal(alone.weights[:, 0], together.weights[:, r])
        np.testing.assert_array_equal(alone.scores.test_loss[:, 0], together.scores.test_loss[:, r])


def test_parts_joined_are_the_whole() -> None:
    training = replace(TRAINING, replicas=range(11))
    apart = [train(part) for part in parts(training)]
    assert len(apart) == 2
    np.testing.assert_array_equal(joined(apart).weights, train(training).weights)


def test_what_has_diverged_is_at_rest_and_the_others_go_on() -> None:
    plan = replace(TRAINING.plan, rates=np.full(UPDATES, 30.0))
    spec = replace(TRAINING.spec, activation="relu")
    found = train(replace(TRAINING, plan=plan, spec=spec, replicas=range(8)))
    gone = found.diverged_at > 0
    assert gone.any()
    for r in range(8):
        after = found.updates >= (found.diverged_at[r] or np.inf)
        assert np.isnan(found.scores.train_loss[after, r]).all()
        assert np.isfinite(found.scores.train_loss[~after, r]).all()
